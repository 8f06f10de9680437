package nn

import "github.com/gander-ml/gander/tensor"

// normEpsilon keeps a variance from 0, in both normalisations.
const normEpsilon = 1e-5

// normalise brings x to mean 0 and variance 1 over axes, and returns the mean
// and the variance, both without those axes.
func normalise(x *tensor.Tensor, axes []int) (y, mean, variance *tensor.Tensor) {
	mean = x.Mean(axes...)
	centred := x.Sub(mean.KeepDims(axes...))
	variance = centred.Square().Mean(axes...)
	return centred.Mul(variance.Plus(normEpsilon).Rsqrt().KeepDims(axes...)), mean, variance
}

// BatchNorm is batch normalisation (Ioffe and Szegedy 2015): each channel (axis
// 1) is brought to mean 0 and variance 1 over batch and space, then scaled and
// shifted by what is learned. In training it also keeps running averages of
// mean and unbiased variance, of which a tenth is new in each play, and with
// which it normalises outside training.
func BatchNorm(b *Builder, in []int) Apply {
	channels, d := in[0], len(in)-1
	scale, shift := b.Param("scale", Constant(1), channels), b.Param("shift", Zeros, channels)
	mean, variance := b.Param("mean", Zeros, channels), b.Param("variance", Constant(1), channels)
	mean.Fixed, variance.Fixed = true, true
	axes := []int{0}
	for i := range d {
		axes = append(axes, 2+i)
	}
	return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
		if !c.Training {
			inverse := c.Value(variance).Plus(normEpsilon).Rsqrt().Mul(c.Value(scale))
			return x.Sub(perChannel(c.Value(mean), d)).Mul(perChannel(inverse, d)).Add(perChannel(c.Value(shift), d))
		}
		y, m, v := normalise(x, axes)
		n := float64(x.Size() / channels)
		keep := func(p *Param, now *tensor.Tensor) {
			c.Set(p, c.Value(p).Scale(0.9).Add(now.Scale(0.1)).StopGradient())
		}
		keep(mean, m)
		keep(variance, v.Scale(n/max(n-1, 1)))
		return y.Mul(perChannel(c.Value(scale), d)).Add(perChannel(c.Value(shift), d))
	}
}

// LayerNorm is layer normalisation (Ba et al. 2016) without a learned scale:
// each example is brought to mean 0 and variance 1.
func LayerNorm(*Builder, []int) Apply {
	return func(_ *Context, x *tensor.Tensor) *tensor.Tensor {
		axes := make([]int, x.Rank()-1)
		for i := range axes {
			axes[i] = 1 + i
		}
		y, _, _ := normalise(x, axes)
		return y
	}
}
