package augment

import "github.com/gander-ml/gander/tensor"

// sample returns the images x mapped by m. It interpolates linearly between the four
// pixels around a point. Beyond its edges an image is reflected; the pixels of the
// edge are not repeated. Points that fall on a pixel have exactly its value.
func sample(x *tensor.Tensor, m affine) *tensor.Tensor {
	channels, h, w := x.Dim(1), x.Dim(2), x.Dim(3)
	left, u := neighbours(m.xx, m.xy, m.dx, h, w, w)
	top, v := neighbours(m.yx, m.yy, m.dy, h, w, h)
	near := gatherCorners(x, top, left)
	part := func(corner int, a, b *tensor.Tensor) *tensor.Tensor {
		return near.Slice1(3, corner*channels, (corner+1)*channels).Mul(a.Mul(b).KeepDims(3))
	}
	u0, v0 := u.Neg().Plus(1), v.Neg().Plus(1)
	y := part(0, u0, v0).Add(part(1, u, v0)).Add(part(2, u0, v)).Add(part(3, u, v))
	return y.Transpose(0, 3, 1, 2)
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

// gatherCorners returns the four pixels (top, left), (top, left+1), (top+1, left) and
// (top+1, left+1) of images, with their channels: [n, h, w, 4*channels]. top and left
// are [n, h, w]. One gather of four pixels is faster than four gathers of one.
func gatherCorners(x, top, left *tensor.Tensor) *tensor.Tensor {
	for axis := 2; axis <= 3; axis++ {
		if x.Dim(axis) == 1 { // a single pixel has a copy as its neighbour
			x = tensor.Concatenate(axis, x, x)
		}
	}
	n, channels, rows, columns := x.Dim(0), x.Dim(1), x.Dim(2)-1, x.Dim(3)-1
	x = x.Transpose(0, 2, 3, 1)
	corner := func(down, right int) *tensor.Tensor {
		return x.Slice1(1, down, down+rows).Slice1(2, right, right+columns)
	}
	table := tensor.Concatenate(3, corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1))

	whole := func(v int) *tensor.Tensor { return tensor.Scalar(tensor.Int32, float64(v)) }
	index := tensor.Iota(tensor.Int32, 0, n, 1, 1).Mul(whole(rows)).Add(top.Convert(tensor.Int32))
	index = index.Mul(whole(columns)).Add(left.Convert(tensor.Int32))
	return table.Reshape(n*rows*columns, 4*channels).Gather(index)
}
