package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

func movementCases() []Case {
	return append(padCases(), append(concatenateCases(), indexCases()...)...)
}

// padCases pad one axis of a matrix of 4 rows, then both.
func padCases() []Case {
	var cases []Case
	for _, p := range [][3]int{
		{1, 0, 0}, {0, 2, 0}, {1, 2, 0}, {-1, 0, 0}, {0, -2, 0}, {-1, -2, 0}, {2, -1, 0}, {-2, 1, 0},
		{0, 0, 1}, {0, 0, 2}, {1, 2, 1}, {-1, 0, 1}, {-2, -1, 1}, {-4, 3, 2}, {2, -5, 2}, {-5, -4, 2}, {-4, 1, 0}, {1, -4, 0},
	} {
		name := fmt.Sprintf("pad/low %d high %d interior %d", p[0], p[1], p[2])
		cases = append(cases, of1(name, drawn(name).normal(4, 2), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Sin().Pad(tensor.PadAttr{
				Low: []int{p[0], 0}, High: []int{p[1], 0}, Interior: []int{p[2], 0}, Value: 0.7,
			}))
		}))
	}
	name := "pad/every axis"
	return append(cases, of1(name, drawn(name).normal(3, 2, 2), func(x *tensor.Tensor) *tensor.Tensor {
		return bend(x.Sin().Pad(tensor.PadAttr{Low: []int{-1, 1, 0}, High: []int{1, -1, 0}, Interior: []int{1, 2, 0}}))
	}))
}

func concatenateCases() []Case {
	var cases []Case
	for axis := range 3 {
		name := fmt.Sprintf("concatenate/three along %d", axis)
		d := drawn(name)
		c := Case{Name: name, F: func(x []*tensor.Tensor) *tensor.Tensor {
			return bend(tensor.Concatenate(axis, x[0].Sin(), x[1].Sin(), x[2].Sin()))
		}}
		for _, extent := range []int{1, 3, 2} {
			shape := []int{2, 2, 2}
			shape[axis] = extent
			c.Inputs = append(c.Inputs, d.normal(shape...))
		}
		cases = append(cases, c)
	}
	for _, c := range []struct {
		name string
		f    binary
	}{
		{"the same twice", func(a, b *tensor.Tensor) *tensor.Tensor { return tensor.Concatenate(-1, a, b, a) }},
		{"with nothing", func(a, b *tensor.Tensor) *tensor.Tensor {
			return tensor.Concatenate(0, a.Slice1(0, 1, 1), b, a.Slice1(0, 0, 0), a)
		}},
		{"one alone", func(a, b *tensor.Tensor) *tensor.Tensor { return tensor.Concatenate(0, a).Mul(b) }},
	} {
		name := "concatenate/" + c.name
		d := drawn(name)
		cases = append(cases, of2(name, d.normal(2, 2), d.normal(2, 2), func(a, b *tensor.Tensor) *tensor.Tensor {
			return bend(c.f(a.Sin(), b.Sin()))
		}))
	}
	return cases
}

// indexCases gather and scatter rows. Some indices are repeated and some rows
// are not selected. The indices have several ranks.
func indexCases() []Case {
	indices := []*tensor.Array{
		integers(nil, 2),
		integers([]int{3}, 2, 0, 2),
		integers([]int{5}, 1, 1, 3, 1, 0),
		integers([]int{2, 2}, 3, 0, 0, 3),
	}
	var cases []Case
	for _, index := range indices {
		for _, row := range [][]int{nil, {2}, {1, 2}} {
			name := fmt.Sprintf("gather/rows of shape %v by indices of shape %v", row, index.Shape)
			at := drawn(name).normal(append([]int{4}, row...)...)
			cases = append(cases, Case{
				Name: name, Inputs: []*tensor.Array{at, index},
				F: func(x []*tensor.Tensor) *tensor.Tensor { return bend(x[0].Sin().Gather(x[1])) },
			})
			name = fmt.Sprintf("scatter-add/rows of shape %v by indices of shape %v", row, index.Shape)
			at = drawn(name).normal(append(append([]int{}, index.Shape...), row...)...)
			cases = append(cases, Case{
				Name: name, Inputs: []*tensor.Array{at, index},
				F: func(x []*tensor.Tensor) *tensor.Tensor { return bend(x[0].Sin().ScatterAdd(x[1], 4)) },
			})
		}
	}
	name := "scatter-add/out of range"
	return append(cases, Case{
		Name: name, Inputs: []*tensor.Array{drawn(name).normal(4, 2), integers([]int{4}, -1, 1, 3, 0)},
		F: func(x []*tensor.Tensor) *tensor.Tensor { return bend(x[0].Sin().ScatterAdd(x[1], 3).Plus(0.5)) },
	})
}
