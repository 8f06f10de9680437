package measure

import (
	"fmt"

	"github.com/gander-ml/gander/random"
)

// resamples is how many times a bootstrap draws.
const resamples = 200

var bootstrapped = fmt.Sprintf("sd of %d bootstrap resamples of the samples", resamples)

// bootstrap returns the standard deviation of each of the figures of n numbered
// examples when these are drawn anew with replacement (Efron 1979): figures is
// given the numbers that were drawn.
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
	spread := make([]float64, len(drawn))
	for k, list := range drawn {
		_, spread[k] = meanSD(list)
	}
	return spread
}
