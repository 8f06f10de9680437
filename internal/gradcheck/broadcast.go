package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// broadcastCases broadcast arguments in every way: implicitly in an operation
// on two tensors, and explicitly.
func broadcastCases() []Case {
	var cases []Case
	for _, shapes := range []struct {
		form string
		a, b []int
	}{
		{"scalars", nil, nil},
		{"scalar", []int{2, 3}, nil},
		{"one element", []int{2, 3}, []int{1}},
		{"row", []int{2, 3}, []int{3}},
		{"row of rank 2", []int{2, 3}, []int{1, 3}},
		{"column", []int{2, 3}, []int{2, 1}},
		{"middle axis", []int{2, 3, 2}, []int{2, 1, 2}},
		{"outer axes", []int{2, 3, 2}, []int{1, 3, 1}},
		{"channels", []int{2, 3, 2, 2}, []int{3, 1, 1}},
		{"both stretched", []int{2, 1}, []int{1, 3}},
		{"both stretched at new rank", []int{2, 1, 2}, []int{3, 1}},
		{"new leading axes", []int{3}, []int{2, 2, 3}},
		{"ones", []int{1, 1}, []int{1}},
	} {
		for _, op := range []struct {
			name string
			f    binary
		}{
			{"add", (*tensor.Tensor).Add},
			{"mul", (*tensor.Tensor).Mul},
			{"div", (*tensor.Tensor).Div},
		} {
			name := fmt.Sprintf("broadcast/%s %s", op.name, shapes.form)
			d := drawn(name)
			cases = append(cases, of2(name, d.normal(shapes.a...), d.positive(shapes.b...),
				func(a, b *tensor.Tensor) *tensor.Tensor { return bend(op.f(a, b)) }))
		}
		name := "broadcast/max " + shapes.form
		apart := drawn(name).apart(shapes.a, shapes.b)
		cases = append(cases, of2(name, apart[0], apart[1],
			func(a, b *tensor.Tensor) *tensor.Tensor { return bend(a.Max(b)) }))
	}
	for _, c := range []struct{ from, to, axes []int }{
		{nil, []int{2, 3}, nil},
		{[]int{3}, []int{3, 2}, []int{0}},
		{[]int{3}, []int{2, 3}, []int{1}},
		{[]int{2, 3}, []int{2, 2, 3}, []int{0, 2}},
		{[]int{2, 3}, []int{2, 3, 2}, []int{0, 1}},
		{[]int{1, 3}, []int{2, 2, 3}, []int{0, 2}},
		{[]int{1, 3}, []int{2, 4, 3}, []int{1, 2}},
		{[]int{1, 1}, []int{2, 2, 1}, []int{0, 2}},
		{[]int{2, 3}, []int{2, 3}, []int{0, 1}},
	} {
		name := fmt.Sprintf("broadcast/%v to %v at %v", c.from, c.to, c.axes)
		cases = append(cases, of1(name, drawn(name).normal(c.from...), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Sin().Broadcast(c.to, c.axes))
		}))
	}
	return cases
}
