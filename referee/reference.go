package referee

import (
	"math"
	"slices"
)

// A Reference is real examples with which samples are compared. It computes what depends
// only on them once. Its figures are cheap and rough: package measure has the published ones.
//
// Distances are Euclidean. Images are first averaged over squares until they have at most
// 256 numbers; of other examples each column is divided by its standard deviation.
type Reference struct {
	shape  []int
	pixels bool
	scale  []float32 // of the columns; nil for pixels
	size   int       // numbers of an example after the reduction

	real     []float32 // reduced
	train    []float32 // reduced; nil: not to be compared
	apart    float64   // mean distance of two real examples
	radii    []float64 // squared distance from each real example within which a sample is near it
	heldOut  float64   // median distance of a held-out example to the nearest of train
	midtones float64   // share of real values that are not at an end of the range
}

// Limits of the sizes of comparisons, so that they cost little.
const (
	mostReduced = 256  // numbers of an example
	MostTrain   = 1024 // training examples in which copies are searched
	neighbours  = 3    // the neighbour that defines the radius of an example
	leastRadius = .15  // the least radius, of the mean distance of two examples: a sample between two modes is near none
)

// NewReference prepares a comparison with real examples of a shape: [channels, height,
// width] of pixels from 0 to 1, or others. real has examples one after the other, 128 for
// example. train has all training examples, and heldOut examples that are not among them:
// samples that are much nearer to train than heldOut is are copies. They are nil if there are
// more than MostTrain.
func NewReference(shape []int, pixels bool, real, train, heldOut []float32) *Reference {
	r := &Reference{shape: shape, pixels: pixels}
	if !pixels {
		r.scale = scales(real, numbersIn(shape))
	}
	r.real = r.reduce(real)
	n := len(r.real) / r.size
	between := r.squares(r.real, r.real)
	sum := 0.0
	for i := range n {
		row := between[i*n : (i+1)*n]
		for _, d := range row {
			sum += math.Sqrt(float64(d))
		}
		sorted := slices.Sorted(slices.Values(row)) // the first is the distance to itself
		r.radii = append(r.radii, float64(sorted[min(neighbours, n-1)]))
	}
	r.apart = sum / float64(max(n*(n-1), 1))
	for i := range r.radii {
		r.radii[i] = max(r.radii[i], leastRadius*leastRadius*r.apart*r.apart)
	}
	if len(train) > 0 && len(heldOut) > 0 {
		r.train = r.reduce(train)
		if r.heldOut = r.nearest(r.reduce(heldOut)); r.heldOut == 0 { // the data repeat their examples
			r.train = nil
		}
	}
	r.midtones = r.midtonesOf(real)
	return r
}

func numbersIn(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// scales returns 1 / standard deviation of each column, 1 for a constant one.
func scales(values []float32, size int) []float32 {
	list := make([]float32, size)
	n := float64(len(values) / size)
	for k := range size {
		mean, square := 0.0, 0.0
		for i := k; i < len(values); i += size {
			mean += float64(values[i]) / n
		}
		for i := k; i < len(values); i += size {
			d := float64(values[i]) - mean
			square += d * d / n
		}
		list[k] = 1
		if square > 0 {
			list[k] = float32(1 / math.Sqrt(square))
		}
	}
	return list
}

// reduce returns examples with at most mostReduced numbers each, and sets r.size.
func (r *Reference) reduce(values []float32) []float32 {
	size := numbersIn(r.shape)
	if !r.pixels || len(r.shape) < 3 {
		r.size = min(size, mostReduced)
		reduced := make([]float32, 0, len(values)/size*r.size)
		for i := 0; i+size <= len(values); i += size {
			for k := range r.size {
				v := values[i+k]
				if r.scale != nil {
					v *= r.scale[k]
				}
				reduced = append(reduced, v)
			}
		}
		return reduced
	}
	height, width := r.shape[len(r.shape)-2], r.shape[len(r.shape)-1]
	planes, side := size/(height*width), 1
	blocks := func(n int) int { return (n + side - 1) / side }
	for planes*blocks(height)*blocks(width) > mostReduced && side < max(height, width) {
		side++
	}
	r.size = planes * blocks(height) * blocks(width)
	reduced := make([]float32, 0, len(values)/size*r.size)
	for i := 0; i+height*width <= len(values); i += height * width {
		reduced = append(reduced, poolPlane(values[i:i+height*width], height, width, side)...)
	}
	return reduced
}

// poolPlane returns the means of squares of a plane.
func poolPlane(plane []float32, height, width, side int) []float32 {
	var means []float32
	for y := 0; y < height; y += side {
		for x := 0; x < width; x += side {
			sum, n := float32(0), float32(0)
			for v := y; v < min(y+side, height); v++ {
				for u := x; u < min(x+side, width); u++ {
					sum, n = sum+plane[v*width+u], n+1
				}
			}
			means = append(means, sum/n)
		}
	}
	return means
}

// squares returns the squared distances of all reduced examples of a to those of b.
func (r *Reference) squares(a, b []float32) []float32 {
	n, m := len(a)/r.size, len(b)/r.size
	all := make([]float32, n*m)
	for i := range n {
		x := a[i*r.size : (i+1)*r.size]
		for j := range m {
			all[i*m+j] = square(x, b[j*r.size:(j+1)*r.size])
		}
	}
	return all
}

// square returns the squared distance of two vectors. Four sums let the processor add them
// at the same time.
func square(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		d0, d1, d2, d3 := a[i]-b[i], a[i+1]-b[i+1], a[i+2]-b[i+2], a[i+3]-b[i+3]
		s0, s1, s2, s3 = s0+d0*d0, s1+d1*d1, s2+d2*d2, s3+d3*d3
	}
	for ; i < len(a); i++ {
		s0 += (a[i] - b[i]) * (a[i] - b[i])
	}
	return s0 + s1 + s2 + s3
}

// nearest returns the median distance of reduced examples to the nearest one of train.
func (r *Reference) nearest(examples []float32) float64 {
	squares := r.squares(examples, r.train)
	m := len(r.train) / r.size
	var list []float64
	for i := 0; i < len(squares); i += m {
		list = append(list, math.Sqrt(float64(slices.Min(squares[i:i+m]))))
	}
	return median(list)
}

// midtonesOf returns the share of values that are more than 2% from both ends of the range
// of pixels.
func (r *Reference) midtonesOf(values []float32) float64 {
	if !r.pixels {
		return 0
	}
	n := 0
	for _, v := range values {
		if v > .02 && v < .98 {
			n++
		}
	}
	return float64(n) / float64(max(len(values), 1))
}
