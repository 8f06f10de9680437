package ir

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// Contiguous returns the layout of elements in row-major order.
func Contiguous(shape []int) kernel.Layout {
	return kernel.Layout{Shape: shape, Strides: tensor.Strides(shape)}
}

// IsContiguous reports whether l has the strides of row-major order.
func IsContiguous(l *kernel.Layout) bool {
	n := 1
	for i := len(l.Shape) - 1; i >= 0; i-- {
		if l.Shape[i] != 1 && l.Strides[i] != n {
			return false
		}
		n *= l.Shape[i]
	}
	return true
}

// ReshapeStrides returns strides for shape that read the elements of l in
// row-major order. It returns false if no such strides exist.
func ReshapeStrides(l *kernel.Layout, shape []int) ([]int, bool) {
	strides := make([]int, len(shape))
	if tensor.Size(shape) == 0 {
		return strides, true
	}
	from := Collapse(l)
	axis := len(from.Shape) - 1
	done := 1 // how much of dimension axis of from is used
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] == 1 {
			continue
		}
		if axis >= 0 && done == from.Shape[axis] {
			axis, done = axis-1, 1
		}
		if axis < 0 || from.Shape[axis]%(done*shape[i]) != 0 {
			return nil, false
		}
		strides[i] = from.Strides[axis] * done
		done *= shape[i]
	}
	return strides, true
}

// Collapse returns a layout equal to l with the smallest number of dimensions.
// It drops dimensions of 1 and joins neighbouring dimensions that are
// contiguous. At least one dimension remains.
func Collapse(l *kernel.Layout) kernel.Layout {
	c := kernel.Layout{Offset: l.Offset}
	for i, d := range l.Shape {
		last := len(c.Shape) - 1
		switch {
		case d == 1:
		case last >= 0 && c.Strides[last] == d*l.Strides[i]:
			c.Shape[last] *= d
			c.Strides[last] = l.Strides[i]
		default:
			c.Shape = append(c.Shape, d)
			c.Strides = append(c.Strides, l.Strides[i])
		}
	}
	if len(c.Shape) == 0 {
		c.Shape, c.Strides = []int{1}, []int{1}
	}
	return c
}

// Permuted returns l with its axes in another order.
func Permuted(l *kernel.Layout, axes []int) kernel.Layout {
	p := kernel.Layout{Offset: l.Offset}
	for _, axis := range axes {
		p.Shape = append(p.Shape, l.Shape[axis])
		p.Strides = append(p.Strides, l.Strides[axis])
	}
	return p
}

// Reshaped returns l with another shape of the same size. ok is false if
// strides cannot describe it.
func Reshaped(l *kernel.Layout, shape []int) (kernel.Layout, bool) {
	if slices.Equal(l.Shape, shape) {
		return *l, true
	}
	strides, ok := ReshapeStrides(l, shape)
	return kernel.Layout{Offset: l.Offset, Shape: shape, Strides: strides}, ok
}

// SameLayout reports whether two layouts are equal.
func SameLayout(a, b *kernel.Layout) bool {
	return a.Offset == b.Offset && slices.Equal(a.Shape, b.Shape) && slices.Equal(a.Strides, b.Strides)
}
