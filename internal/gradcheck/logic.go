package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// logicCases select values by predicates that depend on the data.
func logicCases() []Case {
	var cases []Case
	for _, direction := range []tensor.Direction{
		tensor.Equal, tensor.NotEqual, tensor.Less, tensor.LessEqual, tensor.Greater, tensor.GreaterEqual,
	} {
		name := fmt.Sprintf("select/%s", direction)
		d := drawn(name)
		cases = append(cases, of2(name, d.fractional(3, 4), d.fractional(3, 4), func(a, b *tensor.Tensor) *tensor.Tensor {
			p := a.Floor().Compare(direction, b.Floor()) // so that some are equal
			return bend(p.Select(a.Mul(b), a.Sin()))
		}))
	}
	for _, c := range []struct {
		form    string
		p, a, b []int
	}{
		{"scalar predicate", nil, []int{2, 3}, []int{2, 3}},
		{"row predicate", []int{3}, []int{2, 3}, []int{2, 3}},
		{"scalar branches", []int{2, 3}, nil, nil},
		{"all stretched", []int{2, 1, 1}, []int{3, 1}, []int{2}},
	} {
		name := "select/" + c.form
		d := drawn(name)
		cases = append(cases, Case{
			Name: name, Inputs: []*tensor.Array{d.nonzero(c.p...), d.normal(c.a...), d.normal(c.b...)},
			F: func(x []*tensor.Tensor) *tensor.Tensor {
				p := x[0].Compare(tensor.Greater, tensor.Scalar(x[0].DType(), 0))
				return bend(p.Select(x[1], x[2])).Mul(x[0])
			},
		})
	}
	name := "select/or and and"
	apart := drawn(name).apart([]int{3, 4}, []int{3, 4})
	return append(cases, of2(name, apart[0], apart[1], func(a, b *tensor.Tensor) *tensor.Tensor {
		zero := tensor.Scalar(a.DType(), 0)
		p, q := a.Compare(tensor.Greater, zero), b.Compare(tensor.Greater, zero)
		return bend(p.Max(q).Select(a, b)).Add(p.Min(q).Select(b, a.Square()))
	}))
}
