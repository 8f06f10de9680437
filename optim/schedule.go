package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// A Schedule is a setting as a function of the step, a float32 scalar that
// counts the steps taken before this one.
type Schedule func(step *tensor.Tensor) *tensor.Tensor

// at returns the setting called name at a step. A schedule that is not set is
// misuse.
func (s Schedule) at(name string, step *tensor.Tensor) *tensor.Tensor {
	if s == nil {
		tensor.Misuse("optimiser", nil, "%s is not set: optim.Constant(1e-3) is one", name)
	}
	return s(step)
}

// Constant is v at every step.
func Constant(v float64) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor { return tensor.Scalar(step.DType(), v) }
}

// ExponentialDecay starts at v, is divided by factor, which must be positive,
// after every step and stays at floor once it is there.
func ExponentialDecay(v, factor, floor float64) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		// As a power of e: float32 cannot hold a factor as near to 1 as 1.000004.
		return step.Scale(-math.Log(factor)).Exp().Scale(v).Max(tensor.Scalar(step.DType(), floor))
	}
}

// StepDecay starts at v and is multiplied by factor, which must be positive,
// each time that steps more steps were taken. steps is at least 1.
func StepDecay(v, factor float64, steps int) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		times := step.Div(tensor.Scalar(step.DType(), float64(steps))).Floor()
		return times.Scale(math.Log(factor)).Exp().Scale(v)
	}
}

// LinearRamp is from until epoch first and goes linearly to to, where it is
// from epoch last on. It changes once an epoch, of stepsPerEpoch steps, at
// least 1; with 1 it changes at every step. LinearRamp(v, 0, 0, n, 1) falls
// from v to 0 in n steps.
func LinearRamp(from, to float64, first, last, stepsPerEpoch int) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		epoch := step.Div(tensor.Scalar(step.DType(), float64(stepsPerEpoch))).Floor()
		part := progress(epoch.Plus(-float64(first)), last-first)
		return part.Scale(to - from).Plus(from)
	}
}

// Cosine goes from its first value to its second along half a period of the
// cosine, in the given number of steps, and stays there (Loshchilov and Hutter 2017, equation 5, without
// restarts).
func Cosine(from, to float64, steps int) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		return progress(step, steps).Scale(math.Pi).Cos().Scale((from - to) / 2).Plus((from + to) / 2)
	}
}

// progress returns step/steps, limited to [0, 1].
func progress(step *tensor.Tensor, steps int) *tensor.Tensor {
	constant := func(v float64) *tensor.Tensor { return tensor.Scalar(step.DType(), v) }
	return step.Scale(1 / float64(max(steps, 1))).Max(constant(0)).Min(constant(1))
}

// Product multiplies schedules. Product(LinearRamp(0, 1, 0, n, 1), s) is s with
// a warm-up of n steps.
func Product(factors ...Schedule) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		product := tensor.Scalar(step.DType(), 1)
		for _, f := range factors {
			product = product.Mul(f(step))
		}
		return product
	}
}
