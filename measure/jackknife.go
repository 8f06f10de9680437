package measure

import (
	"fmt"
	"math"
)

// jackGroups is the number of groups of consecutive samples that a jackknife
// leaves out in turn.
const jackGroups = 10

var jackknifed = fmt.Sprintf("standard error over samples, jackknife of %d groups", jackGroups)

// jackknife returns the standard error of a figure from its values without each
// group of samples in turn (Tukey 1958): sqrt((g-1)/g sum (v - mean)^2). Unlike
// a bootstrap it repeats no sample, which a distance between distributions
// would take for a narrower one.
func jackknife(without []float64) float64 {
	_, sd := meanSD(without)
	return sd * math.Sqrt(float64(len(without)-1))
}
