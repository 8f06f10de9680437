package kernel

import (
	"math"
	"math/bits"
	"unsafe"
)

// A sparseTile computes rows of a product of which the left operand has few
// elements that are not zero:
//
//	c[r*ldc + j] (+)= sum over i from bounds[r*stride] to bounds[r*stride+1] of values[i] * b[at[i]*ldb + j]
//
// The panel is a fixed number of vectors wide; mask and add are as of a tile.
type sparseTile[T Float] func(c *T, ldc int, values *T, at, bounds *int32, stride, rows int, b *T, ldb, mask, add int)

// A Sparse is a left operand without its zeros: for each row and each block of
// k the other elements, in order. A product with it sums what a product with
// the whole operand sums, in the same order, except for the zeros; so where the
// right operand is finite it gives the same bits.
type Sparse[T Float] struct {
	rows, k, depth, blocks int
	along                  bool    // neighbours in memory are neighbours in k, rather than in rows
	bounds                 []int32 // of row i and block b, from entry i*(blocks+1)+b to the next
	at                     []int32 // k within the block
	values                 []T
	masks                  [][16]uint16 // scratch of Gather, for each SparseRows rows
}

// SparseRows is how many rows Gather is given at a time, but for the last.
const SparseRows = 64

// NewSparse returns room for op in blocks of depth, once it is placed, or nil
// if op does not lie in memory row by row or column by column.
func NewSparse[T Float](op *Operand[T], depth int) *Sparse[T] {
	s := &Sparse[T]{rows: len(op.Rows), k: len(op.Cols), depth: depth}
	if s.rows == 0 || s.k == 0 || s.rows*s.k > math.MaxInt32 {
		return nil
	}
	s.blocks = (s.k + depth - 1) / depth
	s.along = runs(op.Cols) == 1
	if !s.along && runs(op.Rows) != 1 {
		return nil
	}
	s.masks = make([][16]uint16, (s.rows+SparseRows-1)/SparseRows)
	return s
}

// parts are the elements of memory of values, at and bounds.
func (s *Sparse[T]) parts() [3]int {
	return [3]int{s.rows * s.k, s.rows * s.k, s.rows * (s.blocks + 1)}
}

// Elements is the memory that s needs, in elements.
func (s *Sparse[T]) Elements() int {
	n := 0
	for _, part := range s.parts() {
		n += part
	}
	return n
}

// Place gives s its memory.
func (s *Sparse[T]) Place(memory []T) {
	parts := s.parts()
	take := func(n int) (taken []T) {
		taken, memory = memory[:n], memory[n:]
		return taken
	}
	whole := func(part []T) []int32 { return unsafe.Slice((*int32)(unsafe.Pointer(&part[0])), len(part)) }
	s.values, s.at, s.bounds = take(parts[0]), whole(take(parts[1])), whole(take(parts[2]))
}

// tooMany says whether so many elements that are not zero, of so many seen, are
// more than pay: a quarter, and some more at the beginning.
func tooMany(found, seen int) bool { return found > seen/4+256 }

// Gather reads rows row.. of op, of which s is to hold what is not zero: from a
// multiple of SparseRows on, at most so many. It gives up, and says so, where
// that is too much: what s holds is then of no use.
func (t *Tiler[T]) Gather(s *Sparse[T], op *Operand[T], row, rows int) (few bool) {
	if s.along {
		return t.gatherRows(s, op, row, rows)
	}
	return t.gatherColumns(s, op, row, rows)
}

// gatherRows reads one row after the other.
func (t *Tiler[T]) gatherRows(s *Sparse[T], op *Operand[T], row, rows int) (few bool) {
	found, masks := 0, &s.masks[row/SparseRows]
	for i := row; i < row+rows; i++ {
		line := op.Data[op.Base+op.Rows[i]+op.Cols[0]:][:s.k]
		bounds := s.bounds[i*(s.blocks+1):][:s.blocks+1]
		n := i * s.k
		for b := range s.blocks {
			bounds[b] = int32(n)
			begin := b * s.depth
			end := min(begin+s.depth, s.k)
			for from := begin; from < end; from += 16 * len(masks) {
				part := line[from:min(from+16*len(masks), end)]
				t.masks(masks[:], part)
				for w, mask := range masks[:(len(part)+15)/16] {
					for ; mask != 0; mask &= mask - 1 {
						p := w*16 + bits.TrailingZeros16(mask)
						s.at[n], s.values[n] = int32(from-begin+p), part[p]
						n++
					}
				}
			}
		}
		bounds[s.blocks] = int32(n)
		found += n - i*s.k
		if tooMany(found, (i-row+1)*s.k) {
			return false
		}
	}
	return true
}

