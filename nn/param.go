package nn

import "github.com/gander-ml/gander/tensor"

// A Param is a named variable of a network: a weight that is learned, or a
// running statistic that is kept.
type Param struct {
	Name  string         // unique within a system, for example "G.0.weight"
	Value *tensor.Tensor // the input that stands for it in a graph
	Init  Initializer
	Fixed bool // no optimiser changes it; the forward pass may
}

// NewParam returns a parameter of the given shape.
func NewParam(name string, dtype tensor.DType, init Initializer, shape ...int) *Param {
	return &Param{Name: name, Value: tensor.Input(name, dtype, shape...), Init: init}
}
