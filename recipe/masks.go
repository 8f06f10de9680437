package recipe

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// maskField is the name of the condition that is the mask of an image.
const maskField = "mask"

// maskKinds are the kinds of masks; see [drawMasks].
var maskKinds = []string{"halves", "centre", "border", "blocks", "pixels"}

// drawMasks draws the masks of n images, [n, 1, h, w]. Each is of one of the given kinds,
// all with the same probability:
//
//	halves  the left, right, upper or lower half is missing
//	centre  a rectangle of half the sides in the centre is missing
//	border  all but that rectangle is missing
//	blocks  a rectangle with sides from 1/4 to 3/4 of those of the image, at a random place,
//	        is missing, or all but it
//	pixels  each pixel is missing with a probability that is uniform in [0, 1] over images
func drawMasks(c *nn.Context, kinds []string, n, h, w int) *tensor.Tensor {
	u := func() *tensor.Tensor { return c.Uniform(0, 1, n, 1, 1, 1) }
	whole := func(t *tensor.Tensor, count int) *tensor.Tensor { // uniform in 0, 1, ... count-1
		return t.Scale(float64(count)).Floor().Min(tensor.Scalar(t.DType(), float64(count-1)))
	}
	number := func(v int) *tensor.Tensor { return tensor.Scalar(tensor.Float32, float64(v)) }
	is := func(t *tensor.Tensor, v int) *tensor.Tensor { return t.Compare(tensor.Equal, number(v)) }
	centre := inside(h, w, number(h/4), number(h-h/4), number(w/4), number(w-w/4))

	kind := whole(u(), len(kinds))
	drawn := tensor.Zeros(tensor.Float32, n, 1, h, w)
	for i, name := range kinds {
		var m *tensor.Tensor
		switch name {
		case "halves":
			side := whole(u(), 4) // the one that is missing
			m = complement(inside(h, w,
				is(side, 0).Select(number(h/2), number(0)), is(side, 1).Select(number(h/2), number(h)),
				is(side, 2).Select(number(w/2), number(0)), is(side, 3).Select(number(w/2), number(w))))
		case "centre":
			m = complement(centre)
		case "border":
			m = centre
		case "blocks":
			extent := func(side int) (from, to *tensor.Tensor) {
				size := u().Scale(.5).Plus(.25).Scale(float64(side)).Floor().Max(number(1))
				from = u().Mul(size.Neg().Plus(float64(side) + 1)).Floor()
				return from, from.Add(size)
			}
			top, bottom := extent(h)
			left, right := extent(w)
			m = inside(h, w, top, bottom, left, right)
			m = below(u(), .5).Compare(tensor.Equal, m).Convert(tensor.Float32)
		case "pixels":
			m = c.Uniform(0, 1, n, 1, h, w).Compare(tensor.Less, u()).Convert(tensor.Float32)
		}
		drawn = is(kind, i).Select(m, drawn)
	}
	return drawn
}

// inside returns masks of h x w pixels that are 1 in the rows from top to bottom-1 and the
// columns from left to right-1. These are scalars, or [n, 1, 1, 1].
func inside(h, w int, top, bottom, left, right *tensor.Tensor) *tensor.Tensor {
	within := func(at, from, to *tensor.Tensor) *tensor.Tensor {
		return at.Compare(tensor.GreaterEqual, from).Convert(tensor.Float32).Mul(at.Compare(tensor.Less, to).Convert(tensor.Float32))
	}
	rows, columns := tensor.Iota(tensor.Float32, 2, 1, 1, h, 1), tensor.Iota(tensor.Float32, 3, 1, 1, 1, w)
	return within(rows, top, bottom).Mul(within(columns, left, right))
}

// namedMasks returns the masks of h x w pixels that have names.
func namedMasks(h, w int) []NamedValue {
	shape := func(name string, kept func(y, x int) bool) NamedValue {
		m := NamedValue{name, make([]float32, h*w)}
		for i := range m.Values {
			if kept(i/w, i%w) {
				m.Values[i] = 1
			}
		}
		return m
	}
	centre := func(y, x int) bool { return y >= h/4 && y < h-h/4 && x >= w/4 && x < w-w/4 }
	return []NamedValue{
		shape("keep-left", func(_, x int) bool { return x < w/2 }),
		shape("keep-right", func(_, x int) bool { return x >= w/2 }),
		shape("keep-top", func(y, _ int) bool { return y < h/2 }),
		shape("keep-bottom", func(y, _ int) bool { return y >= h/2 }),
		shape("keep-centre", centre),
		shape("keep-border", func(y, x int) bool { return !centre(y, x) }),
		shape("keep-nothing", func(_, _ int) bool { return false }),
	}
}
