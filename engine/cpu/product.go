package cpu

import (
	"unsafe"

	"github.com/gander-ml/gander/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A product computes out[b, m, n] = sum over k of a[b, m, k] * b[b, n, k] in
// blocks: for each block of the result panels of both operands are packed, and
// register tiles run over them. Matrix products and convolutions differ only
// in the tables by which their operands are packed and their result is
// written. A loop that follows runs on each finished block while it is in
// cache.
type product[T kernel.Float] struct {
	a, b    kernel.Operand[T]
	batch   []offsets // what to add for each batch or group
	m, n, k int
	rows    []int // where result row m begins, relative to the batch
	columns []int // where result column n is, relative to the row
	out     []T   // nil if only the loop that follows reads the result
	then    *loop // nil if none follows
	thenAt  int   // bytes into scratch
	tileAt  int   // bytes into scratch: where a run of results is laid for then
}

type offsets struct{ a, b, out int }

// A block of the result is blockM x blockN; packed panels are blockK deep.
const (
	blockM = 128
	blockN = 128
	blockK = 256
)

func ceil(n, d int) int { return (n + d - 1) / d }

func (p *product[T]) tiles() int { return len(p.batch) * ceil(p.m, blockM) * ceil(p.n, blockN) }

func (p *product[T]) finish() {}

// productScratch is the bytes of packed panels and a block of results.
func productScratch[T kernel.Float]() int {
	var zero T
	return (blockM*blockK + blockN*blockK + blockM*blockN) * int(unsafe.Sizeof(zero))
}

func (p *product[T]) tile(w *worker, i int) {
	down := ceil(p.m, blockM)
	m0 := i % down * blockM
	i /= down
	across := ceil(p.n, blockN)
	n0 := i % across * blockN
	at := p.batch[i/across]
	ms, ns := min(blockM, p.m-m0), min(blockN, p.n-n0)

	memory := slice[T](w.scratch[:productScratch[T]()])
	packedA, memory := memory[:blockM*blockK], memory[blockM*blockK:]
	packedB, block := memory[:blockN*blockK], memory[blockN*blockK:]
	a, b := p.a, p.b
	a.Base += at.a
	b.Base += at.b

	kernel.Fill(block, 0)
	for k0 := 0; k0 < p.k; k0 += blockK {
		ks := min(blockK, p.k-k0)
		a.Pack(packedA, kernel.TileM, m0, ms, k0, ks)
		b.Pack(packedB, kernel.TileN, n0, ns, k0, ks)
		for n := 0; n < ns; n += kernel.TileN {
			for m := 0; m < ms; m += kernel.TileM {
				kernel.Tile(block[m*blockN+n:], blockN, packedA[m*ks:], packedB[n*ks:], ks)
			}
		}
	}
	for m := range ms {
		p.write(w, at.out+p.rows[m0+m], block[m*blockN:m*blockN+ns], p.columns[n0:n0+ns])
	}
}

// write brings one row of a block to its place, run by run of neighbours, and
// lets the loop that follows work on each.
func (p *product[T]) write(w *worker, base int, row []T, columns []int) {
	for len(row) > 0 {
		n := 1
		for n < len(row) && columns[n] == columns[n-1]+1 {
			n++
		}
		start := base + columns[0]
		if p.out != nil {
			copy(p.out[start:start+n], row[:n])
		}
		if p.then != nil {
			scratch := unsafe.Pointer(unsafe.SliceData(w.scratch))
			copy(at[T](unsafe.Add(scratch, p.tileAt), n), row[:n])
			p.then.run(unsafe.Add(scratch, p.thenAt), start, start+n)
		}
		row, columns = row[n:], columns[n:]
	}
}

// productOf binds the product of a group to memory and returns it with the
// scratch it needs.
func productOf[T kernel.Float](pr *Program, g *group) (step, int) {
	n := g.head
	var p *product[T]
	if n.op == "dot" {
		p = dotProduct[T](n)
	} else {
		p = convProduct[T](n)
	}
	scratch := productScratch[T]()
	if n.buffer != nil {
		p.out = slice[T](n.buffer.memory.Bytes)
	}
	if len(g.nodes) > 1 {
		p.tileAt = scratch
		p.thenAt = scratch + slotBytes
		b := &loopBuilder{program: pr, group: g, tile: register{offset: p.tileAt - p.thenAt}}
		p.then = b.build()
		scratch = p.thenAt + p.then.scratch
	}
	return p, scratch
}

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
		used := false
		for _, list := range taken {
			used = used || contains(list, axis)
		}
		if !used {
			axes = append(axes, axis)
		}
	}
	return axes
}

