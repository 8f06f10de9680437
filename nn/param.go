package nn

import (
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A Param is a named variable of a network: a learned weight, or a buffer such as
// a running statistic.
type Param struct {
	Name   string         // unique within a system, for example "G.0.weight"
	Value  *tensor.Tensor // the graph input that represents it
	Init   Initializer
	Buffer bool // no optimiser changes it; a forward pass may set it

	// adjust, if it is not nil, changes the initial value that was drawn. seed is the
	// seed of all initial values, so that it can use that of another parameter.
	adjust func(value *tensor.Array, seed uint64)
}

// NewParam returns a parameter of the given shape.
func NewParam(name string, dtype tensor.DType, init Initializer, shape ...int) *Param {
	return &Param{Name: name, Value: tensor.Input(name, dtype, shape...), Init: init}
}

// Initial returns the initial value of p. It depends only on p and seed. Parameters of
// different names have independent random numbers.
func (p *Param) Initial(seed uint64) *tensor.Array {
	a := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
	p.Init(a.Data, a.Shape, random.New(seed, "initial value of "+p.Name))
	if p.adjust != nil {
		p.adjust(a, seed)
	}
	return a
}
