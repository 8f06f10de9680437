package movement

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A placement copies the elements of a view to positions in a result. The
// positions ascend with the elements. So the elements of a contiguous range of
// the result are neighbours in the view, and a tile can find them.
type placement[T any] struct {
	out, from  []T
	to, source kernel.Layout // positions in out and in from
}

func newPlacement[T any](out []T, to kernel.Layout, v ir.View) placement[T] {
	return placement[T]{out, ir.Contents[T](v.Node.Buffer), ir.Collapse(&to), ir.Collapse(&v.Layout)}
}

// place copies the elements with positions from start to end-1 in the result.
func (p *placement[T]) place(scratch []byte, start, end int) {
	last := countBefore(&p.to, end)
	for k := countBefore(&p.to, start); k < last; k += blockSize {
		p.block(scratch, k, min(blockSize, last-k))
	}
}

// block copies n elements, at most blockSize, from element k on. If they are
// contiguous at the source or at the destination, it makes one copy. Otherwise
// it copies through scratch.
func (p *placement[T]) block(scratch []byte, k, n int) {
	if at, ok := p.to.Run(k, n); ok {
		kernel.Load(p.out[at:at+n], p.from, &p.source, k)
		return
	}
	if at, ok := p.source.Run(k, n); ok {
		kernel.Store(p.out, p.from[at:at+n], &p.to, k)
		return
	}
	part := memory.Slice[T](scratch)[:n]
	kernel.Load(part, p.from, &p.source, k)
	kernel.Store(p.out, part, &p.to, k)
}

// countBefore returns the number of elements of l at positions lower than
// position. Positions must ascend with the elements.
func countBefore(l *kernel.Layout, position int) int {
	inner := tensor.Size(l.Shape)
	rest, count := position-l.Offset, 0
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
		count++ // the element at the indices found so far
	}
	return count
}

func pad[T any](n *ir.Node) pool.Step {
	a := n.Attr.(tensor.PadAttr)
	value := tensor.NewArray(n.DType, 1)
	value.Data[0] = a.Value
	padding := memory.New(n.DType, 1)
	padding.Set(value)
	filler, out := memory.Slice[T](padding.Bytes), ir.Contents[T](n.Buffer)
	to, source := padded(n.Args[0].Layout, a, n.Shape)
	inner := newPlacement(out, to, ir.View{Node: n.Args[0].Node, Layout: source})
	return movement{n.Size(), func(scratch []byte, start, end int) {
		kernel.LoadStrided(out[start:end], filler, 0, 0)
		inner.place(scratch, start, end)
	}}
}

// padded returns the positions of the elements of x in a result of the given
// shape, and their layout in the source. Negative padding drops elements.
func padded(x kernel.Layout, a tensor.PadAttr, shape []int) (to, source kernel.Layout) {
	strides := tensor.Strides(shape)
	to = kernel.Layout{Shape: make([]int, len(shape)), Strides: make([]int, len(shape))}
	source = kernel.Layout{Offset: x.Offset, Shape: to.Shape, Strides: x.Strides}
	for i, d := range x.Shape {
		step := a.Interior[i] + 1
		first := 0
		if a.Low[i] < 0 {
			first = ir.Ceil(-a.Low[i], step)
		}
		end := 0
		if room := shape[i] - 1 - a.Low[i]; room >= 0 {
			end = min(d, room/step+1)
		}
		to.Shape[i] = max(0, end-first)
		to.Offset += (a.Low[i] + first*step) * strides[i]
		to.Strides[i] = step * strides[i]
		source.Offset += first * x.Strides[i]
	}
	return to, source
}

func concatenate[T any](n *ir.Node) pool.Step {
	axis, at := n.Attr.(tensor.ConcatenateAttr).Axis, 0
	strides := tensor.Strides(n.Shape)
	var parts []placement[T]
	for _, x := range n.Args {
		to := kernel.Layout{Offset: at * strides[axis], Shape: x.Layout.Shape, Strides: strides}
		parts = append(parts, newPlacement(ir.Contents[T](n.Buffer), to, x))
		at += x.Layout.Shape[axis]
	}
	return movement{n.Size(), func(scratch []byte, start, end int) {
		for i := range parts {
			parts[i].place(scratch, start, end)
		}
	}}
}