// tableOf is the table over some axes of a layout.
func tableOf(l *kernel.Layout, axes []int) []int {
	return table(pick(l.Shape, axes), pick(l.Strides, axes))
}

func dotProduct[T kernel.Float](n *node) *product[T] {
	d := n.attr.(tensor.DotAttr)
	la, lb := &n.args[0].layout, &n.args[1].layout
	p := &product[T]{
		a: operandOf[T](n.args[0], tableOf(la, free(len(la.Shape), d.ABatch, d.AContract)), tableOf(la, d.AContract)),
		b: operandOf[T](n.args[1], tableOf(lb, free(len(lb.Shape), d.BBatch, d.BContract)), tableOf(lb, d.BContract)),
	}
	p.m, p.n, p.k = len(p.a.Rows), len(p.b.Rows), len(p.a.Cols)
	p.rows, p.columns = table([]int{p.m}, []int{p.n}), table([]int{p.n}, []int{1})
	batchA, batchB := tableOf(la, d.ABatch), tableOf(lb, d.BBatch)
	for i := range batchA {
		p.batch = append(p.batch, offsets{batchA[i], batchB[i], i * p.m * p.n})
	}
	return p
}

func operandOf[T kernel.Float](v view, rows, cols []int) kernel.Operand[T] {
	return kernel.Operand[T]{Data: slice[T](v.node.buffer.memory.Bytes), Base: v.layout.Offset, Rows: rows, Cols: cols}
}

func convProduct[T kernel.Float](n *node) *product[T] {
	c := n.attr.(tensor.ConvAttr)
	lx, lk := &n.args[0].layout, &n.args[1].layout
	outputs, inputs := lk.Shape[0]/c.Groups, lk.Shape[1]
	spatial := n.shape[2:]

	taps := table(lk.Shape[1:], lk.Strides[1:])
	p := &product[T]{a: operandOf[T](n.args[1], table([]int{outputs}, lk.Strides[:1]), taps)}

	// The patches: a row for each output position, a column for each tap.
	positions := append([]int{lx.Shape[0]}, spatial...)
	noMove := make([]int, len(positions))
	rowStrides := append([]int{lx.Strides[0]}, noMove[1:]...)
	colStrides := append([]int{lx.Strides[1]}, noMove[1:]...)
	p.b = operandOf[T](n.args[0], table(positions, rowStrides), table(append([]int{inputs}, lk.Shape[2:]...), colStrides))
	p.b.Window = windowOf(c, lx, lk, positions, inputs)

	p.m, p.n, p.k = outputs, len(p.b.Rows), len(taps)
	area := tensor.Size(spatial)
	p.rows = table([]int{outputs}, []int{area})
	p.columns = table([]int{lx.Shape[0], area}, []int{lk.Shape[0] * area, 1})
	for g := range c.Groups {
		p.batch = append(p.batch, offsets{g * outputs * lk.Strides[0], g * inputs * lx.Strides[1], g * outputs * area})
	}
	return p
}

// windowOf says where output positions and taps meet in the input.
func windowOf(c tensor.ConvAttr, lx, lk *kernel.Layout, positions []int, inputs int) *kernel.Window {
	w := &kernel.Window{Dilation: c.InputDilation, Extent: lx.Shape[2:], Stride: lx.Strides[2:]}
	taps := append([]int{inputs}, lk.Shape[2:]...)
	for s := range c.Strides {
		stride := make([]int, len(positions))
		stride[1+s] = c.Strides[s]
		rows := table(positions, stride)
		for i := range rows {
			rows[i] -= c.PadLow[s]
		}
		reach := make([]int, len(taps))
		reach[1+s] = c.KernelDilation[s]
		w.RowAt = append(w.RowAt, rows)
		w.ColAt = append(w.ColAt, table(taps, reach))
	}
	return w
}
