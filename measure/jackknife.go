package measure

import (
	"fmt"
	"math"
)

// jackGroups is the number of groups of samples of a jackknife, which leaves out one
// group at a time.
const jackGroups = 10

var jackknifed = fmt.Sprintf("standard error over samples, jackknife of %d groups", jackGroups)

// jackknife returns the standard error of a figure from its g values, each without one
// group of samples (Tukey 1958): sqrt((g-1)/g sum (v - mean)^2). A bootstrap is wrong
// for a distance between distributions: it repeats samples, so that the distribution
// seems narrower.
func jackknife(without []float64) float64 {
	_, sd := meanSD(without)
	return sd * math.Sqrt(float64(len(without)-1))
}
