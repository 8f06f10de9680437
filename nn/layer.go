package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/tensor"
)

// An Apply traces a layer: x of shape [batch, in...] to [batch, out...].
type Apply func(c *Context, x *tensor.Tensor) *tensor.Tensor

// A Layer describes a part of a network. Called with the shape of its input,
// the batch axis left out, it makes its parameters and returns how it is
// applied. A Layer that holds other layers makes them by [Builder.Within].
type Layer func(b *Builder, in []int) Apply

// A Builder makes the parameters of a layer.
type Builder struct {
	DType tensor.DType // of the parameters and of the values between layers
	name  string       // begins the names of the parameters, for example "G.3.1"
	owner *Network
}

// Param makes a parameter of the layer under construction. It panics with a
// *[tensor.MisuseError] if the network has a parameter of that name already, if a
// size of the shape is below 1, and without an initialiser.
func (b *Builder) Param(name string, init Initializer, shape ...int) *Param {
	name = b.name + "." + name
	if slices.ContainsFunc(b.owner.Params, func(p *Param) bool { return p.Name == name }) {
		tensor.Misuse("nn.Param", []string{name}, "network %s has two parameters of this name", b.owner.Name)
	}
	if slices.ContainsFunc(shape, func(d int) bool { return d < 1 }) {
		tensor.Misuse("nn.Param", []string{name}, "its shape is %v, want sizes of at least 1", shape)
	}
	if init == nil {
		tensor.Misuse("nn.Param", []string{name}, "it has no initialiser")
	}
	p := NewParam(name, b.DType, init, shape...)
	b.owner.Params = append(b.owner.Params, p)
	return p
}

// Buffer makes a parameter that no optimiser changes. The layer may change it
// when it is applied, by [Context.Set].
func (b *Builder) Buffer(name string, init Initializer, shape ...int) *Param {
	p := b.Param(name, init, shape...)
	p.Buffer = true
	return p
}

// Weight makes the parameter called weight. units is its axis of units, or output
// channels. [SpectralNorm] and [WeightNorm] change parameters made by Weight, and
// no others.
func (b *Builder) Weight(init Initializer, units int, shape ...int) *Param {
	p := b.Param("weight", init, shape...)
	b.owner.weights = append(b.owner.weights, weight{p, units})
	return p
}

// A weight is a parameter made by Builder.Weight.
type weight struct {
	*Param
	units int // the axis of the units
}

// inputs returns the axes that are not that of the units.
func (w weight) inputs() []int {
	axes := axesFrom(0, w.Value.Rank())
	return slices.Delete(axes, w.units, w.units+1)
}

// perUnit returns a value for each unit, [units], in a shape that broadcasts
// against the weight.
func (w weight) perUnit(v *tensor.Tensor) *tensor.Tensor {
	shape := slices.Repeat([]int{1}, w.Value.Rank())
	shape[w.units] = v.Size()
	return v.Reshape(shape...)
}

// Within builds layer number i of a layer that holds others, for inputs of
// shape in. Within layer G.3 the parameters of layer 1 are called G.3.1.what.
// It returns how the layer is applied and the shape of its output, both shapes
// without the batch axis.
func (b *Builder) Within(i int, layer Layer, in []int) (apply Apply, out []int) {
	inner := &Builder{DType: b.DType, name: fmt.Sprintf("%s.%d", b.name, i), owner: b.owner}
	return inner.build(layer, in)
}

// build builds a layer under the builder's own name. It finds the shape of the
// output by tracing the layer once.
func (b *Builder) build(layer Layer, in []int) (apply Apply, out []int) {
	apply = layer(b, in)
	c := NewContext(false, Seeded(0, tensor.Zeros(tensor.Uint32, 2)))
	for _, d := range b.owner.Conditions {
		c = c.With(d.Name, tensor.Input(d.Name, d.DType, append([]int{1}, d.Shape...)...))
	}
	x := tensor.Input("x", b.DType, append([]int{1}, in...)...)
	return apply, apply(c, x).Shape()[1:]
}

// relative returns the name of a weight without the builder's own name.
func (b *Builder) relative(w weight) string { return strings.TrimPrefix(w.Name, b.name+".") }
