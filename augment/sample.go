package augment

import "github.com/gander-ml/gander/tensor"

// sample returns the images x mapped by m. It interpolates linearly between the four
// pixels around a point. Beyond its edges an image is reflected; the pixels of the
// edge are not repeated. Points that fall on a pixel have exactly its value.
func sample(x *tensor.Tensor, m affine) *tensor.Tensor {
	n, channels, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	left, u := neighbours(m.xx, m.xy, m.dx, h, w, w)
	top, v := neighbours(m.yx, m.yy, m.dy, h, w, h)

	whole := func(v int) *tensor.Tensor { return tensor.Scalar(tensor.Int32, float64(v)) }
	index := tensor.Iota(tensor.Int32, 0, n, 1, 1).Mul(whole(h)).Add(top.Convert(tensor.Int32))
	index = index.Mul(whole(w)).Add(left.Convert(tensor.Int32))
	right, below := min(1, w-1), w*min(1, h-1) // 0 if there is no neighbour
	corners := tensor.Const(&tensor.Array{
		DType: tensor.Int32, Shape: []int{4, 1, 1, 1}, Data: []float64{0, float64(right), float64(below), float64(below + right)},
	})
	near := x.Transpose(0, 2, 3, 1).Reshape(n*h*w, channels).Gather(index.KeepDims(0).Add(corners)) // [4, n, h, w, channels]

	u0, v0 := u.Neg().Plus(1), v.Neg().Plus(1)
	part := func(a, b *tensor.Tensor) *tensor.Tensor { return a.Mul(b).KeepDims(0, 2) }
	weights := tensor.Concatenate(0, part(u0, v0), part(u, v0), part(u0, v), part(u, v)) // [4, n, 1, h, w]
	return near.Transpose(0, 1, 4, 2, 3).Mul(weights).Sum(0)
}

// neighbours returns one coordinate of the points that the pixels of an h by w result
// show: the pixel before the point, 0..size-2, and the fraction of the way to the
// next pixel, 0..1. Both are [n, h, w]. The coordinate is byX*x + byY*y + shift from
// the centre of an axis of the given size. For size 1 both results are 0.
func neighbours(byX, byY, shift *tensor.Tensor, h, w, size int) (before, fraction *tensor.Tensor) {
	dtype := shift.DType()
	x := tensor.Iota(dtype, 2, 1, 1, w).Plus(-float64(w-1) / 2)
	y := tensor.Iota(dtype, 1, 1, h, 1).Plus(-float64(h-1) / 2)
	position := byX.KeepDims(1, 2).Mul(x).Add(byY.KeepDims(1, 2).Mul(y)).Add(shift.KeepDims(1, 2))
	if size == 1 {
		zero := tensor.Zeros(dtype, position.Shape()...)
		return zero, zero
	}
	last := float64(size - 1)
	position = reflect(position.Plus(last/2), last)
	before = position.Floor().Min(tensor.Scalar(dtype, last-1))
	return before, position.Sub(before)
}

// reflect returns the position in 0..last that shows the same as position if the
// axis is reflected at 0 and at last, again and again.
func reflect(position *tensor.Tensor, last float64) *tensor.Tensor {
	period := 2 * last
	r := position.Sub(position.Scale(1 / period).Floor().Scale(period))
	r = r.Plus(-last).Abs().Neg().Plus(last)
	return r.Max(tensor.Scalar(r.DType(), 0)) // rounding
}
