package kernel

import (
	"math"
	"math/bits"
	"unsafe"
)

// A sparseTile computes rows of a product. Most elements of the left operand
// are zero and are skipped:
//
//	c[r*ldc + j] (+)= sum over i from bounds[r*stride] to bounds[r*stride+1] of values[i] * b[at[i]*ldb + j]
//
// The panel has a fixed width in vectors. mask and add are the same as for a
// registerTile.
type sparseTile[T Float] func(c *T, ldc int, values *T, at, bounds *int32, stride, rows int, b *T, ldb, mask, add int)

// A Sparse is a left operand without its zeros: for each row and each block of
// k it holds the nonzero elements, in order. A product with a Sparse sums the
// same terms in the same order as a product with the whole operand, except for
// the zeros. So it gives the same bits if the right operand is finite.
type Sparse[T Float] struct {
	rows, k, depth, blocks int
	rowMajor               bool    // elements contiguous in memory are contiguous in k, not in rows
	bounds                 []int32 // the entries of row i and block b begin at bounds[i*(blocks+1)+b] and end at the next bound
	at                     []int32 // k within the block
	values                 []T
	masks                  [][16]uint16 // scratch of CompactNonzeros, for each SparseRows rows
}

// SparseRows is the number of rows in a call of CompactNonzeros, except the
// last.
const SparseRows = 64

// NewSparse returns a Sparse for op in blocks of depth columns. SetMemory must
// be called before use. NewSparse returns nil if op is neither row-major nor
// column-major in memory.
func NewSparse[T Float](op *Operand[T], depth int) *Sparse[T] {
	s := &Sparse[T]{rows: len(op.Rows), k: len(op.Cols), depth: depth}
	if s.rows == 0 || s.k == 0 || s.rows*s.k > math.MaxInt32 {
		return nil
	}
	s.blocks = (s.k + depth - 1) / depth
	s.rowMajor = runs(op.Cols) == 1
	if !s.rowMajor && runs(op.Rows) != 1 {
		return nil
	}
	s.masks = make([][16]uint16, (s.rows+SparseRows-1)/SparseRows)
	return s
}

// parts returns the sizes of values, at and bounds, in elements.
func (s *Sparse[T]) parts() [3]int {
	return [3]int{s.rows * s.k, s.rows * s.k, s.rows * (s.blocks + 1)}
}

// Elements returns the memory that s needs, in elements.
func (s *Sparse[T]) Elements() int {
	n := 0
	for _, part := range s.parts() {
		n += part
	}
	return n
}

// SetMemory gives s its memory.
func (s *Sparse[T]) SetMemory(memory []T) {
	parts := s.parts()
	take := func(n int) (taken []T) {
		taken, memory = memory[:n], memory[n:]
		return taken
	}
	whole := func(part []T) []int32 { return unsafe.Slice((*int32)(unsafe.Pointer(&part[0])), len(part)) }
	s.values, s.at, s.bounds = take(parts[0]), whole(take(parts[1])), whole(take(parts[2]))
}

// tooMany reports whether found nonzero elements, of seen elements, are too
// many for a sparse product to be faster: more than a quarter, with some
// tolerance at the beginning.
func tooMany(found, seen int) bool { return found > seen/4+256 }

// CompactNonzeros copies the nonzero elements of some rows of op to s. row must
// be a multiple of SparseRows, and rows at most SparseRows. If there are too
// many nonzero elements, it stops and returns false; the contents of s are then
// invalid.
func (t *Tiler[T]) CompactNonzeros(s *Sparse[T], op *Operand[T], row, rows int) (mostlyZero bool) {
	if s.rowMajor {
		return t.compactRows(s, op, row, rows)
	}
	return t.compactColumns(s, op, row, rows)
}

// compactRows reads one row after the other.
func (t *Tiler[T]) compactRows(s *Sparse[T], op *Operand[T], row, rows int) (mostlyZero bool) {
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

// compactColumns reads one k after the other, for all rows.
func (t *Tiler[T]) compactColumns(s *Sparse[T], op *Operand[T], row, rows int) (mostlyZero bool) {
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

// masks writes a bit for each element of x that is not zero, 16 bits in each
// mask.
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

// MultipliesSparse reports whether t has tiles for sparse operands.
func (t *Tiler[T]) MultipliesSparse() bool { return t.sparse != nil }

// MultiplySparse is Multiply for rows from row on and one block of k of a
// sparse left operand. The panel must be finite.
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

// Finite reports whether all elements of a block are finite. It tests a sum, so
// it may return false for large finite elements.
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
