package nn

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// SpectralNorm divides the weights of a layer, and of the layers in it, by
// their largest singular values (Miyato et al. 2018, algorithm 1). A weight is
// interpreted as a matrix W of shape [units, all other axes]. The units are axis 1
// of Linear, axis 0 of Conv, axis 1 of ConvTranspose, and axis 1 (dims) of Embedding.
//
// Each weight has a buffer weight.u of shape [units]. Each application performs one
// step of power iteration, v = W'u/(|W'u| + 1e-12) and u = Wv/(|Wv| + 1e-12), and
// divides W by u'Wv. The gradient treats u and v as constants. In training the new u
// is stored for the next application. If all elements of a weight are 0, the result
// is NaN.
//
// u is drawn from N(0, 1). Then 15 steps are performed with the initial W, as in
// PyTorch, so that already the first applications divide by nearly the right number.
// The authors' code does not perform these steps.
func SpectralNorm(layer Layer) Layer { return SpectralNormSteps(1, layer) }

// SpectralNormSteps is [SpectralNorm] with the given number of steps of power iteration
// in each application, at least 1. More steps keep the estimate near the largest
// singular value while W changes fast.
func SpectralNormSteps(steps int, layer Layer) Layer {
	if steps < 1 {
		tensor.Misuse("nn.SpectralNormSteps", nil, "%d steps, want at least 1", steps)
	}
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
			directions[i].adjust = w.iterate
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			inner := c
			for i, w := range weights {
				normalised, u := divideBySpectralNorm(c.Value(w.Param), w, c.Value(directions[i]), steps)
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
func divideBySpectralNorm(value *tensor.Tensor, w weight, u *tensor.Tensor, steps int) (normalised, next *tensor.Tensor) {
	back := tensor.DotAttr{AContract: []int{0}, BContract: []int{w.units}}
	forth := tensor.DotAttr{AContract: w.inputs(), BContract: axesFrom(0, value.Rank()-1)}
	fixed := value.StopGradient()
	var v *tensor.Tensor
	for range steps {
		v = toLength1(u.Dot(fixed, back)) // of the shape of the inputs of one unit
		u = toLength1(fixed.Dot(v, forth))
	}
	norm := value.Dot(v, forth).Mul(u).Sum()
	return value.Div(norm), u
}

// iterate performs 15 steps of power iteration of u, with the initial value of the
// weight.
func (w weight) iterate(u *tensor.Array, seed uint64) {
	value := w.Initial(seed)
	inner := tensor.Size(value.Shape[w.units+1:]) // adjacent elements of one unit
	v := make([]float64, len(value.Data)/len(u.Data))
	each := func(do func(unit int, elements, v []float64)) {
		for i := 0; i < len(value.Data); i += inner {
			unit, block := i/inner%len(u.Data), i/inner/len(u.Data)
			do(unit, value.Data[i:i+inner], v[block*inner:(block+1)*inner])
		}
	}
	for range 15 {
		clear(v)
		each(func(unit int, elements, v []float64) {
			for k, x := range elements {
				v[k] += x * u.Data[unit]
			}
		})
		clear(u.Data)
		each(func(unit int, elements, v []float64) {
			for k, x := range elements {
				u.Data[unit] += x * v[k]
			}
		})
		square := 0.
		for _, x := range u.Data {
			square += x * x
		}
		for i := range u.Data {
			u.Data[i] /= math.Sqrt(square) + 1e-12
		}
	}
}

// toLength1 returns x / (|x| + 1e-12).
func toLength1(x *tensor.Tensor) *tensor.Tensor {
	return x.Div(x.Square().Sum().Sqrt().Plus(1e-12))
}
