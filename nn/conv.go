package nn

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A Window is how a convolution moves, the same in every spatial dimension.
type Window struct{ Kernel, Stride, Pad int }

// attr returns the attributes of a convolution in d spatial dimensions.
func (w Window) attr(d int) tensor.ConvAttr {
	c := tensor.Plain(d)
	c.Strides = slices.Repeat([]int{w.Stride}, d)
	c.PadLow = slices.Repeat([]int{w.Pad}, d)
	c.PadHigh = c.PadLow
	return c
}

// shape returns the shape of a kernel between so many channels.
func (w Window) shape(first, second, d int) []int {
	return append([]int{first, second}, slices.Repeat([]int{w.Kernel}, d)...)
}

// Conv is a convolution with bias in 1 to 3 spatial dimensions: [in,
// spatial...] to [channels, spatial...], with a kernel of shape [channels, in,
// kernel...] drawn by weight and a bias for each channel drawn by bias, none
// if that is nil.
func Conv(channels int, w Window, weight, bias Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		d := len(in) - 1
		kernel := b.Param("weight", weight, w.shape(channels, in[0], d)...)
		add := channelBias(b, bias, channels, d)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return add(c, x.Conv(c.Value(kernel), w.attr(d)))
		}
	}
}

// ConvTranspose is a transposed convolution with bias (fractionally strided,
// Radford et al. 2016): [in, n...] to [channels, (n-1)*stride - 2*pad +
// kernel...], with a kernel of shape [in, channels, kernel...].
func ConvTranspose(channels int, w Window, weight, bias Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		d := len(in) - 1
		kernel := b.Param("weight", weight, w.shape(in[0], channels, d)...)
		add := channelBias(b, bias, channels, d)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return add(c, x.ConvTranspose(c.Value(kernel), w.attr(d), make([]int, d)))
		}
	}
}

// channelBias makes a bias for each channel and returns how it is added.
func channelBias(b *Builder, bias Initializer, channels, d int) Apply {
	if bias == nil {
		return func(_ *Context, x *tensor.Tensor) *tensor.Tensor { return x }
	}
	p := b.Param("bias", bias, channels)
	return func(c *Context, x *tensor.Tensor) *tensor.Tensor { return x.Add(perChannel(c.Value(p), d)) }
}

// perChannel returns a value for each channel, [channels], in a shape that
// broadcasts against [batch, channels, spatial...] of d spatial dimensions.
func perChannel(v *tensor.Tensor, d int) *tensor.Tensor {
	return v.Reshape(append([]int{v.Size()}, slices.Repeat([]int{1}, d)...)...)
}
