package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// Adam is the optimiser of Kingma and Ba 2015, algorithm 1.
type Adam struct {
	LearningRate Schedule
	Beta1, Beta2 float64 // in [0, 1): decay of the moments in each step
	Epsilon      float64 // 1e-8 in the paper; added to the root of the second moment

	// EpsilonInside adds epsilon to the second moment, under the root, as the
	// code of Salimans et al. 2016 does.
	EpsilonInside bool

	// Beta2Schedule, if it is not nil, replaces Beta2. The correction of the
	// second moment for its start at 0 uses the current value for all steps, as
	// PyTorch does when the setting changes (R3GAN, Huang et al. 2024).
	Beta2Schedule Schedule
}

// Slots returns the names of the two moments.
func (Adam) Slots() []string { return []string{"moment1", "moment2"} }

// Next takes one step down the gradient.
func (o Adam) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	m := slots[0].Scale(o.Beta1).Add(g.Scale(1 - o.Beta1))
	v, correction := o.second(slots[1], g, step)
	rate := o.LearningRate.at("LearningRate", step).Div(unbiased(o.Beta1, step.Plus(1))).Convert(value.DType())
	root := correction.Rsqrt().Convert(value.DType())
	divisor := rootOf(v).Mul(root).Plus(o.Epsilon)
	if o.EpsilonInside {
		divisor = v.Mul(root.Square()).Plus(o.Epsilon).Sqrt()
	}
	return value.Sub(m.Mul(rate).Div(divisor)), []*tensor.Tensor{m, v}
}

// rootOf returns the root of a mean of squares of gradients. Its derivative at 0, where all
// gradients were 0, is 0 and not infinite: the root of g^2 is |g|. An unrolled update
// (game.Trace.Unroll) is differentiated, and gradients that are exactly 0 are common there,
// for example those of units of ReLU that are off for the whole minibatch.
func rootOf(v *tensor.Tensor) *tensor.Tensor {
	zero, one := tensor.Scalar(v.DType(), 0), tensor.Scalar(v.DType(), 1)
	off := v.Compare(tensor.Equal, zero)
	return off.Select(zero, off.Select(one, v).Sqrt())
}

// second returns the next second moment, and the divisor that corrects it for its
// start at 0.
func (o Adam) second(v, g, step *tensor.Tensor) (next, correction *tensor.Tensor) {
	if o.Beta2Schedule == nil {
		return v.Scale(o.Beta2).Add(g.Square().Scale(1 - o.Beta2)), unbiased(o.Beta2, step.Plus(1))
	}
	beta := o.Beta2Schedule(step)
	keep := beta.Convert(v.DType())
	next = v.Mul(keep).Add(g.Square().Mul(keep.Neg().Plus(1)))
	return next, oneMinusExp2(beta.Log().Mul(step.Plus(1)).Scale(.5))
}

// unbiased returns 1 - beta^t. It is precise also for beta^t near 1.
func unbiased(beta float64, t *tensor.Tensor) *tensor.Tensor {
	if beta == 0 {
		return tensor.Scalar(t.DType(), 1)
	}
	return oneMinusExp2(t.Scale(math.Log(beta) / 2))
}

// oneMinusExp2 returns 1 - e^2x, precise also for x near 0. It computes
// -2 tanh(x) / (1 - tanh(x)).
func oneMinusExp2(x *tensor.Tensor) *tensor.Tensor {
	half := x.Tanh()
	return half.Scale(-2).Div(half.Neg().Plus(1))
}

// AdamW is [Adam] with decoupled weight decay (Loshchilov and Hutter 2019,
// algorithm 2, in PyTorch's form). Each step also subtracts the learning rate times
// Decay times the value. It decays every parameter.
type AdamW struct {
	Adam
	Decay float64
}

// Next takes one step down the gradient and towards 0.
func (o AdamW) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	next, slots := o.Adam.Next(value, slots, g, step)
	rate := o.LearningRate.at("LearningRate", step).Scale(o.Decay).Convert(value.DType())
	return next.Sub(value.Mul(rate)), slots
}
