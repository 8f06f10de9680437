package ir

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// Ceil returns n/d rounded up.
func Ceil(n, d int) int { return (n + d - 1) / d }

// Table returns the offset of every index of shape, in row-major order.
func Table(shape, strides []int) []int {
	offsets := make([]int, 0, tensor.Size(shape))
	var walk func(axis, at int)
	walk = func(axis, at int) {
		if axis == len(shape) {
			offsets = append(offsets, at)
			return
		}
		for i := range shape[axis] {
			walk(axis+1, at+i*strides[axis])
		}
	}
	walk(0, 0)
	return offsets
}

// Pick returns the elements of list at the indices at.
func Pick(list, at []int) []int {
	picked := make([]int, len(at))
	for i, k := range at {
		picked[i] = list[k]
	}
	return picked
}

// Free returns the axes below rank that are in none of the lists, ascending.
func Free(rank int, taken ...[]int) []int {
	var axes []int
	for axis := range rank {
		if !slices.ContainsFunc(taken, func(list []int) bool { return slices.Contains(list, axis) }) {
			axes = append(axes, axis)
		}
	}
	return axes
}

// TableOf returns the offset of every index of the given axes of l, in
// row-major order.
func TableOf(l *kernel.Layout, axes []int) []int {
	return Table(Pick(l.Shape, axes), Pick(l.Strides, axes))
}

// PositionsOver returns the position of the elements of l at every index of the
// given axes, in row-major order, with index 0 on all other axes.
func PositionsOver(l *kernel.Layout, axes []int) []int {
	positions := TableOf(l, axes)
	for i := range positions {
		positions[i] += l.Offset
	}
	return positions
}
