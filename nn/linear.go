package nn

import "github.com/gander-ml/gander/tensor"

// Linear computes x W + b. W has shape [in, units] and is initialised by weight. b
// has shape [units] and is initialised by bias; if bias is nil, there is no b. Linear
// flattens its input.
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
// functions (Goodfellow et al. 2013, equation 1). W has shape [in, units*pieces];
// the pieces of a unit are adjacent. Maxout flattens its input.
func Maxout(units, pieces int, weight, bias Initializer) Layer {
	linear := Linear(units*pieces, weight, bias)
	return func(b *Builder, in []int) Apply {
		apply := linear(b, in)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return apply(c, x).Reshape(-1, units, pieces).MaxOver(2)
		}
	}
}
