package optim

import "github.com/gander-ml/gander/tensor"

// Average returns the exponential moving average of a parameter after its
// value changed: average + (1 - decay)(value - average).
func Average(average, value *tensor.Tensor, decay float64) *tensor.Tensor {
	return average.Add(value.Sub(average).Scale(1 - decay))
}
