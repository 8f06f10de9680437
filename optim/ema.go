package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// EMA is an exponential moving average of a parameter.
type EMA struct {
	Decay float64 // in [0, 1): weight of the old average in each step

	// FromZero lets the average begin at 0 and not at the value. After t steps its weights
	// of all values so far add up to 1 - Decay^t, as in the code of Salimans et al. 2016.
	FromZero bool

	// RampUp, if it is not nil, multiplies the half-life of the average, so that
	// the half-life is short at first. Its values are in [0, 1]; at 0 the average
	// is equal to the value. If the half-life is h steps, LinearRamp(0, 1, 0, n, 1)
	// limits it to h/n times the number of steps so far (Karras et al. 2020 use
	// h/n = .05). R3GAN uses Cosine(0, 1, n) (Huang et al. 2024).
	RampUp Schedule
}

// HalfLife returns the decay of an average that has the given half-life in steps:
// after that number of steps, the old average has the weight 1/2. It is less than 1, also
// if the half-life is infinite.
func HalfLife(steps float64) float64 { return min(math.Exp2(-1/steps), math.Nextafter(1, 0)) }

// Next returns the new average: average + (1 - decay)(value - average). step is a
// float32 scalar: the number of steps before this one.
func (e EMA) Next(average, value, step *tensor.Tensor) *tensor.Tensor {
	change := value.Sub(average)
	if e.RampUp == nil {
		return average.Add(change.Scale(1 - e.Decay))
	}
	// The decay becomes decay^(1/ramp), which is e to the power 2*half.
	half := tensor.Scalar(step.DType(), math.Log(e.Decay)/2).Div(e.RampUp(step))
	return average.Add(change.Mul(oneMinusExp2(half).Convert(value.DType())))
}
