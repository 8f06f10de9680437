package cpu

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// ceil returns n/d rounded up.
func ceil(n, d int) int { return (n + d - 1) / d }

// table returns the offsets of all indices of shape, in row-major order.
func table(shape, strides []int) []int {
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

func pick(list, at []int) []int {
	picked := make([]int, len(at))
	for i, k := range at {
		picked[i] = list[k]
	}
	return picked
}

func free(rank int, taken ...[]int) []int {
	var axes []int
	for axis := range rank {
		if !slices.ContainsFunc(taken, func(list []int) bool { return slices.Contains(list, axis) }) {
			axes = append(axes, axis)
		}
	}
	return axes
}

// tableOf is the table over some axes of a layout.
func tableOf(l *kernel.Layout, axes []int) []int {
	return table(pick(l.Shape, axes), pick(l.Strides, axes))
}

// placesOver returns where the elements of l lie at all indices of some axes,
// in row-major order, and at 0 of the others.
func placesOver(l *kernel.Layout, axes []int) []int {
	places := tableOf(l, axes)
	for i := range places {
		places[i] += l.Offset
	}
	return places
}
