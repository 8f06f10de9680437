package nn

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// An Apply traces a layer: x of shape [batch, in...] to [batch, out...].
type Apply func(c *Context, x *tensor.Tensor) *tensor.Tensor

// A Layer describes a part of a network. Called with the shape of its input,
// the batch axis left out, it makes its parameters and returns how it is
// applied.
type Layer func(b *Builder, in []int) Apply

// A Builder makes the parameters of a layer.
type Builder struct {
	DType tensor.DType
	name  string
	owner *Network
}

// Param makes a parameter of the layer under construction.
func (b *Builder) Param(name string, init Initializer, shape ...int) *Param {
	p := NewParam(b.name+"."+name, b.DType, init, shape...)
	b.owner.Params = append(b.owner.Params, p)
	return p
}

// A Network is a sequence of layers with their parameters.
type Network struct {
	Name    string
	In, Out []int // shapes without the batch axis
	Params  []*Param
	layers  []Apply
}

// New builds a float32 network for inputs of shape in, the batch axis left
// out. Parameters are named name.index.what. It panics with a
// *tensor.MisuseError if the layers do not fit one another.
func New(name string, in []int, layers ...Layer) *Network {
	return NewOf(tensor.Float32, name, in, layers...)
}

// NewOf builds a network whose parameters have the given dtype.
func NewOf(dtype tensor.DType, name string, in []int, layers ...Layer) *Network {
	n := &Network{Name: name, In: in, Out: in}
	for i, layer := range layers {
		b := &Builder{DType: dtype, name: fmt.Sprintf("%s.%d", name, i), owner: n}
		apply := layer(b, n.Out)
		n.layers = append(n.layers, apply)
		n.Out = outputShape(dtype, apply, n.Out)
	}
	return n
}

// outputShape finds the shape of a layer's output by tracing it once.
func outputShape(dtype tensor.DType, apply Apply, in []int) []int {
	x := tensor.Input("x", dtype, append([]int{1}, in...)...)
	return apply(NewContext(false, nil), x).Shape()[1:]
}

// Apply traces the network on x, [batch, in...], and returns [batch, out...].
func (n *Network) Apply(c *Context, x *tensor.Tensor) *tensor.Tensor {
	for _, layer := range n.layers {
		x = layer(c, x)
	}
	return x
}

// Trainable returns the parameters an optimiser may change.
func (n *Network) Trainable() []*Param {
	var params []*Param
	for _, p := range n.Params {
		if !p.Fixed {
			params = append(params, p)
		}
	}
	return params
}

// Size returns the number of elements of all parameters.
func (n *Network) Size() int {
	size := 0
	for _, p := range n.Params {
		size += p.Value.Size()
	}
	return size
}