// gatherColumns reads one k after the other, of all rows.
func (t *Tiler[T]) gatherColumns(s *Sparse[T], op *Operand[T], row, rows int) (few bool) {
	found, masks := 0, &s.masks[row/SparseRows]
	var next [SparseRows]int
	for r := range rows {
		next[r] = (row + r) * s.k
	}
	bound := func(b int) {
		for r := range rows {
			s.bounds[(row+r)*(s.blocks+1)+b] = int32(next[r])
		}
	}
	for p, at := range op.Cols {
		b, q := p/s.depth, p%s.depth
		if q == 0 {
			bound(b)
		}
		column := op.Data[op.Base+op.Rows[row]+at:][:rows]
		t.masks(masks[:], column)
		for w, mask := range masks[:(rows+15)/16] {
			found += bits.OnesCount16(mask)
			for ; mask != 0; mask &= mask - 1 {
				r := w*16 + bits.TrailingZeros16(mask)
				n := next[r]
				s.at[n], s.values[n] = int32(q), column[r]
				next[r] = n + 1
			}
		}
		if tooMany(found, (p+1)*rows) {
			return false
		}
	}
	bound(s.blocks)
	return true
}

// masks writes which elements of x are not zero, 16 to a mask.
func (t *Tiler[T]) masks(masks []uint16, x []T) {
	whole := len(x) &^ 15
	if whole > 0 {
		_ = masks[whole/16-1]
		t.nonzeros(&masks[0], &x[0], whole)
	}
	if whole < len(x) {
		masks[whole/16] = nonzerosOf(x[whole:])
	}
}

func nonzerosOf[T Float](x []T) (mask uint16) {
	for i, v := range x {
		if v != 0 {
			mask |= 1 << i
		}
	}
	return mask
}

func plainNonzeros[T Float](masks *uint16, x *T, n int) {
	to, from := unsafe.Slice(masks, n/16), unsafe.Slice(x, n)
	for w := range to {
		to[w] = nonzerosOf(from[w*16 : w*16+16])
	}
}

// MultipliesSparse says whether t has tiles for sparse operands.
func (t *Tiler[T]) MultipliesSparse() bool { return t.sparse != nil }

// MultiplySparse is Multiply of rows row.. and a block of k of a sparse left
// operand. The panel must be finite.
func (t *Tiler[T]) MultiplySparse(c []T, ldc int, s *Sparse[T], row, rows, block int, b []T, ldb, cols int, add bool) {
	vectors := (cols + t.Lanes - 1) / t.Lanes
	room := vectors * t.Lanes
	mask := 1<<(cols-room+t.Lanes) - 1
	if t.Masked {
		room = cols
	}
	depth := min(s.depth, s.k-block*s.depth)
	_, _ = c[(rows-1)*ldc+room-1], b[(depth-1)*ldb+room-1]
	accumulate := 0
	if add {
		accumulate = 1
	}
	bounds := s.bounds[row*(s.blocks+1)+block:]
	t.sparse[vectors-1](&c[0], ldc, &s.values[0], &s.at[0], &bounds[0], s.blocks+1, rows, &b[0], ldb, mask, accumulate)
}

// plainSparse is the sparse tile of one vector of four lanes.
func plainSparse[T Float](c *T, ldc int, values *T, at, bounds *int32, stride, rows int, b *T, ldb, mask, add int) {
	cols := bits.Len(uint(mask))
	limits := unsafe.Slice(bounds, (rows-1)*stride+2)
	for r := range rows {
		begin, end := limits[r*stride], limits[r*stride+1]
		var sum [4]T
		places, factors := unsafe.Slice(at, end), unsafe.Slice(values, end)
		for i := begin; i < end; i++ {
			line := unsafe.Slice(advance(b, int(places[i])*ldb), cols)
			for j, right := range line {
				sum[j] += factors[i] * right
			}
		}
		storeRow(unsafe.Slice(advance(c, r*ldc), cols), sum[:cols], add)
	}
}

// Finite says whether all elements of a block are finite, as far as a sum can
// tell: large ones may seem not to be.
func (t *Tiler[T]) Finite(b []T, ldb, rows, cols int) bool {
	if ldb == cols {
		rows, cols = 1, rows*cols
	}
	for i := range rows {
		if sum := t.sum(b[i*ldb : i*ldb+cols]); sum-sum != 0 {
			return false
		}
	}
	return true
}
