package nn

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// Dropout sets each element to 0 with probability drop, in [0, 1), and multiplies
// the others by 1/(1-drop) (Srivastava et al. 2014). It does so in training only.
func Dropout(drop float64) Layer {
	return func(*Builder, []int) Apply {
		if !(drop >= 0 && drop < 1) {
			tensor.Misuse("nn.Dropout", nil, "the probability is %g, want at least 0 and less than 1", drop)
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			if !c.Training || drop == 0 {
				return x
			}
			keep := 1 - drop
			kept := c.Uniform(0, 1, x.Shape()...).Compare(tensor.Less, tensor.Scalar(tensor.Float32, keep))
			return kept.Select(x.Scale(1/keep), tensor.Scalar(x.DType(), 0))
		}
	}
}

// GaussianNoise adds a number drawn from N(0, sd^2) to each element. It does so in
// training only.
func GaussianNoise(sd float64) Layer {
	return func(*Builder, []int) Apply {
		if !(sd >= 0) || math.IsInf(sd, 0) {
			tensor.Misuse("nn.GaussianNoise", nil, "the standard deviation is %g, want a finite number, at least 0", sd)
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			if !c.Training || sd == 0 {
				return x
			}
			return x.Add(c.Normal(x.Shape()...).Scale(sd).Convert(x.DType()))
		}
	}
}
