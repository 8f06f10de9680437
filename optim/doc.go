// Package optim contains optimisers, schedules for their settings, and moving
// averages of parameters. An optimiser is a pure function of tensors. Its arguments
// are the value of a parameter, the slots of the parameter, a gradient and the
// number of the step. Its results are the next value and the next slots. The package
// exists so that every update of a game is part of one compiled round.
//
// The package must not know to which player a parameter belongs, or why it changes.
package optim

import "github.com/gander-ml/gander/tensor"

// An Optimizer defines how a gradient changes a parameter.
type Optimizer interface {
	// Slots returns the names of the values that are stored for each parameter.
	// Each has the shape of the parameter and is zero at first.
	Slots() []string

	// Next returns the next value of a parameter and of its slots. g is the
	// gradient of the loss to be minimised. step is a float32 scalar: the number
	// of steps before this one.
	Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor)
}

// A Transformer is an [Optimizer] that uses the gradients of all parameters of a
// player together, for example to limit their norm.
type Transformer interface {
	Optimizer

	// Transform returns the gradients to use instead, in the same order and with
	// the same shapes. It is called once in each update, before Next is called
	// for each parameter.
	Transform(gradients []*tensor.Tensor) []*tensor.Tensor
}
