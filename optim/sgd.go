package optim

import "github.com/gander-ml/gander/tensor"

// SGD is gradient descent with momentum (Polyak 1964), in the form of the 2014
// code: the velocity becomes momentum*velocity - rate*g, and is then added to the
// value.
type SGD struct{ LearningRate, Momentum Schedule }

// Slots returns the name of the velocity.
func (SGD) Slots() []string { return []string{"velocity"} }

// Next takes one step down the gradient.
func (o SGD) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	rate := o.LearningRate.at("LearningRate", step).Convert(value.DType())
	momentum := o.Momentum.at("Momentum", step).Convert(value.DType())
	velocity := slots[0].Mul(momentum).Sub(g.Mul(rate))
	return value.Add(velocity), []*tensor.Tensor{velocity}
}
