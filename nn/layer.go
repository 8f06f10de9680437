package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/tensor"
)

// An Apply traces a layer: x of shape [batch, in...] to [batch, out...].
type Apply func(c *Context, x *tensor.Tensor) *tensor.Tensor

// A Layer describes a part of a network. It is called with the shape of its
// input, without the batch axis. It creates its parameters and returns the function
// that applies it. A Layer that contains other layers builds them with
// [Builder.Within].
type Layer func(b *Builder, in []int) Apply

// A Builder creates the parameters of a layer.
type Builder struct {
	DType tensor.DType // of the parameters and of the values between layers
	name  string       // prefix of the parameter names, for example "G.3.1"
	owner *Network

	reference int         // number of reference examples before those of the batch, see ReferenceBatch
	derived   []Condition // conditions that a layer around this one computes, see Derive
}

// Param creates a parameter of the layer under construction. It panics with a
// *[tensor.MisuseError] if the network already has a parameter of that name, if a
// size of the shape is below 1, or if init is nil.
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

// Buffer creates a parameter that no optimiser changes. The layer may set it with
// [Context.Set] when it is applied.
func (b *Builder) Buffer(name string, init Initializer, shape ...int) *Param {
	p := b.Param(name, init, shape...)
	p.Buffer = true
	return p
}

// Weight creates the parameter called weight. units is its axis of units or output
// channels. [SpectralNorm] and [WeightNorm] normalise parameters that were created
// by Weight, and no others.
func (b *Builder) Weight(init Initializer, units int, shape ...int) *Param {
	p := b.Param("weight", init, shape...)
	b.owner.weights = append(b.owner.weights, weight{p, units})
	return p
}

// A weight is a parameter that was created by Builder.Weight.
type weight struct {
	*Param
	units int // the axis of the units
}

// inputs returns all axes except the axis of the units.
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

// Within builds layer number i inside the layer under construction. in is the
// shape of its input. Within layer G.3, the names of the parameters of layer 1
// begin with G.3.1. Within returns the function that applies the layer, and the
// shape of its output. Both shapes exclude the batch axis.
func (b *Builder) Within(i int, layer Layer, in []int) (apply Apply, out []int) {
	inner := &Builder{DType: b.DType, name: fmt.Sprintf("%s.%d", b.name, i), owner: b.owner, reference: b.reference, derived: b.derived}
	return inner.build(layer, in)
}

// build builds a layer under the builder's own name. It finds the shape of the
// output by tracing the layer once.
func (b *Builder) build(layer Layer, in []int) (apply Apply, out []int) {
	apply = layer(b, in)
	c := NewContext(false, Seeded(0, tensor.Zeros(tensor.Uint32, 2)))
	for _, d := range slices.Concat(b.owner.Conditions, b.derived) {
		c = c.With(d.Name, tensor.Input(d.Name, d.DType, append([]int{1}, d.Shape...)...))
	}
	x := tensor.Input("x", b.DType, append([]int{b.reference + 1}, in...)...)
	return apply, apply(c, x).Shape()[1:]
}

// relative returns the name of a weight without the builder's own name.
func (b *Builder) relative(w weight) string { return strings.TrimPrefix(w.Name, b.name+".") }
