package measure

import "math"

// total returns the sum of list.
func total(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum
}

// meanSD returns the mean and the standard deviation of list.
func meanSD(list []float64) (mean, sd float64) {
	n := float64(len(list))
	for _, v := range list {
		mean += v
	}
	mean /= n
	for _, v := range list {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / n)
}

// meanSE returns the mean of list and its standard error. The list has one number for
// each example or draw.
func meanSE(list []float64) (mean, standardError float64) {
	mean, sd := meanSD(list)
	return mean, sd / math.Sqrt(float64(len(list)))
}
