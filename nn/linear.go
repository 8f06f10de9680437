package nn

import "github.com/gander-ml/gander/tensor"

// Linear is x W + b with W of shape [in, units] drawn by weight and b of shape
// [units] drawn by bias; there is no b if that is nil. It flattens its input.
func Linear(units int, weight, bias Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		w := b.Weight(weight, 1, tensor.Size(in), units)
		add := channelBias(b, bias, units, 0)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return add(c, x.Flatten().MatMul(c.Value(w)))
		}
	}
}

// Maxout computes for each unit the maximum of its pieces, which are linear
// functions (Goodfellow et al. 2013, equation 1). W has shape [in, units*pieces],
// the pieces of a unit next to one another. It flattens its input.
func Maxout(units, pieces int, weight, bias Initializer) Layer {
	linear := Linear(units*pieces, weight, bias)
	return func(b *Builder, in []int) Apply {
		apply := linear(b, in)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return apply(c, x).Reshape(-1, units, pieces).MaxOver(2)
		}
	}
}
