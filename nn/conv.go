package nn

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// Conv is a convolution in 1 to 3 spatial dimensions: [in, spatial...] to
// [channels, spatial...]. The kernel has shape [channels, in/groups, kernel...] and
// is initialised by weight. Each channel has a bias, initialised by bias; if bias is
// nil, there is none.
func Conv(channels int, w Window, weight, bias Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		d := len(in) - 1
		kernel := b.Weight(weight, 0, w.shape(channels, in[0]/w.groups(), d)...)
		add := channelBias(b, bias, channels, d)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return add(c, x.Conv(c.Value(kernel), w.attr(d)))
		}
	}
}

// ConvTranspose is a transposed convolution (called fractionally strided in
// Radford et al. 2016): [in, spatial...] to [channels, spatial...]. The kernel has
// shape [in, channels/groups, kernel...]. weight and bias are as in [Conv].
func ConvTranspose(channels int, w Window, weight, bias Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		if channels%w.groups() != 0 {
			tensor.Misuse("nn.ConvTranspose", []string{b.name}, "%d groups do not divide %d channels", w.groups(), channels)
		}
		d := len(in) - 1
		kernel := b.Weight(weight, 1, w.shape(in[0], channels/w.groups(), d)...)
		add := channelBias(b, bias, channels, d)
		more := slices.Repeat([]int{w.OutputPad}, d)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return add(c, x.ConvTranspose(c.Value(kernel), w.attr(d), more))
		}
	}
}

// Bias adds a learned number to each element of an example. After a convolution
// this is the untied bias. The parameter has the shape of the input.
func Bias(init Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		p := b.Param("bias", init, in...)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor { return x.Add(c.Value(p)) }
	}
}

// channelBias creates a bias for each channel and returns the function that adds it.
func channelBias(b *Builder, bias Initializer, channels, d int) Apply {
	if bias == nil {
		return func(_ *Context, x *tensor.Tensor) *tensor.Tensor { return x }
	}
	p := b.Param("bias", bias, channels)
	return func(c *Context, x *tensor.Tensor) *tensor.Tensor { return x.Add(perChannel(c.Value(p), d)) }
}

// perChannel returns a value for each channel, of shape [channels] or [batch,
// channels], in a shape that broadcasts against [batch, channels, spatial...]
// of d spatial dimensions.
func perChannel(v *tensor.Tensor, d int) *tensor.Tensor {
	return v.Reshape(append(slices.Clone(v.Shape()), slices.Repeat([]int{1}, d)...)...)
}
