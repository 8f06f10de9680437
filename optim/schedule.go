package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// A Schedule is a setting as a function of the step, a float32 scalar that
// counts the steps taken before this one.
type Schedule func(step *tensor.Tensor) *tensor.Tensor

// Constant is v at every step.
func Constant(v float64) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor { return tensor.Scalar(step.DType(), v) }
}

// Divided starts at v, is divided by factor, which must be positive, after
// every step and stays at floor once it is there.
func Divided(v, factor, floor float64) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		// As a power of e: float32 cannot hold a factor as near to 1 as 1.000004.
		return step.Scale(-math.Log(factor)).Exp().Scale(v).Max(tensor.Scalar(step.DType(), floor))
	}
}

// Rising is from until epoch first and rises linearly to to at epoch last. It
// changes once an epoch, of stepsPerEpoch steps, at least 1.
func Rising(from, to float64, first, last, stepsPerEpoch int) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		constant := func(v float64) *tensor.Tensor { return tensor.Scalar(step.DType(), v) }
		epoch := step.Div(constant(float64(stepsPerEpoch))).Floor()
		risen := epoch.Plus(-float64(first)).Scale(1 / float64(max(last-first, 1)))
		risen = risen.Max(constant(0)).Min(constant(1))
		return risen.Scale(to - from).Plus(from)
	}
}
