package nn

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A Condition is a named value that layers read in addition to the input of
// their network, for example a class or a vector of attributes. [Context.With]
// sets its value.
type Condition struct {
	Name  string
	DType tensor.DType // a float condition has the dtype of the network
	Shape []int        // without the batch axis
}

// Class returns a condition with one class, int32, for each example.
func Class(name string) Condition { return Condition{Name: name, DType: tensor.Int32} }

// Vector returns a condition with size numbers for each example, of the dtype of
// the network.
func Vector(name string, size int) Condition { return Condition{Name: name, Shape: []int{size}} }

// Condition declares that the layer under construction reads d. The layer then
// gets the value from [Context.Condition]. Several layers of a network may declare
// the same condition. Condition panics with a *[tensor.MisuseError] if they
// declare different dtypes or shapes, or if the layer is inside [ReferenceBatch].
func (b *Builder) Condition(d Condition) {
	if b.reference > 0 {
		tensor.Misuse("network "+b.owner.Name, []string{b.name},
			"a layer inside nn.ReferenceBatch reads condition %q, which has no values for the reference batch", d.Name)
	}
	if d.DType.IsFloat() {
		d.DType = b.DType
	}
	for _, known := range slices.Concat(b.derived, b.owner.Conditions) {
		if known.Name != d.Name {
			continue
		}
		if known.DType != d.DType || !slices.Equal(known.Shape, d.Shape) {
			tensor.Misuse("network "+b.owner.Name, []string{known.String(), d.String()},
				"two layers declare condition %q in different ways", d.Name)
		}
		return
	}
	b.owner.Conditions = append(b.owner.Conditions, d)
}

// String describes the condition of one example: "class int32[]".
func (d Condition) String() string { return fmt.Sprintf("%s %v%v", d.Name, d.DType, d.Shape) }

// check panics unless value has the dtype and the shape of d for the batch x.
// network is the name of the network.
func (d Condition) check(network string, value, x *tensor.Tensor) {
	op := "network " + network
	if value == nil {
		tensor.Misuse(op, []string{x.String()},
			"condition %q is missing: apply the network in c.With(%q, value)", d.Name, d.Name)
	}
	want := append([]int{x.Dim(0)}, d.Shape...)
	if value.DType() != d.DType || !slices.Equal(value.Shape(), want) {
		tensor.Misuse(op, []string{x.String()}, "condition %q is %v, want %v%v", d.Name, value, d.DType, want)
	}
}

// Derive computes a condition called name once, by applying a layer to the condition
// from, and then applies layers that read it. Here two layers read the same vector of the
// class:
//
//	nn.Derive("label", nn.Class("class"), nn.Embedding(10, 64, init),
//		nn.Concat(nn.Vector("label", 64)), nn.Linear(100, init, nil),
//		nn.Concat(nn.Vector("label", 64)), nn.Linear(1, init, nil))
//
// In the names of parameters the layer that computes the condition is layer 0. The network
// does not have the derived condition among its own. Derive panics with a
// *[tensor.MisuseError] if the network or a layer around it has a condition of that name.
func Derive(name string, from Condition, by Layer, layers ...Layer) Layer {
	return func(b *Builder, in []int) Apply {
		b.Condition(from)
		value, shape := b.Within(0, by, from.Shape)
		for _, known := range slices.Concat(b.derived, b.owner.Conditions) {
			if known.Name == name {
				tensor.Misuse("nn.Derive", []string{b.name}, "there is already a condition %q", name)
			}
		}
		inside := *b
		inside.derived = append(slices.Clone(b.derived), Condition{name, b.DType, shape})
		inner, _ := inside.sequence(1, layers, in)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return applyAll(inner, c.With(name, value(c, c.Condition(from.Name))), x)
		}
	}
}

// Given ignores its input. Its output is the output of layers applied to a
// condition. This layer multiplies the latent vector by a vector of the class:
//
//	nn.Product(nn.Sequence(), nn.Given(nn.Class("class"), nn.Embedding(10, 100, init)))
func Given(d Condition, layers ...Layer) Layer {
	return func(b *Builder, _ []int) Apply {
		b.Condition(d)
		inner, _ := b.sequence(0, layers, d.Shape)
		return func(c *Context, _ *tensor.Tensor) *tensor.Tensor {
			return applyAll(inner, c, c.Condition(d.Name))
		}
	}
}

// Concat applies layers to a condition and appends the output to the channels of
// its input:
//
//	nn.Concat(nn.Class("class"), nn.OneHot(10))
//
// If the input is a vector [n], the appended output is a vector [k], and the
// result is [n+k]. If the input is feature maps [channels, spatial...], the
// appended output is a vector [k], which becomes k constant maps, or maps
// [k, spatial...] of the same size. The result is [channels+k, spatial...].
func Concat(d Condition, layers ...Layer) Layer {
	return func(b *Builder, in []int) Apply {
		b.Condition(d)
		inner, out := b.sequence(0, layers, d.Shape)
		if len(out) != 1 && (len(out) != len(in) || !slices.Equal(out[1:], in[1:])) {
			tensor.Misuse("nn.Concat", []string{d.String()}, "cannot append shape %v to the channels of %v", out, in)
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			y := applyAll(inner, c, c.Condition(d.Name))
			if y.Rank() < x.Rank() { // a vector becomes constant maps
				maps := append(y.Shape()[:2:2], x.Shape()[2:]...)
				y = y.Broadcast(maps, []int{0, 1})
			}
			return tensor.Concatenate(1, x, y)
		}
	}
}
