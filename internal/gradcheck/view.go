package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// viewCases read the same elements in another order.
func viewCases() []Case {
	var cases []Case
	add := func(shape []int, f unary, format string, args ...any) {
		name := "view/" + fmt.Sprintf(format, args...)
		cases = append(cases, of1(name, drawn(name).normal(shape...), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(f(x.Sin()))
		}))
	}
	for _, to := range [][]int{{12}, {3, 4}, {2, 1, 6}, {-1, 2}, {2, 3, 2, 1}} {
		add([]int{2, 3, 2}, func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(to...) }, "reshape to %v", to)
	}
	add([]int{1, 1}, func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape() }, "reshape to a scalar")
	add(nil, func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(1, 1) }, "reshape of a scalar")
	for _, shape := range [][]int{{3}, {2, 3}, {2, 3, 2}} {
		add(shape, (*tensor.Tensor).Flatten, "flatten %v", shape)
	}
	for _, axes := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		add([]int{2, 3, 4}, func(x *tensor.Tensor) *tensor.Tensor { return x.Transpose(axes...) }, "transpose %v", axes)
	}
	add([]int{2, 1, 3, 2}, func(x *tensor.Tensor) *tensor.Tensor { return x.Transpose(3, 0, 2, 1) }, "transpose rank 4")
	for _, axes := range [][]int{{}, {0}, {1}, {2}, {2, 0}, {0, 1, 2}} {
		add([]int{2, 3, 2}, func(x *tensor.Tensor) *tensor.Tensor { return x.Reverse(axes...) }, "reverse %v", axes)
	}
	for _, s := range [][3]int{
		{0, 7, 1}, {1, 6, 1}, {0, 7, 2}, {1, 7, 2}, {0, 6, 2}, {2, 7, 3}, {1, 6, 3}, {0, 7, 3},
		{0, 1, 5}, {6, 7, 1}, {3, 3, 1}, {0, 7, 9},
	} {
		add([]int{7, 2}, func(x *tensor.Tensor) *tensor.Tensor {
			return x.Slice([]int{s[0], 0}, []int{s[1], 2}, []int{s[2], 1})
		}, "slice %d:%d:%d", s[0], s[1], s[2])
	}
	add([]int{5, 4, 3}, func(x *tensor.Tensor) *tensor.Tensor {
		return x.Slice([]int{1, 0, 2}, []int{5, 3, 3}, []int{3, 2, 1})
	}, "slice three axes")
	add([]int{2, 5}, func(x *tensor.Tensor) *tensor.Tensor { return x.Slice1(-1, 1, 4) }, "slice one axis")
	add([]int{5, 2}, func(x *tensor.Tensor) *tensor.Tensor {
		return x.Slice1(0, 0, 3).Mul(x.Slice1(0, 2, 5)) // row 2 is in both
	}, "overlapping slices")
	return cases
}
