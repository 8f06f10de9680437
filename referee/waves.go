package referee

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Limits of periodic losses: noise of this length has its strongest frequency above half of
// the power in less than one of a million cases.
const (
	leastWave   = 32 // rows
	strongWave  = .5
	leastPeriod = 4 // rows
	mostPeriods = 3 // periods that must fit in the rows
)

// waves returns the words for a periodic loss of G, or "".
func waves(l *losses) string {
	period, power := strongestPeriod(l.g)
	if power < strongWave {
		return ""
	}
	return fmt.Sprintf("G's loss is periodic, with a period of %.3g rows and %.0f%% of its power: samples may move from mode to mode.", period, 100*power)
}

// strongestPeriod returns the period of the strongest frequency of values without their
// linear trend, in rows, and its share of the power. They are 0 if there are too few values,
// or if the period is shorter than four rows or longer than a third of all.
func strongestPeriod(values []float64) (period, power float64) {
	n := len(values)
	if n < leastWave {
		return 0, 0
	}
	slope, mean := trend(values)
	rest := make([]float64, n)
	for i, v := range values {
		rest[i] = v - mean - slope*(float64(i)-float64(n-1)/2)
	}
	spectrum := fourier.NewFFT(n).Coefficients(nil, rest)
	total, best, at := 0.0, 0.0, 0
	for k, c := range spectrum[1:] {
		p := real(c)*real(c) + imag(c)*imag(c)
		total += p
		if p > best {
			best, at = p, k+1
		}
	}
	if total == 0 || math.IsNaN(total) || at < mostPeriods || n < leastPeriod*at {
		return 0, 0
	}
	return float64(n) / float64(at), best / total
}

// trend returns the slope of the least squares line of values and their mean.
func trend(values []float64) (slope, mean float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	up, square := 0.0, 0.0
	for i, v := range values {
		x := float64(i) - (n-1)/2
		up, square = up+x*(v-mean), square+x*x
	}
	return up / square, mean
}
