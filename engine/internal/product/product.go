package product

import (
	"sync/atomic"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
)

// A product computes out[b, m, n] = sum over k of left[b, m, k] * right[b, n,
// k] in blocks. For each block of the result, panels of the right operand are
// packed. Register tiles multiply them with the left operand, which is read in
// place if its strides allow it. Matrix products and convolutions differ only
// in the tables that describe where operands are read and where results are
// written. An epilogue runs on each finished block while the block is in cache.
type product[T kernel.Float] struct {
	tiler          *kernel.Tiler[T]
	left, right    kernel.Operand[T]
	arguments      [2]int    // which arguments of the node left and right are
	batch          []offsets // the offsets of each batch or group
	m, n, k        int
	rows           []int // result (m, n) is at rows[m] + columns[n], relative to the batch
	columns        []int
	swapped        bool                  // rows, not columns, are contiguous in the result
	transposer     *kernel.Transposer[T] // of a swapped product
	copier         *kernel.Transposer[T] // copies results, after they are transposed
	tiling         tiling
	far            bool // panels of the right operand are prefetched
	inPlace        bool // blocks are computed directly in the result
	separate       bool // the loop that follows is a separate step
	resultElements int  // elements of temporary memory for the results of a separate step
	regular        bool // rows of the result are contiguous and line elements apart
	line           int
	partial        []T            // results of the chunks of k, block by block
	arrived        []atomic.Int32 // finished chunks of each block
	zeroHint       [2]zeroHint    // for each argument
	zeros          *sparsity[T]   // of the left operand; nil if its zeros are not skipped
	epilogue       epilogue[T]
}

type offsets struct{ left, right, out int }

func (p *product[T]) Tiles() int {
	if p.m == 0 || p.n == 0 {
		return 0
	}
	return len(p.batch) * p.tiling.down * p.tiling.across * p.tiling.chunks
}

func (p *product[T]) Finish() {}

// scratch returns the bytes that a tile needs, without the epilogue.
func (p *product[T]) scratch() int {
	c := &p.tiling
	size := 0
	for _, n := range []int{c.leftElements(), c.rightElements(), c.blockElements(), p.transposedElements()} {
		size += memory.SizeOf[T](n)
	}
	return size
}

// transposedElements returns the scratch for a transposed block of a swapped
// product, in elements.
func (p *product[T]) transposedElements() int {
	if !p.swapped {
		return 0
	}
	return p.tiling.n * p.transposedLine()
}

// transposedLine returns the distance between the rows of a transposed block.
func (p *product[T]) transposedLine() int { return ir.Ceil(p.tiling.m, p.tiler.Lanes) * p.tiler.Lanes }

// A block is the state of one tile of a product while it runs.
type block[T kernel.Float] struct {
	*product[T]
	at             offsets
	m0, ms, n0, ns int
	pack           packBuffer[T]
	transposed     []T // transposed results of a swapped product
	c              []T // results; rows are ldc apart
	ldc            int
}

func (p *product[T]) Tile(w *pool.Worker, i int) {
	chunk := i % p.tiling.chunks
	i /= p.tiling.chunks
	scratch := w.Scratch
	b := block[T]{
		product:    p,
		pack:       newPackBuffer(p.tiler, &p.tiling, &scratch),
		transposed: memory.Carve[T](&scratch, p.transposedElements()),
	}
	b.place(i)
	w.Prefetch.Clear()
	b.pack.prefetch, b.pack.far = &w.Prefetch, p.far
	if p.zeros != nil && p.zeros.mostlyZero {
		b.pack.sparse = p.zeros.Sparse
	}
	switch {
	case p.inPlace:
		b.ldc = p.line
		b.c = p.epilogue.out[b.at.out+p.rows[b.m0]+b.n0:]
	case p.tiling.chunks > 1:
		size := p.tiling.blockElements()
		b.ldc, b.c = p.tiling.n, p.partial[(i*p.tiling.chunks+chunk)*size:][:size]
	default:
		b.ldc, b.c = p.tiling.n, memory.Carve[T](&scratch, p.tiling.blockElements())
	}
	if p.tiling.chunks == 1 {
		b.prefetchEpilogue()
	}
	b.multiply(chunk*p.tiling.chunk, min((chunk+1)*p.tiling.chunk, p.k))
	if p.tiling.chunks > 1 {
		if int(p.arrived[i].Add(1)) < p.tiling.chunks {
			return
		}
		p.arrived[i].Store(0)
		b.c = p.partial[i*p.tiling.chunks*p.tiling.blockElements():]
		b.combine()
	}
	b.deliver(w)
}

