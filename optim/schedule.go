package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// A Schedule is a setting as a function of step, a float32 scalar: the number of
// steps before this one.
type Schedule func(step *tensor.Tensor) *tensor.Tensor

// at returns the value of the schedule at a step. It panics with a MisuseError if the
// schedule, which the user knows by name, is nil.
func (s Schedule) at(name string, step *tensor.Tensor) *tensor.Tensor {
	if s == nil {
		tensor.Misuse("optimiser", nil, "%s is not set: use a schedule such as optim.Constant(1e-3)", name)
	}
	return s(step)
}

// Constant returns the schedule with the value v at every step.
func Constant(v float64) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor { return tensor.Scalar(step.DType(), v) }
}

// ExponentialDecay starts at v and is divided by factor after every step, until it
// reaches floor. factor must be positive.
func ExponentialDecay(v, factor, floor float64) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		// Computed as a power of e, because float32 cannot represent a factor as near to
		// 1 as 1.000004.
		return step.Scale(-math.Log(factor)).Exp().Scale(v).Max(tensor.Scalar(step.DType(), floor))
	}
}

// StepDecay starts at v and is multiplied by factor after each period of the given
// number of steps. factor must be positive and steps at least 1.
func StepDecay(v, factor float64, steps int) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		times := step.Div(tensor.Scalar(step.DType(), float64(steps))).Floor()
		return times.Scale(math.Log(factor)).Exp().Scale(v)
	}
}

// LinearRamp has the value from until epoch first, changes linearly until epoch
// last, and has the value to after that. An epoch has stepsPerEpoch steps, at least
// 1. The value changes once in each epoch, so with 1 it changes at every step.
// LinearRamp(v, 0, 0, n, 1) falls from v to 0 in n steps.
func LinearRamp(from, to float64, first, last, stepsPerEpoch int) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		epoch := step.Div(tensor.Scalar(step.DType(), float64(stepsPerEpoch))).Floor()
		part := progress(epoch.Plus(-float64(first)), last-first)
		return part.Scale(to - from).Plus(from)
	}
}

// Cosine changes from the value from to the value to along half a period of the
// cosine, in the given number of steps. After that it has the value to (Loshchilov
// and Hutter 2017, equation 5, without restarts).
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

// Product multiplies schedules. Product(LinearRamp(0, 1, 0, n, 1), s) is schedule s
// with a warm-up of n steps.
func Product(factors ...Schedule) Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		product := tensor.Scalar(step.DType(), 1)
		for _, f := range factors {
			product = product.Mul(f(step))
		}
		return product
	}
}
