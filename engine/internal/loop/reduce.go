package loop

import (
	"slices"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A Reduction reduces results of a loop along axes. It computes one reduction,
// or several reductions of one shape along the same axes.
//
// It reduces along rows if the elements of one result are contiguous: each
// block is reduced to one number. It reduces along columns if neighbouring
// elements belong to neighbouring results: blocks are added element by element.
// Short rows (the pieces of maxout) are computed in row order; then each column
// is copied out of the computed block and reduced in column order.
//
// Long reductions are split into chunks; the split depends only on shapes. The
// partial results of the chunks are combined at the end, in order.
type Reduction struct {
	body    *Loop
	folds   []fold
	results int // number of reductions
	kept    int // results of each reduction
	length  int // elements that each result is reduced from
	columns bool
	short   bool // rows are short: they are reduced in column order
	chunk   int  // elements of one result that one tile reduces
	chunks  int
	group   int // results that one tile computes
	scratch int // bytes: for the body, one block of results for each fold, and one block of a copied column
}

// A fold is one of the reductions.
type fold struct {
	folder
	value register // the values to reduce, computed by the body
	acc   int      // offset in scratch of the accumulators, in bytes
}

const (
	shortRow = 16 // the longest row that is reduced in column order
	minRow   = 32 // the shortest row that is worth a row-order reduction

	vectorRows = 16 // a vector kernel reduces this number of results at once
)

// NewReduction plans the reductions at the end of g, before memory is assigned.
func NewReduction(g *ir.Group) *Reduction {
	n := g.Head
	from := n.Args[0].Layout.Shape
	axes := n.Attr.(tensor.ReduceAttr).Axes
	r := &Reduction{results: len(g.Reductions()), kept: n.Size()}
	r.length = tensor.Size(from) / max(r.kept, 1)
	innermostReduced := false
	for _, axis := range axes {
		innermostReduced = innermostReduced || suffixIsReduced(from, axes, axis)
	}
	r.short = innermostReduced && r.kept > 1 && r.length <= shortRow && n.DType.Size() == 4
	r.columns = !(innermostReduced && r.length >= minRow || r.kept == 1 || r.short)
	r.divide()
	return r
}

// suffixIsReduced reports whether axis is reduced and all axes after it are
// reduced too or have size 1.
func suffixIsReduced(shape, axes []int, axis int) bool {
	for i := axis; i < len(shape); i++ {
		if shape[i] != 1 && !slices.Contains(axes, i) {
			return false
		}
	}
	return shape[axis] != 1
}

// divide splits the work into tiles of about pool.TileSize elements.
func (r *Reduction) divide() {
	r.chunk, r.chunks = r.length, 1
	if r.columns {
		r.group = min(max(r.kept, 1), BlockSize)
	} else {
		r.group = max(1, pool.TileSize/max(r.length, 1))
	}
	if limit := max(1, pool.TileSize/r.group); r.length > 2*limit && r.tilesAcross() < 8 {
		r.chunk = limit
		r.chunks = (r.length + limit - 1) / limit
	}
}

func (r *Reduction) tilesAcross() int { return (r.kept + r.group - 1) / r.group }

// Temporaries returns the number of elements of memory for partial results.
func (r *Reduction) Temporaries() int {
	if r.chunks == 1 {
		return 0
	}
	return r.kept * r.chunks * r.results
}

// ScratchBytes returns the bytes of scratch that a worker needs to run a tile.
func (r *Reduction) ScratchBytes() int { return r.scratch }

// Bind builds the loop on the memory of g, the group that r was planned for.
func (r *Reduction) Bind(g *ir.Group, c Constants) {
	n := g.Head
	shape := n.Args[0].Layout.Shape
	reduced := n.Attr.(tensor.ReduceAttr).Axes
	kept := make([]int, 0, len(shape))
	for axis := range shape {
		if !slices.Contains(reduced, axis) {
			kept = append(kept, axis)
		}
	}
	order := append(append([]int{}, kept...), reduced...)
	if r.columns {
		order = append(append([]int{}, reduced...), kept...)
	}
	b := &loopBuilder{constants: c, group: g, shape: shape, axes: order}
	r.body = b.build()
	r.body.size = r.kept * r.length
	heads := g.Reductions()
	for _, head := range heads {
		r.folds = append(r.folds, fold{value: b.operand(head.Args[0])})
	}
	r.scratch = r.body.scratch
	for i, head := range heads {
		var partial unsafe.Pointer
		if g.Partial != nil {
			partial = unsafe.Add(g.Partial.Pointer(), i*r.kept*r.chunks*n.DType.Size())
		}
		r.folds[i].folder = folderOf(head.Op, head.DType, head.Buffer.Pointer(), partial)
		r.folds[i].acc = r.scratch
		r.scratch += SlotBytes
	}
	r.scratch += SlotBytes
}

func (r *Reduction) Tiles() int { return r.tilesAcross() * r.chunks }

func (r *Reduction) Tile(w *pool.Worker, i int) {
	chunk := i % r.chunks
	first := i / r.chunks * r.group
	last := min(first+r.group, r.kept)
	from, to := chunk*r.chunk, min((chunk+1)*r.chunk, r.length)
	scratch := unsafe.Pointer(unsafe.SliceData(w.Scratch))
	r.body.begin(scratch, min(BlockSize, (last-first)*(to-from)))
	switch {
	case r.columns:
		r.foldColumns(scratch, first, last, from, to, chunk)
	case r.length <= BlockSize/2:
		r.foldRows(scratch, first, last)
	default:
		for out := first; out < last; out++ {
			r.foldRow(scratch, out, from, to, chunk)
		}
	}
}

// begin initialises the accumulators of n results.
func (r *Reduction) begin(scratch unsafe.Pointer, n int) {
	for i := range r.folds {
		r.folds[i].start(unsafe.Add(scratch, r.folds[i].acc), n)
	}
}

// block computes n elements from start on. It calls how for each fold with the
// accumulators and the block.
func (r *Reduction) block(scratch unsafe.Pointer, start, n int, how func(f *fold, acc, block unsafe.Pointer)) {
	var found locations
	r.body.block(scratch, start, n, &found)
	for i := range r.folds {
		f := &r.folds[i]
		how(f, unsafe.Add(scratch, f.acc), f.value.pointer(scratch, start, &found))
	}
}

// end stores n results from number index on.
func (r *Reduction) end(scratch unsafe.Pointer, index, n int) {
	for i := range r.folds {
		r.folds[i].store(unsafe.Add(scratch, r.folds[i].acc), index, n, r.chunks > 1)
	}
}

// foldRow reduces elements from to to-1 of one result.
func (r *Reduction) foldRow(scratch unsafe.Pointer, out, from, to, chunk int) {
	r.begin(scratch, 1)
	for ; from < to; from += BlockSize {
		n := min(BlockSize, to-from)
		r.block(scratch, out*r.length+from, n, func(f *fold, acc, block unsafe.Pointer) { f.across(acc, block, 1, n) })
	}
	r.end(scratch, chunk*r.kept+out, 1)
}

// foldRows reduces results first to last-1, several in each block.
func (r *Reduction) foldRows(scratch unsafe.Pointer, first, last int) {
	rows := BlockSize / max(r.length, 1)
	if rows > vectorRows {
		rows -= rows % vectorRows
	}
	for ; first < last; first += rows {
		n := min(rows, last-first)
		r.begin(scratch, n)
		r.block(scratch, first*r.length, n*r.length, func(f *fold, acc, block unsafe.Pointer) {
			if r.short {
				r.foldPicked(f, acc, block, unsafe.Add(scratch, r.scratch-SlotBytes), n)
			} else {
				f.across(acc, block, n, r.length)
			}
		})
		r.end(scratch, first, n)
	}
}

// foldPicked reduces n short rows column by column. It copies each column out
// of the block where no kernel reads columns directly.
func (r *Reduction) foldPicked(f *fold, acc, block, column unsafe.Pointer, n int) {
	done := f.rows(acc, block, n, r.length)
	if done == n {
		return
	}
	const size = 4 // bytes of an element: rows are short only for such dtypes
	acc, block, n = unsafe.Add(acc, done*size), unsafe.Add(block, done*r.length*size), n-done
	for k := range r.length {
		kernel.LoadStrided(at[uint32](column, n), at[uint32](block, n*r.length), k, r.length)
		f.along(acc, column, 1, n)
	}
}

// foldColumns reduces elements from to to-1 of neighbouring results first to
// last-1, at most one block of results. If these are all results, the elements
// of successive k are contiguous, and one block holds several k.
func (r *Reduction) foldColumns(scratch unsafe.Pointer, first, last, from, to, chunk int) {
	n, rows := last-first, 1
	if n == r.kept {
		rows = max(1, BlockSize/max(n, 1))
	}
	r.begin(scratch, n)
	for k := from; k < to; k += rows {
		m := min(rows, to-k)
		r.block(scratch, k*r.kept+first, m*n, func(f *fold, acc, block unsafe.Pointer) { f.along(acc, block, m, n) })
	}
	r.end(scratch, chunk*r.kept+first, n)
}

func (r *Reduction) Finish() {
	if r.chunks > 1 {
		for _, f := range r.folds {
			f.combine(r.kept, r.chunks)
		}
	}
}

// A folder reduces blocks of one dtype by one operation.
type folder interface {
	start(acc unsafe.Pointer, n int)
	across(acc, block unsafe.Pointer, rows, n int)        // n elements of block into acc[0], the next n into acc[1], ...
	rows(acc, block unsafe.Pointer, rows, n int) int      // as across, for the rows that one kernel call can do; returns the number of rows
	along(acc, block unsafe.Pointer, rows, n int)         // element i of each row of n elements into acc[i]
	store(acc unsafe.Pointer, index, n int, partial bool) // writes to the result, or to the partial results
	combine(kept, chunks int)                             // combines the partial results into the result
}

type folding[T kernel.Number] struct {
	zero         T
	fill         func(dst []T, v T)
	across_      func(start T, x []T) T
	rows_        func(acc, x []T, length int) int
	along_       func(dst, a, b []T)
	out, partial unsafe.Pointer
}

func folderOf(op string, dtype tensor.DType, out, partial unsafe.Pointer) folder {
	switch dtype {
	case tensor.Float32:
		return newFoldingFloat32(op, out, partial)
	case tensor.Float64:
		return newFolding[float64](op, out, partial)
	case tensor.Int32:
		return newFolding[int32](op, out, partial)
	}
	return newFolding[uint32](op, out, partial)
}

func newFolding[T kernel.Number](op string, out, partial unsafe.Pointer) folder {
	none := func(_, _ []T, _ int) int { return 0 }
	if op == "reduce-max" {
		return &folding[T]{kernel.Lowest[T](), kernel.Fill[T], kernel.MaxOf[T], none, kernel.Max[T], out, partial}
	}
	sum := func(start T, x []T) T { return start + kernel.Sum(x) }
	return &folding[T]{0, kernel.Fill[T], sum, none, kernel.Add[T], out, partial}
}

func newFoldingFloat32(op string, out, partial unsafe.Pointer) folder {
	k := kernel.ForFloat32()
	if op == "reduce-max" {
		return &folding[float32]{kernel.Lowest[float32](), k.Fill, k.MaxOf, k.MaxRows, k.Binary["max"], out, partial}
	}
	sum := func(start float32, x []float32) float32 { return start + k.Sum(x) }
	return &folding[float32]{0, k.Fill, sum, k.SumRows, k.Binary["add"], out, partial}
}

func (f *folding[T]) start(acc unsafe.Pointer, n int) { f.fill(at[T](acc, n), f.zero) }

func (f *folding[T]) across(acc, block unsafe.Pointer, rows, n int) {
	results, elements := at[T](acc, rows), at[T](block, rows*n)
	for i, v := range results {
		results[i] = f.across_(v, elements[i*n:(i+1)*n])
	}
}

func (f *folding[T]) rows(acc, block unsafe.Pointer, rows, n int) int {
	return f.rows_(at[T](acc, rows), at[T](block, rows*n), n)
}

func (f *folding[T]) along(acc, block unsafe.Pointer, rows, n int) {
	results, elements := at[T](acc, n), at[T](block, rows*n)
	for ; len(elements) > 0; elements = elements[n:] {
		f.along_(results, results, elements[:n])
	}
}

func (f *folding[T]) store(acc unsafe.Pointer, index, n int, partial bool) {
	to := f.out
	if partial {
		to = f.partial
	}
	var zero T
	copy(at[T](unsafe.Add(to, index*int(unsafe.Sizeof(zero))), n), at[T](acc, n))
}

func (f *folding[T]) combine(kept, chunks int) {
	out, partial := at[T](f.out, kept), at[T](f.partial, kept*chunks)
	copy(out, partial[:kept])
	for c := 1; c < chunks; c++ {
		f.along_(out, out, partial[c*kept:(c+1)*kept])
	}
}
