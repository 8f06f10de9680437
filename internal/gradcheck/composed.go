package gradcheck

import "github.com/gander-ml/gander/tensor"

// normalized returns x with mean 0 and variance 1 over axes.
func normalized(x *tensor.Tensor, axes ...int) *tensor.Tensor {
	centred := x.Sub(x.Mean(axes...).KeepDims(axes...))
	variance := centred.Square().Mean(axes...).KeepDims(axes...)
	return centred.Mul(variance.Plus(1e-5).Rsqrt())
}

// composedCases are pieces of networks and losses.
func composedCases() []Case {
	d := drawn("composed")
	labels := integers([]int{3}, 2, 0, 2)
	return []Case{
		of1("composed/layer normalisation", d.normal(2, 5), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(normalized(x, -1))
		}),
		of1("composed/batch normalisation of images", d.normal(3, 2, 2, 2), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(normalized(x, 0, 2, 3))
		}),
		of1("composed/softmax", d.normal(3, 4), func(x *tensor.Tensor) *tensor.Tensor {
			return x.Sub(x.LogSumExp(-1).KeepDims(-1)).Exp()
		}),
		{
			Name: "composed/cross entropy", Inputs: []*tensor.Array{d.normal(3, 4), labels},
			F: func(x []*tensor.Tensor) *tensor.Tensor {
				classes := tensor.Iota(tensor.Int32, 1, 3, 4)
				truth := classes.Compare(tensor.Equal, x[1].KeepDims(1)).Select(x[0], tensor.Zeros(x[0].DType())).Sum(1)
				return x[0].LogSumExp(1).Sub(truth).Mean()
			},
		},
		of2("composed/maxout", d.normal(2, 3), d.normal(3, 8), func(x, w *tensor.Tensor) *tensor.Tensor {
			return bend(x.MatMul(w).Reshape(2, 4, 2).MaxOver(2))
		}),
		of2("composed/the loss of 2014", d.normal(4, 1), d.normal(4, 1), func(realScore, fakeScore *tensor.Tensor) *tensor.Tensor {
			return realScore.Neg().Softplus().Mean().Add(fakeScore.Softplus().Mean())
		}),
	}
}

// emptyCases have dimensions of size 0. These occur at the end of data and in
// slices that take nothing.
func emptyCases() []Case {
	none := func(shape ...int) *tensor.Array { return tensor.NewArray(tensor.Float64, shape...) }
	d := drawn("empty")
	return []Case{
		of1("empty/elementwise", none(0, 3), func(x *tensor.Tensor) *tensor.Tensor { return bend(x.Tanh().Softplus()) }),
		of2("empty/sum", none(0, 3), d.normal(3), func(x, y *tensor.Tensor) *tensor.Tensor {
			return bend(x.Mul(y).Sum(0).Add(y))
		}),
		of2("empty/product over nothing", none(2, 0), none(0, 3), func(a, b *tensor.Tensor) *tensor.Tensor { return bend(a.MatMul(b)) }),
		of2("empty/product of no rows", none(0, 2), d.normal(2, 3), func(a, b *tensor.Tensor) *tensor.Tensor { return bend(a.MatMul(b)) }),
		of2("empty/stretched to nothing", none(0, 3), d.normal(1, 3), func(a, b *tensor.Tensor) *tensor.Tensor { return bend(a.Mul(b)) }),
		ConvCase("empty/batch of convolution", []int{0, 2, 4}, []int{3, 2, 2}, tensor.Plain(1)),
		ConvCase("empty/image of convolution", []int{2, 1, 0}, []int{1, 1, 2}, tensor.ConvAttr{
			Strides: []int{1}, PadLow: []int{2}, PadHigh: []int{1}, InputDilation: []int{2}, KernelDilation: []int{1}, Groups: 1,
		}),
		of1("empty/view", none(2, 0, 3), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Transpose(2, 0, 1).Reverse(0, 1).Reshape(0, 6))
		}),
		of1("empty/slice", d.normal(3, 2), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(tensor.Concatenate(0, x.Slice1(0, 1, 1), x.Slice1(0, 3, 3)).Sum(0).Add(x.Slice1(0, 0, 1)))
		}),
		of1("empty/sums of nothing", d.normal(3, 5), func(x *tensor.Tensor) *tensor.Tensor {
			nothing := x.Slice1(1, 2, 2)
			return bend(nothing.Sum(1).Add(nothing.Sum()).Add(x.Sum(1)))
		}),
		of2("empty/product transposed, then a loop", d.normal(3, 5), none(3, 0), func(a, b *tensor.Tensor) *tensor.Tensor {
			return bend(a.Transpose(1, 0).MatMul(b).Exp())
		}),
		of1("empty/pad", none(0, 2), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Pad(tensor.PadAttr{Low: []int{1, 0}, High: []int{2, 0}, Interior: []int{2, 0}, Value: 0.5}))
		}),
		of2("empty/gather of no rows", d.normal(3, 2), none(0), func(x, y *tensor.Tensor) *tensor.Tensor {
			return bend(x.Gather(y.Convert(tensor.Int32)))
		}),
		of1("empty/scatter of no rows", none(0, 2), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.ScatterAdd(tensor.Zeros(tensor.Int32, 0), 3).Plus(0.4))
		}),
	}
}
