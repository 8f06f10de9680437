package nn

import "github.com/gander-ml/gander/tensor"

// normEpsilon is added to variances, unless an option gives another value.
const normEpsilon = 1e-5

// normalise scales x to mean 0 and variance 1 over axes. It also returns the mean
// and the variance, both without those axes.
func normalise(x *tensor.Tensor, axes []int, epsilon float64) (y, mean, variance *tensor.Tensor) {
	mean = x.Mean(axes...)
	centred := x.Sub(mean.KeepDims(axes...))
	variance = centred.Square().Mean(axes...)
	return centred.Mul(variance.Plus(epsilon).Rsqrt().KeepDims(axes...)), mean, variance
}

// LayerNorm is layer normalisation (Ba et al. 2016) without a learned scale. It
// normalises each example to mean 0 and variance 1. GroupNorm(1, Affine) has a
// scale and a shift.
func LayerNorm(*Builder, []int) Apply {
	return func(_ *Context, x *tensor.Tensor) *tensor.Tensor {
		y, _, _ := normalise(x, axesFrom(1, x.Rank()), normEpsilon)
		return y
	}
}

// A Norm contains the options of layers that normalise each example separately.
type Norm struct {
	Epsilon      float64     // added to the variance
	Scale, Shift Initializer // initial values for each channel; nil: no scale or shift
}

// Affine has the usual options: epsilon 1e-5, initial scale 1 and initial shift
// 0.
var Affine = Norm{Epsilon: normEpsilon, Scale: Constant(1), Shift: Zeros}

// GroupNorm is group normalisation (Wu and He 2018) of [channels, spatial...].
// It divides the channels of each example into groups of adjacent channels and
// normalises each group to mean 0 and variance 1. Then it applies the learned scale
// and shift of each channel.
func GroupNorm(groups int, o Norm) Layer {
	return func(b *Builder, in []int) Apply {
		if groups < 1 || in[0]%groups != 0 {
			tensor.Misuse("nn.GroupNorm", []string{b.name}, "%d channels are not %d equal groups", in[0], groups)
		}
		affine := channelAffine(b, o.Scale, o.Shift, in[0], len(in)-1)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			y, _, _ := normalise(x.Reshape(x.Dim(0), groups, -1), []int{2}, o.Epsilon)
			return affine(c, y.Reshape(x.Shape()...))
		}
	}
}

// InstanceNorm is instance normalisation (Ulyanov et al. 2016): [GroupNorm]
// with a group for each channel.
func InstanceNorm(o Norm) Layer {
	return func(b *Builder, in []int) Apply { return GroupNorm(in[0], o)(b, in) }
}

// channelAffine creates a scale and a shift for each channel and returns the
// function that applies them. A nil initialiser means no scale or no shift.
func channelAffine(b *Builder, scale, shift Initializer, channels, d int) Apply {
	var s, t *Param
	if scale != nil {
		s = b.Param("scale", scale, channels)
	}
	if shift != nil {
		t = b.Param("shift", shift, channels)
	}
	return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
		if s != nil {
			x = x.Mul(perChannel(c.Value(s), d))
		}
		if t != nil {
			x = x.Add(perChannel(c.Value(t), d))
		}
		return x
	}
}

// PixelNorm divides the channels at each position by the square root of the mean
// of their squares plus 1e-8 (Karras et al. 2018, section 4.2).
var PixelNorm = Each(func(x *tensor.Tensor) *tensor.Tensor {
	return x.Mul(x.Square().Mean(1).Plus(1e-8).Rsqrt().KeepDims(1))
})
