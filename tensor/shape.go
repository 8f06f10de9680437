package tensor

import (
	"fmt"
	"slices"
	"strings"
)

// Size returns the number of elements of a shape: the product of its
// dimensions, 1 for a scalar.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Strides returns the row-major strides of a shape, in elements.
func Strides(shape []int) []int {
	strides := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	return strides
}

// formatShape returns a dtype and shape as float32[100,784].
func formatShape(dtype DType, shape []int) string {
	var b strings.Builder
	b.WriteString(dtype.String())
	b.WriteByte('[')
	for i, d := range shape {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, d)
	}
	b.WriteByte(']')
	return b.String()
}

// each calls visit for every index of shape in row-major order. linear counts
// from 0. visit must not keep index.
func each(shape []int, visit func(linear int, index []int)) {
	index := make([]int, len(shape))
	for linear := range Size(shape) {
		visit(linear, index)
		for i := len(index) - 1; i >= 0; i-- {
			index[i]++
			if index[i] < shape[i] {
				break
			}
			index[i] = 0
		}
	}
}

// offset returns the sum of index[i]*strides[i].
func offset(index, strides []int) int {
	sum := 0
	for i, k := range index {
		sum += k * strides[i]
	}
	return sum
}

// otherAxes returns the axes 0..rank-1 that are not in axes, ascending.
func otherAxes(rank int, axes ...[]int) []int {
	var rest []int
	for axis := range rank {
		if !slices.ContainsFunc(axes, func(set []int) bool { return slices.Contains(set, axis) }) {
			rest = append(rest, axis)
		}
	}
	return rest
}

// repeats reports whether an axis appears twice in the lists.
func repeats(lists ...[]int) bool {
	axes := slices.Concat(lists...)
	slices.Sort(axes)
	return len(slices.Compact(axes)) < len(axes)
}

// pick returns the elements of list at positions, in that order.
func pick(list, positions []int) []int {
	picked := make([]int, len(positions))
	for i, p := range positions {
		picked[i] = list[p]
	}
	return picked
}

// broadcastShape returns the shape that a and b broadcast to. Dimensions are
// matched from the last; dimensions that are 1 or missing are repeated.
func broadcastShape(a, b []int) ([]int, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	shape := slices.Clone(a)
	offset := len(a) - len(b)
	for i, d := range b {
		switch {
		case shape[offset+i] == 1:
			shape[offset+i] = d
		case d != 1 && d != shape[offset+i]:
			return nil, false
		}
	}
	return shape, true
}
