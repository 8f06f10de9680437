package optim

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// Adam is the optimiser of Kingma and Ba 2015, algorithm 1.
type Adam struct {
	LearningRate Schedule
	Beta1, Beta2 float64 // in [0, 1): how long the moments remember
	Epsilon      float64 // 1e-8 in the paper; added to the root of the second moment
}

// Slots names the two moments.
func (Adam) Slots() []string { return []string{"moment1", "moment2"} }

// Next takes one step down the gradient.
func (o Adam) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	m := slots[0].Scale(o.Beta1).Add(g.Scale(1 - o.Beta1))
	v := slots[1].Scale(o.Beta2).Add(g.Square().Scale(1 - o.Beta2))
	t := step.Plus(1)
	rate := o.LearningRate(step).Div(unbiased(o.Beta1, t)).Convert(value.DType())
	root := unbiased(o.Beta2, t).Rsqrt().Convert(value.DType())
	change := m.Mul(rate).Div(v.Sqrt().Mul(root).Plus(o.Epsilon))
	return value.Sub(change), []*tensor.Tensor{m, v}
}

// unbiased returns 1 - beta^t. It is written as 1 - e^2x = -2 tanh(x) / (1 - tanh(x)),
// which keeps its precision while beta^t is near 1.
func unbiased(beta float64, t *tensor.Tensor) *tensor.Tensor {
	if beta == 0 {
		return tensor.Scalar(t.DType(), 1)
	}
	half := t.Scale(math.Log(beta) / 2).Tanh()
	return half.Scale(-2).Div(half.Neg().Plus(1))
}
