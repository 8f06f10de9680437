package nn

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// Dropout sets each element to 0 with probability drop, in [0, 1), and scales
// the others by 1/(1-drop), in training only (Srivastava et al. 2014).
func Dropout(drop float64) Layer {
	return func(*Builder, []int) Apply {
		if !(drop >= 0 && drop < 1) {
			tensor.Misuse("nn.Dropout", nil, "%g of the elements dropped, want 0 or more and less than 1", drop)
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

// GaussianNoise adds a number of N(0, sd^2) to each element, in training only.
func GaussianNoise(sd float64) Layer {
	return func(*Builder, []int) Apply {
		if !(sd >= 0) || math.IsInf(sd, 0) {
			tensor.Misuse("nn.GaussianNoise", nil, "a standard deviation of %g, want a finite number, 0 or more", sd)
		}
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			if !c.Training || sd == 0 {
				return x
			}
			return x.Add(c.Normal(x.Shape()...).Scale(sd).Convert(x.DType()))
		}
	}
}
