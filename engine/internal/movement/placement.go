package cpu

import (
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A placement brings the elements of a view to places in a result, which
// ascend with the elements: so those that belong in one run of the result are
// neighbours among the elements, and a tile can find them.
type placement[T any] struct {
	out, from []T
	to, seen  kernel.Layout // places in out and in from
}

func placementOf[T any](out []T, to kernel.Layout, v view) placement[T] {
	return placement[T]{out, contents[T](v.node.buffer), collapse(&to), collapse(&v.layout)}
}

// place brings the elements whose places are from start to end-1.
func (p *placement[T]) place(scratch []byte, start, end int) {
	last := before(&p.to, end)
	for k := before(&p.to, start); k < last; k += moveBlock {
		p.block(scratch, k, min(moveBlock, last-k))
	}
}

// block brings n elements, at most moveBlock, from element k on: at once if
// they are neighbours where they are or where they belong, else through
// scratch.
func (p *placement[T]) block(scratch []byte, k, n int) {
	if at, ok := p.to.Run(k, n); ok {
		kernel.Load(p.out[at:at+n], p.from, &p.seen, k)
		return
	}
	if at, ok := p.seen.Run(k, n); ok {
		kernel.Store(p.out, p.from[at:at+n], &p.to, k)
		return
	}
	part := slice[T](scratch)[:n]
	kernel.Load(part, p.from, &p.seen, k)
	kernel.Store(p.out, part, &p.to, k)
}

// before counts the elements of l that lie before a place. Places must ascend
// with the elements.
func before(l *kernel.Layout, place int) int {
	inner := tensor.Size(l.Shape)
	rest, count := place-l.Offset, 0
	if rest <= 0 || inner == 0 {
		return 0
	}
	for axis, d := range l.Shape {
		inner /= d
		k := rest / l.Strides[axis]
		if k >= d {
			return count + d*inner
		}
		count += k * inner
		rest -= k * l.Strides[axis]
	}
	if rest > 0 {
		count++ // the element that the indices led to
	}
	return count
}

func pad[T any](n *node) step {
	a := n.attr.(tensor.PadAttr)
	value := tensor.NewArray(n.dtype, 1)
	value.Data[0] = a.Value
	padding := NewMemory(n.dtype, 1)
	padding.Set(value)
	filler, out := slice[T](padding.Bytes), contents[T](n.buffer)
	to, seen := padded(n.args[0].layout, a, n.shape)
	inner := placementOf(out, to, view{n.args[0].node, seen})
	return movement{n.size(), func(scratch []byte, start, end int) {
		kernel.LoadStrided(out[start:end], filler, 0, 0)
		inner.place(scratch, start, end)
	}}
}

// padded returns where the elements of x go in a result of the given shape, and
// where those are that do: a negative padding cuts others off.
func padded(x kernel.Layout, a tensor.PadAttr, shape []int) (to, seen kernel.Layout) {
	strides := tensor.Strides(shape)
	to = kernel.Layout{Shape: make([]int, len(shape)), Strides: make([]int, len(shape))}
	seen = kernel.Layout{Offset: x.Offset, Shape: to.Shape, Strides: x.Strides}
	for i, d := range x.Shape {
		step := a.Interior[i] + 1
		first := 0
		if a.Low[i] < 0 {
			first = ceil(-a.Low[i], step)
		}
		end := 0
		if room := shape[i] - 1 - a.Low[i]; room >= 0 {
			end = min(d, room/step+1)
		}
		to.Shape[i] = max(0, end-first)
		to.Offset += (a.Low[i] + first*step) * strides[i]
		to.Strides[i] = step * strides[i]
		seen.Offset += first * x.Strides[i]
	}
	return to, seen
}

func concatenate[T any](n *node) step {
	axis, at := n.attr.(tensor.ConcatenateAttr).Axis, 0
	strides := tensor.Strides(n.shape)
	var parts []placement[T]
	for _, x := range n.args {
		to := kernel.Layout{Offset: at * strides[axis], Shape: x.layout.Shape, Strides: strides}
		parts = append(parts, placementOf(contents[T](n.buffer), to, x))
		at += x.layout.Shape[axis]
	}
	return movement{n.size(), func(scratch []byte, start, end int) {
		for i := range parts {
			parts[i].place(scratch, start, end)
		}
	}}
}
