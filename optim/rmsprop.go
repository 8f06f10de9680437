package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// RMSProp divides the gradient by the root of a running mean of its square
// (Tieleman and Hinton 2012). Two definitions are common. To reproduce a published
// result, use the one that it used:
//
//	PyTorch       Decay .99, Epsilon 1e-8
//	TensorFlow 1  Decay .9, Epsilon 1e-10, EpsilonInside, StartAtOne
type RMSProp struct {
	LearningRate  Schedule
	Decay         float64 // in (0, 1): decay of the mean square in each step
	Epsilon       float64
	EpsilonInside bool // epsilon is added to the mean square, under the root, not to the root
	StartAtOne    bool // the mean square is 1 before the first step, not 0
}

// Slots returns the name of the mean square. The slot is 0 before the first step,
// also with StartAtOne: the added part depends only on the step.
func (RMSProp) Slots() []string { return []string{"square"} }

// Next takes one step down the gradient.
func (o RMSProp) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	square := slots[0].Scale(o.Decay).Add(g.Square().Scale(1 - o.Decay))
	mean := square
	if o.StartAtOne {
		left := step.Plus(1).Scale(math.Log(o.Decay)).Exp()
		mean = mean.Add(left.Convert(value.DType()))
	}
	divisor := rootOf(mean).Plus(o.Epsilon)
	if o.EpsilonInside {
		divisor = mean.Plus(o.Epsilon).Sqrt()
	}
	rate := o.LearningRate.at("LearningRate", step).Convert(value.DType())
	return value.Sub(g.Mul(rate).Div(divisor)), []*tensor.Tensor{square}
}
