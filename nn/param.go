package nn

import "github.com/gander-ml/gander/tensor"

// A Param is a named variable of a network: a learned weight, or a buffer such as
// a running statistic.
type Param struct {
	Name   string         // unique within a system, for example "G.0.weight"
	Value  *tensor.Tensor // the graph input that represents it
	Init   Initializer
	Buffer bool // no optimiser changes it; a forward pass may set it
}

// NewParam returns a parameter of the given shape.
func NewParam(name string, dtype tensor.DType, init Initializer, shape ...int) *Param {
	return &Param{Name: name, Value: tensor.Input(name, dtype, shape...), Init: init}
}
