package nn

import "github.com/gander-ml/gander/tensor"

// SpectralNorm divides the weights of a layer, and of the layers in it, by
// their largest singular values (Miyato et al. 2018, algorithm 1). A weight is
// interpreted as a matrix W of shape [units, all other axes]. The units are axis 1
// of Linear, axis 0 of Conv, axis 1 of ConvTranspose, and axis 1 (dims) of Embedding.
//
// Each weight has a buffer weight.u of shape [units], initialised from N(0, 1). Each
// application performs one step of power iteration, v = W'u/(|W'u| + 1e-12) and u =
// Wv/(|Wv| + 1e-12), and divides W by u'Wv. The gradient treats u and v as constants.
// In training the new u is stored for the next application. If all elements of a
// weight are 0, the result is NaN.
func SpectralNorm(layer Layer) Layer {
	return func(b *Builder, in []int) Apply {
		before := len(b.owner.weights)
		apply := layer(b, in)
		weights := b.owner.weights[before:]
		if len(weights) == 0 {
			tensor.Misuse("nn.SpectralNorm", []string{b.name}, "the layer has no weight")
		}
		directions := make([]*Param, len(weights))
		for i, w := range weights {
			directions[i] = b.Buffer(b.relative(w)+".u", Normal(1), w.Value.Dim(w.units))
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			inner := c
			for i, w := range weights {
				normalised, u := divideBySpectralNorm(c.Value(w.Param), w, c.Value(directions[i]))
				if c.Training {
					c.Set(directions[i], u)
				}
				inner = inner.replace(w.Param, normalised)
			}
			return apply(inner, x)
		}
	}
}

// divideBySpectralNorm divides the value of a weight by its spectral norm. It also
// returns the next u.
func divideBySpectralNorm(value *tensor.Tensor, w weight, u *tensor.Tensor) (normalised, next *tensor.Tensor) {
	back := tensor.DotAttr{AContract: []int{0}, BContract: []int{w.units}}
	forth := tensor.DotAttr{AContract: w.inputs(), BContract: axesFrom(0, value.Rank()-1)}
	fixed := value.StopGradient()
	v := toLength1(u.Dot(fixed, back)) // of the shape of the inputs of one unit
	next = toLength1(fixed.Dot(v, forth))
	norm := value.Dot(v, forth).Mul(next).Sum()
	return value.Div(norm), next
}

// toLength1 returns x / (|x| + 1e-12).
func toLength1(x *tensor.Tensor) *tensor.Tensor {
	return x.Div(x.Square().Sum().Sqrt().Plus(1e-12))
}
