package cpu

import (
	"sync/atomic"
	"unsafe"

	"github.com/gander-ml/gander/internal/kernel"
)

// A product computes out[b, m, n] = sum over k of left[b, m, k] * right[b, n, k]
// in blocks: for each block of the result panels of the right operand are
// packed, and register tiles run over them and the left operand, which is read
// in place where its strides allow. Matrix products and convolutions differ
// only in the tables by which their operands are read and their result is
// written. A loop that follows runs on each finished block while it is in
// cache.
type product[T kernel.Float] struct {
	tiler       *kernel.Tiler[T]
	left, right kernel.Operand[T]
	window      *kernel.Window // of the right operand; nil if it is a matrix
	batch       []offsets      // what to add for each batch or group
	m, n, k     int
	rows        []int // where result row m begins, relative to the batch
	columns     []int // where result column n is, relative to the row
	cut         cut
	inPlace     bool           // blocks are computed where the result will be
	partial     []T            // results of the chunks of k, block by block
	arrived     []atomic.Int32 // chunks of each block that are done
	sink        sink[T]
}

type offsets struct{ left, right, out int }

func (p *product[T]) tiles() int {
	if p.m == 0 || p.n == 0 {
		return 0
	}
	return len(p.batch) * p.cut.down * p.cut.across * p.cut.chunks
}

func (p *product[T]) finish() {}

// scratch is the bytes a tile needs, without the loop that follows.
func (p *product[T]) scratch() int {
	var zero T
	c := &p.cut
	size := 0
	for _, n := range []int{c.leftElements(), c.rightElements(), c.blockElements()} {
		size += (n*int(unsafe.Sizeof(zero)) + alignment - 1) &^ (alignment - 1)
	}
	return size
}

// A block is one tile of a product at work.
type block[T kernel.Float] struct {
	*product[T]
	at             offsets
	m0, ms, n0, ns int
	packedA        []T
	packedB        []T
	c              []T // results, ldc apart
	ldc            int
}

func (p *product[T]) tile(w *worker, i int) {
	chunk := i % p.cut.chunks
	i /= p.cut.chunks
	memory := w.scratch
	b := block[T]{product: p, packedA: carve[T](&memory, p.cut.leftElements()), packedB: carve[T](&memory, p.cut.rightElements())}
	b.place(i)
	switch {
	case p.inPlace:
		b.ldc = p.n
		b.c = p.sink.out[b.at.out+p.rows[b.m0]+b.n0:]
	case p.cut.chunks > 1:
		size := p.cut.blockElements()
		b.ldc, b.c = p.cut.n, p.partial[(i*p.cut.chunks+chunk)*size:][:size]
	default:
		b.ldc, b.c = p.cut.n, carve[T](&memory, p.cut.blockElements())
	}
	b.multiply(chunk*p.cut.chunk, min((chunk+1)*p.cut.chunk, p.k))
	if p.cut.chunks > 1 {
		if int(p.arrived[i].Add(1)) < p.cut.chunks {
			return
		}
		p.arrived[i].Store(0)
		b.c = p.partial[i*p.cut.chunks*p.cut.blockElements():]
		b.combine()
	}
	b.deliver(w)
}

// place finds which part of the result block i is.
func (b *block[T]) place(i int) {
	c := &b.cut
	b.m0 = i % c.down * c.m
	i /= c.down
	b.n0 = i % c.across * c.n
	b.at = b.batch[i/c.across]
	b.ms, b.ns = min(c.m, b.product.m-b.m0), min(c.n, b.product.n-b.n0)
}

// multiply sums over k from k0 to end-1.
func (b *block[T]) multiply(k0, end int) {
	left, right := b.left, b.right
	left.Base += b.at.left
	right.Base += b.at.right
	for first := true; first || k0 < end; first = false {
		ks := min(b.cut.k, end-k0)
		a, rs, cs := b.leftBlock(&left, k0, ks)
		for n := 0; n < b.ns; n += b.cut.panel {
			cols := min(b.cut.panel, b.ns-n)
			width := ceil(cols, b.tiler.Lanes) * b.tiler.Lanes
			panel := b.packedB[n*ks:][:width*ks]
			if b.window == nil {
				right.Panel(panel, width, b.n0+n, cols, k0, ks)
			} else {
				patches := kernel.Patches[T]{Operand: right, Window: *b.window}
				patches.Panel(panel, width, b.n0+n, cols, k0, ks)
			}
			b.tiler.Multiply(b.c[n:], b.ldc, a, rs, cs, panel, width, b.ms, cols, ks, !first)
		}
		k0 += ks
	}
}

// leftBlock returns the rows of the block and columns k0.. of the left
// operand, in place if tiles can read them so.
func (b *block[T]) leftBlock(left *kernel.Operand[T], k0, ks int) (a []T, rs, cs int) {
	if ks == 0 {
		return nil, 0, 0
	}
	at, rs, cs, ok := left.Strided(b.m0, b.ms, k0, ks)
	if ok {
		return left.Data[at:], rs, cs
	}
	rs, cs = left.Block(b.packedA, b.m0, b.ms, k0, ks)
	return b.packedA, rs, cs
}

// combine adds the chunks of the block to the first, in order.
func (b *block[T]) combine() {
	size := b.cut.blockElements()
	for chunk := 1; chunk < b.cut.chunks; chunk++ {
		other := b.c[chunk*size:]
		for i := range b.ms {
			row := b.c[i*b.ldc : i*b.ldc+b.ns]
			kernel.Add(row, row, other[i*b.ldc:i*b.ldc+b.ns])
		}
	}
}

// deliver brings the finished block to its place.
func (b *block[T]) deliver(w *worker) {
	d := delivery[T]{sink: &b.sink, scratch: unsafe.Pointer(unsafe.SliceData(w.scratch)), written: b.inPlace}
	if d.written && b.sink.then == nil {
		return
	}
	for i := range b.ms {
		d.row(b.at.out+b.rows[b.m0+i], b.c[i*b.ldc:i*b.ldc+b.ns], b.columns[b.n0:b.n0+b.ns])
	}
	d.flush()
}
