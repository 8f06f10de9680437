package nn

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// Sequence applies layers one after another. Without layers it is the
// identity. The names of the parameters contain the position of their layer:
// G.3.0.weight.
func Sequence(layers ...Layer) Layer {
	return func(b *Builder, in []int) Apply {
		inner, _ := b.sequence(0, layers, in)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor { return applyAll(inner, c, x) }
	}
}

// sequence builds layers one after another and numbers them first, first+1, ...
// It returns the function of each layer and the output shape of the last one.
func (b *Builder) sequence(first int, layers []Layer, in []int) (applies []Apply, out []int) {
	out = in
	for i, layer := range layers {
		var apply Apply
		apply, out = b.Within(first+i, layer, out)
		applies = append(applies, apply)
	}
	return applies, out
}

// applyAll applies layers one after another.
func applyAll(layers []Apply, c *Context, x *tensor.Tensor) *tensor.Tensor {
	for _, layer := range layers {
		x = layer(c, x)
	}
	return x
}

// Residual computes branch(x) + skip(x) (He et al. 2016). Both must have the same
// shape. A nil skip is the identity. In the names of parameters the branch is
// layer 0 and the skip is layer 1.
func Residual(branch, skip Layer) Layer {
	if skip == nil {
		skip = Sequence()
	}
	return Sum(branch, skip)
}

// Sum applies layers to the same input and adds their outputs, which must have
// the same shape.
func Sum(layers ...Layer) Layer { return fold("nn.Sum", (*tensor.Tensor).Add, layers) }

// Product applies layers to the same input and multiplies their outputs
// elementwise. The outputs must have the same shape.
func Product(layers ...Layer) Layer { return fold("nn.Product", (*tensor.Tensor).Mul, layers) }

// fold returns a layer that applies layers to the same input and joins their outputs by f, from the
// first to the last. op is the name of the layer in errors.
func fold(op string, f func(a, b *tensor.Tensor) *tensor.Tensor, layers []Layer) Layer {
	return func(b *Builder, in []int) Apply {
		inner, outs := b.parallel(op, layers, in)
		for i, out := range outs {
			if !slices.Equal(out, outs[0]) {
				tensor.Misuse(op, nil, "in %s layer 0 gives %v, layer %d gives %v", b.name, outs[0], i, out)
			}
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			y := inner[0](c, x)
			for _, apply := range inner[1:] {
				y = f(y, apply(c, x))
			}
			return y
		}
	}
}

// Join applies layers to the same input and concatenates their outputs along the
// channels (axis 1). The numbers of channels may differ; the other dimensions must
// be equal.
func Join(layers ...Layer) Layer {
	return func(b *Builder, in []int) Apply {
		inner, _ := b.parallel("nn.Join", layers, in)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			parts := make([]*tensor.Tensor, len(inner))
			for i, apply := range inner {
				parts[i] = apply(c, x)
			}
			return tensor.Concatenate(1, parts...)
		}
	}
}

// parallel builds layers for the same input. There must be at least one.
func (b *Builder) parallel(op string, layers []Layer, in []int) (applies []Apply, outs [][]int) {
	if len(layers) == 0 {
		tensor.Misuse(op, nil, "want at least one layer")
	}
	for i, layer := range layers {
		apply, out := b.Within(i, layer, in)
		applies, outs = append(applies, apply), append(outs, out)
	}
	return applies, outs
}
