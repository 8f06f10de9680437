package augment

import "github.com/gander-ml/gander/tensor"

// The operations of DiffAugment are those of DiffAugment_pytorch.py in
// mit-han-lab/data-efficient-gans, commit 0b63395.

// color changes brightness, saturation and contrast:
//
//	x = x + b              b ~ U(-.5, .5) * half
//	x = x + (s-1)(x - m)   s ~ U(0, 2), m the mean of the channels at each pixel
//	x = x + (k-1)(x - m)   k ~ U(.5, 1.5), m the mean of the image
//
// half is half the distance from black to white. The second line is the published
// m + s(x - m) in a form that returns exactly x for s = 1.
func (p Policy) color(d *draws, x *tensor.Tensor, half float64) *tensor.Tensor {
	if p.has(brightness) {
		x = x.Add(d.each(d.strength(d.uniform(-.5, .5).Scale(half))))
	}
	if p.has(saturation) && x.Dim(1) > 1 { // the identity on one channel
		s := d.each(d.strength(d.uniform(-1, 1)))
		x = x.Add(s.Mul(x.Sub(x.Mean(1).KeepDims(1))))
	}
	if p.has(contrast) {
		k := d.each(d.strength(d.uniform(-.5, .5)))
		x = x.Add(k.Mul(x.Sub(x.Mean(1, 2, 3).KeepDims(1, 2, 3))))
	}
	return x
}

// translate shifts each image by whole pixels, up to one eighth of each side
// (rounded), and fills with middle:
//
//	y[i,j] = x[i+dy, j+dx]    dy ~ -k..k, k = floor(height/8 + .5); dx likewise
//
// Rows are gathered. Columns are a product with a matrix of zeros and ones for each
// image, which is faster than a gather of single numbers.
func translate(d *draws, x *tensor.Tensor, middle float64) *tensor.Tensor {
	n, channels, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	down, right := d.shift(h), d.shift(w)
	applies := d.applies()
	row := tensor.Iota(tensor.Float32, 1, n, h).Add(choose(applies, down).KeepDims(1)) // [n, h], some outside the image
	column := tensor.Iota(tensor.Float32, 1, n, w).Add(choose(applies, right).KeepDims(1))

	inside := within(row, h).KeepDims(2).Min(within(column, w).KeepDims(1)) // [n, h, w]
	x = gatherRows(x, row.Max(tensor.Scalar(tensor.Float32, 0)).Min(tensor.Scalar(tensor.Float32, float64(h-1))))
	matrix := column.KeepDims(1).Compare(tensor.Equal, tensor.Iota(tensor.Float32, 1, n, w, w)).Convert(d.dtype)
	x = x.Reshape(n, channels*h, w).Dot(matrix, tensor.DotAttr{
		ABatch: []int{0}, BBatch: []int{0}, AContract: []int{2}, BContract: []int{1},
	}).Reshape(n, channels, h, w)
	return inside.KeepDims(1).Select(x, d.scalar(middle))
}

// shift draws the shifts along an axis of the given size, float32[n].
func (d *draws) shift(size int) *tensor.Tensor {
	k := (size + 4) / 8
	return d.integer(-k, k)
}

// within reports which positions are in 0..size-1.
func within(position *tensor.Tensor, size int) *tensor.Tensor {
	low := position.Compare(tensor.GreaterEqual, tensor.Scalar(tensor.Float32, 0))
	return low.Min(position.Compare(tensor.Less, tensor.Scalar(tensor.Float32, float64(size))))
}

// gatherRows returns y[i,c,r] = x[i,c,row[i,r]] for images x and rows float32[n, h]
// in 0..h-1.
func gatherRows(x, row *tensor.Tensor) *tensor.Tensor {
	n, channels, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	plane := tensor.Iota(tensor.Int32, 0, n*channels).Reshape(n, channels, 1)
	index := plane.Mul(tensor.Scalar(tensor.Int32, float64(h))).Add(row.Convert(tensor.Int32).KeepDims(1))
	return x.Reshape(n*channels*h, w).Gather(index)
}

// cutOut fills a rectangle of each image with middle. Its sides are half those of
// the image, rounded up; it is clipped at the edges. Its rows are
//
//	o - size/2 .. o - size/2 + size-1    o ~ 0..height, 0..height-1 for an odd size
//
// and its columns likewise. The mean area is less than a quarter: .18647 of 32x32.
func cutOut(d *draws, x *tensor.Tensor, middle float64) *tensor.Tensor {
	rows := d.interval(x.Dim(2)).KeepDims(2)
	columns := d.interval(x.Dim(3)).KeepDims(1)
	cut := rows.Min(columns) // [n, h, w]
	if applies := d.applies(); applies != nil {
		cut = cut.Min(applies.KeepDims(1, 2))
	}
	return cut.KeepDims(1).Select(d.scalar(middle), x)
}

// interval returns which positions along an axis a random interval of half its size
// contains, bool[n, size].
func (d *draws) interval(size int) *tensor.Tensor {
	length := (size + 1) / 2
	first := d.integer(0, size-length%2).Plus(-float64(length / 2))
	return within(tensor.Iota(tensor.Float32, 1, d.n, size).Sub(first.KeepDims(1)), length)
}
