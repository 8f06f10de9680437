package augment

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// draws draws the random numbers of one call of Apply, one for each image.
type draws struct {
	c     *nn.Context
	p     *tensor.Tensor // the probability of an operation; nil: every operation applies
	n     int            // images
	dtype tensor.DType   // of the images
}

// uniform draws from U(lo, hi), float32[n].
func (d *draws) uniform(lo, hi float64) *tensor.Tensor { return d.c.Uniform(lo, hi, d.n) }

// integer draws from lo..hi, both included, float32[n]. The product of a number
// below 1, a multiple of 2^-24, and the number of integers never rounds up to the
// latter.
func (d *draws) integer(lo, hi int) *tensor.Tensor {
	return d.uniform(0, float64(hi-lo+1)).Floor().Plus(float64(lo))
}

// normal draws from N(0, sd^2), float32[n].
func (d *draws) normal(sd float64) *tensor.Tensor { return d.c.Normal(d.n).Scale(sd) }

// applies draws for which images one operation applies, bool[n]. It is nil if it
// applies for all.
func (d *draws) applies() *tensor.Tensor { return d.with(d.p) }

// with draws bools that are true with the given probability; nil means 1.
func (d *draws) with(probability *tensor.Tensor) *tensor.Tensor {
	if probability == nil {
		return nil
	}
	return d.uniform(0, 1).Compare(tensor.Less, probability)
}

// choose returns the strength where the operation applies, and 0 elsewhere. A
// strength of 0 leaves an image unchanged.
func choose(applies, strength *tensor.Tensor) *tensor.Tensor {
	if applies == nil {
		return strength
	}
	return applies.Select(strength, tensor.Scalar(strength.DType(), 0))
}

// strength draws whether an operation applies, and returns the given strength
// where it does and 0 elsewhere.
func (d *draws) strength(s *tensor.Tensor) *tensor.Tensor { return choose(d.applies(), s) }

// number returns a draw in the dtype of the images.
func (d *draws) number(v *tensor.Tensor) *tensor.Tensor { return v.Convert(d.dtype) }

// each returns one number for each image, [n], in a shape that broadcasts against
// the images.
func (d *draws) each(v *tensor.Tensor) *tensor.Tensor {
	return d.number(v).Reshape(d.n, 1, 1, 1)
}

// scalar returns a constant of the dtype of the images.
func (d *draws) scalar(v float64) *tensor.Tensor { return tensor.Scalar(d.dtype, v) }
