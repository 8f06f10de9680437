package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// EMA is an exponential moving average of a parameter.
type EMA struct {
	Decay float64 // in [0, 1): share of the average that is kept in each step

	// RampUp, if it is not nil, multiplies the half-life of the average, so
	// that the average is short at first; it is in [0, 1]. At 0 the average is
	// the value itself. With a half-life of h steps, LinearRamp(0, 1, 0, n, 1)
	// keeps it at most h/n times the steps taken (Karras et al. 2020 have
	// h/n = .05); Cosine(0, 1, n) is that of R3GAN (Huang et al. 2024).
	RampUp Schedule
}

// HalfLife returns the decay with which half of an average is new after the
// given number of steps.
func HalfLife(steps float64) float64 { return math.Exp2(-1 / steps) }

// Next returns the average after value changed: average + (1 - decay)(value -
// average). step is a float32 scalar, the number of steps taken before this
// one.
func (e EMA) Next(average, value, step *tensor.Tensor) *tensor.Tensor {
	change := value.Sub(average)
	if e.RampUp == nil {
		return average.Add(change.Scale(1 - e.Decay))
	}
	// The decay becomes decay^(1/ramp): e to the power 2 times this.
	half := tensor.Scalar(step.DType(), math.Log(e.Decay)/2).Div(e.RampUp(step))
	return average.Add(change.Mul(oneMinusExp2(half).Convert(value.DType())))
}
