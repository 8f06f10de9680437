package measure

import (
	"fmt"

	"github.com/gander-ml/gander/random"
)

// resamples is the number of draws of a bootstrap.
const resamples = 200

var bootstrapped = fmt.Sprintf("sd of %d bootstrap resamples of the samples", resamples)

// bootstrap returns the standard error of several figures of n examples (Efron 1979).
// It draws n of the examples with replacement, calls figures with the indices drawn, and
// repeats this. The result is the standard deviation of each figure.
func bootstrap(seed uint64, n int, figures func(draw []int) []float64) []float64 {
	source := random.New(seed, "measure: bootstrap")
	draw := make([]int, n)
	var drawn [][]float64
	for range resamples {
		for i := range draw {
			draw[i] = source.Intn(n)
		}
		for k, v := range figures(draw) {
			if k == len(drawn) {
				drawn = append(drawn, nil)
			}
			drawn[k] = append(drawn[k], v)
		}
	}
	stdErr := make([]float64, len(drawn))
	for k, list := range drawn {
		_, stdErr[k] = meanSD(list)
	}
	return stdErr
}
