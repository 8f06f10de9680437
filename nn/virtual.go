package nn

import "github.com/gander-ml/gander/tensor"

// ReferenceBatch applies layers to a fixed reference batch together with the input. The
// examples of the reference batch are put before those of the input, and their outputs
// are dropped. It is for layers such as [VirtualBatchNorm], which normalise an example by
// the statistics of the reference batch (Salimans et al. 2016, section 3.5). Every
// application computes the layers for n more examples.
//
// The buffer "reference", [n, in...], is initialised by reference and does not change.
// Use [Values] with n examples of the dataset for a discriminator, and the distribution
// of the latent for a generator. The inner layers must not read conditions, which
// have no values for the reference batch: a layer that does panics with a
// *[tensor.MisuseError].
func ReferenceBatch(n int, reference Initializer, layers ...Layer) Layer {
	return func(b *Builder, in []int) Apply {
		batch := b.Buffer("reference", reference, append([]int{n}, in...)...)
		within := *b
		within.reference = n
		inner, _ := within.sequence(0, layers, in)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			y := applyAll(inner, c, tensor.Concatenate(0, c.Value(batch), x))
			return y.Slice1(0, n, y.Dim(0))
		}
	}
}

// DefaultVirtualBatchNorm are the published options of [VirtualBatchNorm] (the code of
// Salimans et al. 2016): epsilon 1e-5, initial scales from N(1, 0.02^2), initial shift 0.
var DefaultVirtualBatchNorm = Norm{Epsilon: normEpsilon, Scale: NormalAround(1, .02), Shift: Zeros}

// VirtualBatchNorm is virtual batch normalisation (Salimans et al. 2016, section 3.5) of
// [channels, spatial...]. There may be no spatial dimensions. It must be inside
// [ReferenceBatch]. It normalises the n reference examples of that to mean 0 and variance 1 in
// each channel. For an example x of the input it uses the mean
//
//	m = (mean of x + n mean of the reference batch) / (n + 1)
//
// and the mean of the squares, s, weighted in the same way; the mean of x is over space.
// The result is (x - m) / sqrt(s - m^2 + epsilon), with the learned scale and shift of
// each channel. An output does not depend on the other examples of the input, and is the
// same in training and outside training. Outside [ReferenceBatch] the layer panics with a
// *[tensor.MisuseError].
func VirtualBatchNorm(o Norm) Layer {
	return func(b *Builder, in []int) Apply {
		n := b.reference
		if n == 0 {
			tensor.Misuse("nn.VirtualBatchNorm", []string{b.name}, "the layer must be inside nn.ReferenceBatch")
		}
		affine := channelAffine(b, o.Scale, o.Shift, in[0], len(in)-1)
		space := axesFrom(2, 1+len(in))
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			reference, mean, variance := normalise(x.Slice1(0, 0, n), append([]int{0}, space...), o.Epsilon)
			y := normaliseVirtually(x.Slice1(0, n, x.Dim(0)), mean, variance, n, space, o.Epsilon)
			return affine(c, tensor.Concatenate(0, reference, y))
		}
	}
}

// normaliseVirtually normalises each example of x, [batch, channels, spatial...], by the
// statistics of n reference examples and its own. mean and variance, [channels], are those
// of the reference.
func normaliseVirtually(x, mean, variance *tensor.Tensor, n int, space []int, epsilon float64) *tensor.Tensor {
	own, ownVariance := x, tensor.Scalar(x.DType(), 0)
	if len(space) > 0 {
		own = x.Mean(space...) // [batch, channels]
		ownVariance = x.Sub(own.KeepDims(space...)).Square().Mean(space...)
	}
	// The mean of the squares minus the square of the mean, without the cancellation of both.
	w := 1 / float64(n+1)
	apart := own.Sub(mean)
	v := variance.Scale(1 - w).Add(ownVariance.Scale(w)).Add(apart.Square().Scale(w * (1 - w)))
	m := mean.Add(apart.Scale(w))
	d := len(space)
	return x.Sub(perChannel(m, d)).Mul(perChannel(v.Plus(epsilon).Rsqrt(), d))
}
