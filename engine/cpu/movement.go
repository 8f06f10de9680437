package cpu

import (
	"math"

	"github.com/gander-ml/gander/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A movement brings elements to new places: pad, concatenate, gather,
// scatter-add, and argmax, which moves indices. It runs as one tile.
type movement func(scratch []byte)

func (m movement) tiles() int            { return 1 }
func (m movement) tile(w *worker, _ int) { m(w.scratch) }
func (m movement) finish()               {}

// movementOf binds a movement to memory. Elements are moved as words of their
// size, whatever they mean.
func movementOf(n *node) movement {
	switch n.op {
	case "gather":
		return sized(n, gather[uint8], gather[uint32], gather[uint64])
	case "pad":
		return sized(n, pad[uint8], pad[uint32], pad[uint64])
	case "concatenate":
		return sized(n, concatenate[uint8], concatenate[uint32], concatenate[uint64])
	case "scatter-add":
		return numeric(n.dtype, n, scatterAdd[float32], scatterAdd[float64], scatterAdd[int32], scatterAdd[uint32])
	case "argmax":
		return numeric(n.args[0].node.dtype, n, argMax[float32], argMax[float64], argMax[int32], argMax[uint32])
	}
	panic("cpu: no kernel for " + n.op)
}

func sized(n *node, one, four, eight func(*node) movement) movement {
	switch n.dtype.Size() {
	case 1:
		return one(n)
	case 4:
		return four(n)
	}
	return eight(n)
}

func numeric(dtype tensor.DType, n *node, f32, f64, i32, u32 func(*node) movement) movement {
	switch dtype {
	case tensor.Float32:
		return f32(n)
	case tensor.Float64:
		return f64(n)
	case tensor.Int32:
		return i32(n)
	case tensor.Uint32:
		return u32(n)
	}
	panic("cpu: no kernel for " + n.op + " on " + dtype.String())
}

// contents returns the memory of a node as words of type T.
func contents[T any](n *node) []T { return slice[T](n.buffer.memory.Bytes) }

// transfer copies the elements of from, as v sees them, to the places that to
// says, through a block at a time.
func transfer[T any](out []T, to kernel.Layout, v view) movement {
	from, layout, size := contents[T](v.node), collapse(&v.layout), tensor.Size(to.Shape)
	to = collapse(&to)
	return func(scratch []byte) {
		block := slice[T](scratch)[:blockSize]
		for start := 0; start < size; start += blockSize {
			part := block[:min(blockSize, size-start)]
			kernel.Load(part, from, &layout, start)
			kernel.Store(out, part, &to, start)
		}
	}
}

func pad[T any](n *node) movement {
	a, strides := n.attr.(tensor.PadAttr), tensor.Strides(n.shape)
	x := n.args[0]
	value := tensor.NewArray(n.dtype, 1)
	value.Data[0] = a.Value
	filler := NewMemory(n.dtype, 1)
	filler.Set(value)

	// Cut what a negative padding removes, then place what is left.
	to := kernel.Layout{Shape: make([]int, len(n.shape)), Strides: make([]int, len(n.shape))}
	from := kernel.Layout{Offset: x.layout.Offset, Shape: to.Shape, Strides: x.layout.Strides}
	for i, d := range x.layout.Shape {
		step := a.Interior[i] + 1
		first := 0
		if a.Low[i] < 0 {
			first = (-a.Low[i] + step - 1) / step
		}
		end := 0
		if room := n.shape[i] - 1 - a.Low[i]; room >= 0 {
			end = min(d, room/step+1)
		}
		to.Shape[i] = max(0, end-first)
		to.Offset += (a.Low[i] + first*step) * strides[i]
		to.Strides[i] = step * strides[i]
		from.Offset += first * x.layout.Strides[i]
	}
	out := contents[T](n)
	place := transfer(out, to, view{x.node, from})
	return func(scratch []byte) {
		kernel.Fill(out, slice[T](filler.Bytes)[0])
		place(scratch)
	}
}

func concatenate[T any](n *node) movement {
	axis, at := n.attr.(tensor.ConcatenateAttr).Axis, 0
	strides := tensor.Strides(n.shape)
	var parts []movement
	for _, x := range n.args {
		to := kernel.Layout{Offset: at * strides[axis], Shape: x.layout.Shape, Strides: strides}
		parts = append(parts, transfer(contents[T](n), to, x))
		at += x.layout.Shape[axis]
	}
	return func(scratch []byte) {
		for _, part := range parts {
			part(scratch)
		}
	}
}

// row is the part of a layout below its first axis.
func row(l *kernel.Layout) *kernel.Layout {
	r := collapse(&kernel.Layout{Shape: l.Shape[1:], Strides: l.Strides[1:]})
	return &r
}

func gather[T any](n *node) movement {
	x, index := n.args[0], n.args[1]
	from, out := contents[T](x.node), contents[T](n)
	layout, indices := row(&x.layout), contents[int32](index.node)
	places := tableOf(&index.layout, free(len(index.layout.Shape)))
	width := tensor.Size(x.layout.Shape[1:])
	missing := missingElement[T](n.dtype)
	return func([]byte) {
		for i, p := range places {
			to := out[i*width : (i+1)*width]
			k := int(indices[index.layout.Offset+p])
			if k < 0 || k >= x.layout.Shape[0] {
				kernel.Fill(to, missing)
				continue
			}
			layout.Offset = x.layout.Offset + k*x.layout.Strides[0]
			if width > 0 {
				kernel.Load(to, from, layout, 0)
			}
		}
	}
}

// missingElement is what an index out of range reads: NaN, or 0 where there is
// none.
func missingElement[T any](dtype tensor.DType) T {
	m := NewMemory(dtype, 1)
	if dtype.IsFloat() {
		m.Set(&tensor.Array{DType: dtype, Data: []float64{math.NaN()}})
	}
	return slice[T](m.Bytes)[0]
}

func scatterAdd[T kernel.Number](n *node) movement {
	u, index := n.args[0], n.args[1]
	from, out := contents[T](u.node), contents[T](n)
	rank := len(index.layout.Shape)
	starts := table(u.layout.Shape[:rank], u.layout.Strides[:rank])
	within := table(u.layout.Shape[rank:], u.layout.Strides[rank:])
	indices := contents[int32](index.node)
	places := tableOf(&index.layout, free(rank))
	return func([]byte) {
		kernel.Fill(out, 0)
		for i, p := range places {
			k := int(indices[index.layout.Offset+p])
			if k < 0 || k >= n.shape[0] {
				continue
			}
			to := out[k*len(within) : (k+1)*len(within)]
			for j, w := range within {
				to[j] += from[u.layout.Offset+starts[i]+w]
			}
		}
	}
}

func argMax[T kernel.Number](n *node) movement {
	x, axis := n.args[0], n.attr.(tensor.ArgMaxAttr).Axis
	from, out := contents[T](x.node), contents[int32](n)
	others := free(len(x.layout.Shape), []int{axis})
	starts := tableOf(&x.layout, others)
	length, stride := x.layout.Shape[axis], x.layout.Strides[axis]
	return func([]byte) {
		for i, s := range starts {
			best, where := from[x.layout.Offset+s], 0
			for k := 1; k < length; k++ {
				v := from[x.layout.Offset+s+k*stride]
				if v > best || v != v && best == best {
					best, where = v, k
				}
			}
			out[i] = int32(where)
		}
	}
}
