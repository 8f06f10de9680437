package nn

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A Condition is a named value that layers read in addition to the input of
// their network: a class, a vector of attributes. [Context.With] gives it.
type Condition struct {
	Name  string
	DType tensor.DType // a float condition has the dtype of the network
	Shape []int        // without the batch axis
}

// Class is the condition of a class: int32, one for each example.
func Class(name string) Condition { return Condition{Name: name, DType: tensor.Int32} }

// Vector is the condition of size numbers for each example, of the dtype of
// the network.
func Vector(name string, size int) Condition { return Condition{Name: name, Shape: []int{size}} }

// Condition declares that the layer under construction reads d, which
// [Context.Condition] then returns. Layers of one network may declare the same
// condition; it panics with a *[tensor.MisuseError] if they disagree about its
// dtype or shape.
func (b *Builder) Condition(d Condition) {
	if d.DType.IsFloat() {
		d.DType = b.DType
	}
	for _, known := range b.owner.Conditions {
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

// check panics unless value has the dtype and shape that a network of that name
// needs for d with a batch x.
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

// Given ignores its input: its output is a condition, after layers are applied
// to the condition. The latent vector times a vector of the class is
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

// Concat appends a condition to the channels, after layers are applied to the
// condition:
//
//	nn.Concat(nn.Class("class"), nn.OneHot(10))
//
// To a vector [n] it appends a vector [k], which gives [n+k]. To feature maps
// [channels, spatial...] it appends a vector [k] as k constant maps, or maps
// [k, spatial...] of the same size, which gives [channels+k, spatial...].
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
