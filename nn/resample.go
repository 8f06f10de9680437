package nn

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// UpsampleNearest repeats each element factor times along every spatial
// dimension: [channels, n...] to [channels, n*factor...].
func UpsampleNearest(factor int) Layer {
	return Each(func(x *tensor.Tensor) *tensor.Tensor {
		shape, repeated, axes := x.Shape()[:2:2], x.Shape()[:2:2], []int{0, 1}
		for i, n := range x.Shape()[2:] {
			shape, repeated, axes = append(shape, n*factor), append(repeated, n, factor), append(axes, 2+2*i)
		}
		return x.Broadcast(repeated, axes).Reshape(shape...)
	})
}

// UpsampleFiltered doubles every spatial dimension: [channels, n...] to
// [channels, 2n...]. It inserts zeros between the elements and applies the filter
// [1,3,3,1]/4 along each dimension; elements beyond the edges are zero (Karras et al.
// 2020, StyleGAN2). Away from the edges this is bilinear interpolation. Elements 2i
// and 2i+1 of the result are (x[i-1] + 3x[i])/4 and (3x[i] + x[i+1])/4.
var UpsampleFiltered = alongSpace(func(x *tensor.Tensor, axis int) *tensor.Tensor {
	n := x.Dim(axis)
	padded := padAxis(x, axis, 1, 1, 0)
	near := x.Scale(3)
	even := near.Add(padded.Slice1(axis, 0, n)).Scale(.25)
	odd := near.Add(padded.Slice1(axis, 2, n+2)).Scale(.25)
	shape := slices.Clone(x.Shape())
	shape[axis] = 2 * n
	return tensor.Concatenate(axis+1, even.KeepDims(axis+1), odd.KeepDims(axis+1)).Reshape(shape...)
})

// DownsampleFiltered halves every spatial dimension: [channels, 2n...] to
// [channels, n...]. It applies the filter [1,3,3,1]/8 along each dimension and keeps
// every second value; elements beyond the edges are zero (Karras et al. 2020,
// StyleGAN2). Element i of the result is (x[2i-1] + 3x[2i] + 3x[2i+1] +
// x[2i+2])/8. Half of an odd dimension is rounded down.
var DownsampleFiltered = alongSpace(func(x *tensor.Tensor, axis int) *tensor.Tensor {
	n := x.Dim(axis) / 2
	padded := padAxis(x, axis, 1, 1, 0)
	tap := func(i int) *tensor.Tensor { return every(padded, axis, i, 2, n) }
	return tap(0).Add(tap(3)).Add(tap(1).Add(tap(2)).Scale(3)).Scale(.125)
})

// alongSpace applies f along each spatial axis, one after the other.
func alongSpace(f func(x *tensor.Tensor, axis int) *tensor.Tensor) Layer {
	return Each(func(x *tensor.Tensor) *tensor.Tensor {
		for axis := 2; axis < x.Rank(); axis++ {
			x = f(x, axis)
		}
		return x
	})
}

// PixelShuffle moves elements from channels to spatial dimensions (Shi et al. 2016,
// equation 4): [channels*factor^d, n...] to [channels, n*factor...] in d spatial
// dimensions. The factor^d channels that form one channel are adjacent. Their order
// is row-major: the offset in the last spatial dimension changes fastest, as in
// PyTorch.
func PixelShuffle(factor int) Layer {
	return Each(func(x *tensor.Tensor) *tensor.Tensor {
		d := x.Rank() - 2
		split := []int{x.Dim(0), -1}
		split = append(split, slices.Repeat([]int{factor}, d)...)
		split = append(split, x.Shape()[2:]...)
		axes, shape := []int{0, 1}, []int{x.Dim(0), -1}
		for i, n := range x.Shape()[2:] {
			axes, shape = append(axes, 2+d+i, 2+i), append(shape, n*factor)
		}
		return x.Reshape(split...).Transpose(axes...).Reshape(shape...)
	})
}