// place sets the part of the result that block i computes.
func (b *block[T]) place(i int) {
	c := &b.tiling
	b.m0 = i % c.down * c.m
	i /= c.down
	b.n0 = i % c.across * c.n
	b.at = b.batch[i/c.across]
	b.ms, b.ns = min(c.m, b.product.m-b.m0), min(c.n, b.product.n-b.n0)
}

// prefetchEpilogue queues prefetches of the other values that the epilogue
// reads.
func (b *block[T]) prefetchEpilogue() {
	if b.epilogue.loop == nil {
		return
	}
	rows, columns := b.rows[b.m0:b.m0+b.ms], b.columns[b.n0:b.n0+b.ns]
	if b.swapped {
		rows, columns = columns, rows
	}
	for _, row := range rows {
		b.epilogue.loop.Prefetch(b.pack.prefetch, b.at.out+row+columns[0], len(columns))
	}
}

// multiply sums over k from k0 to end-1.
func (b *block[T]) multiply(k0, end int) {
	left, right := b.left, b.right
	left.Base += b.at.left
	right.Base += b.at.right
	b.pack.end = end
	for first := true; first || k0 < end; first = false {
		ks := min(b.tiling.k, end-k0)
		b.pack.multiply(b.c, b.ldc, &left, &right, area{b.m0, b.ms, b.n0, b.ns}, k0, ks, !first)
		k0 += ks
	}
}

// combine adds all chunks of the block to the first, in order.
func (b *block[T]) combine() {
	size := b.tiling.blockElements()
	for chunk := 1; chunk < b.tiling.chunks; chunk++ {
		other := b.c[chunk*size:]
		for i := range b.ms {
			row := b.c[i*b.ldc : i*b.ldc+b.ns]
			kernel.Add(row, row, other[i*b.ldc:i*b.ldc+b.ns])
		}
	}
}

// deliver writes the finished block to the result and runs the epilogue.
func (b *block[T]) deliver(w *pool.Worker) {
	d := epilogueRun[T]{epilogue: &b.epilogue, scratch: unsafe.Pointer(unsafe.SliceData(w.Scratch)), written: b.inPlace}
	if d.written && b.epilogue.loop == nil {
		return
	}
	rows, columns, c, ld := b.rows[b.m0:b.m0+b.ms], b.columns[b.n0:b.n0+b.ns], b.c, b.ldc
	if b.swapped {
		ld = b.transposedLine()
		b.transposer.Transpose(b.transposed, ld, c, b.ms, b.ns)
		rows, columns, c = columns, rows, b.transposed
	}
	if d.loop == nil && b.regular {
		b.copier.CopyBlock(d.out[b.at.out+rows[0]+columns[0]:], b.line, c, len(rows), len(columns))
		return
	}
	if last := len(rows) - 1; ld == len(columns) && rows[last]-rows[0] == last*ld && columns[ld-1]-columns[0] == ld-1 {
		d.run(b.at.out+rows[0]+columns[0], c[:len(rows)*ld]) // both rows and columns ascend
		rows = nil
	}
	for i, row := range rows {
		d.row(b.at.out+row, c[i*ld:i*ld+len(columns)], columns)
	}
	d.flush()
}
