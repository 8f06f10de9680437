// Package optim holds optimisers, the schedules of their settings, and
// averaging of parameters. An optimiser is a pure function of tensors: the
// value of a parameter, the slots kept for it, a gradient and the number of
// the step give the next value and slots. It exists so that every update of a
// game is part of one compiled round.
//
// The package must not know whose parameters it changes or why.
package optim

import "github.com/gander-ml/gander/tensor"

// An Optimizer defines how a gradient changes a parameter.
type Optimizer interface {
	// Slots names the values kept for each parameter, each of its shape and
	// zero at first.
	Slots() []string

	// Next returns the next value of a parameter and of its slots. g is the
	// gradient of the loss to be minimised; step is a float32 scalar, the
	// number of steps taken before this one.
	Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor)
}

// A Transformer is an [Optimizer] that looks at the gradients of all parameters
// of a player together, to limit their norm for example.
type Transformer interface {
	Optimizer

	// Transform returns new gradients, of the same number, shapes and order, to
	// use instead. It is called once in each update, before Next is called for
	// each parameter.
	Transform(gradients []*tensor.Tensor) []*tensor.Tensor
}
