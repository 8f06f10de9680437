package recipe

import "github.com/gander-ml/gander/tensor"

// A mask m of examples is 1 where a value is observed and 0 where it is missing. It is a
// tensor of float32; values above 1/2 count as 1.

// fill returns x where the mask m is 1, and made elsewhere. The result is exactly x there,
// whatever numbers made has.
func fill(x, m, made *tensor.Tensor) *tensor.Tensor {
	return m.Compare(tensor.Greater, tensor.Scalar(m.DType(), .5)).Select(x, made)
}

// complement returns 1-m.
func complement(m *tensor.Tensor) *tensor.Tensor { return m.Neg().Plus(1) }

// below returns the mask that is 1 where u < limit.
func below(u *tensor.Tensor, limit float64) *tensor.Tensor {
	return u.Compare(tensor.Less, tensor.Scalar(u.DType(), limit)).Convert(u.DType())
}

// meanWhere returns the mean of x over the elements where the mask m is 1, or 0 if it is 1
// nowhere.
func meanWhere(x, m *tensor.Tensor) *tensor.Tensor {
	return x.Mul(m).Sum().Div(m.Sum().Max(tensor.Scalar(m.DType(), 1)))
}
