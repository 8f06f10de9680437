package kernel

import (
	"math/bits"
	"slices"
	"unsafe"
)

// A dotsTile computes sums along k of two operands with contiguous elements
// along k, vector by vector. It needs neither packing nor transposition:
//
//	c[i*ldc + j] (+)= sum over steps s and lanes l in its mask of
//	                  a[rows[i] + s.Left + l] * b[j*ldb + s.Right + l]
//
// for all rows of the tile, and as many columns as its position in the list of
// tiles, from 1. Each lane is summed alone; the lanes are added at the end.
type dotsTile[T Float] struct {
	rows int
	run  func(c *T, ldc int, a *T, rows *int, b *T, ldb int, steps *int, k, add int)
}

// A DotStep is one vector of k.
type DotStep struct {
	Left, Right int // the positions of its first element in both operands
	Mask        int // a bit for each lane in use
}

// Dots reports whether t computes sums along k.
func (t *Tiler[T]) Dots() bool { return t.dots != nil }

// maxDotsRows is at least the number of rows of any dotsTile.
const maxDotsRows = 12

// SumAlong computes sums along k of the rows of a, which begin at the positions of
// table, and of cols rows of b, which are ldb apart: sum (i, j) is c[i*ldc+j]. If
// add is true, it adds to c. spare has room for a whole tile; it is used where fewer
// rows are left.
func (t *Tiler[T]) SumAlong(c []T, ldc int, a []T, table []int, b []T, ldb, cols int, steps []DotStep, add bool, spare SpareTile[T]) {
	if len(table) == 0 || len(steps) == 0 {
		clearBlock(c, ldc, len(table), cols, add)
		return
	}
	checkSteps(len(a), len(b)-(cols-1)*ldb, table, steps)
	accumulate := 0
	if add {
		accumulate = 1
	}
	for j := 0; j < cols; {
		n := min(cols-j, len(t.dots))
		if n > 1 && cols-j == n+1 {
			n-- // a tile of one column reads one vector for each multiplication
		}
		tile := &t.dots[n-1]
		for i := 0; i < len(table); i += tile.rows {
			if left := table[i:]; len(left) < tile.rows {
				t.sumFew(tile, c[i*ldc+j:], ldc, a, left, b[j*ldb:], ldb, n, steps, add, spare)
				break
			}
			_ = c[(i+tile.rows-1)*ldc+j+n-1]
			tile.run(&c[i*ldc+j], ldc, &a[0], &table[i], &b[j*ldb], ldb, &steps[0].Left, len(steps), accumulate)
		}
		j += n
	}
}

// checkSteps panics if a step is outside a left operand with the given number of
// elements, or outside a row of a right operand.
func checkSteps(left, right int, table []int, steps []DotStep) {
	most := left - slices.Max(table)
	if slices.Min(table) < 0 {
		panic("kernel: a row outside an operand")
	}
	for _, s := range steps {
		if n := bits.Len(uint(s.Mask)); s.Left < 0 || s.Right < 0 || s.Left+n > most || s.Right+n > right {
			panic("kernel: a step outside an operand")
		}
	}
}

// sumFew computes fewer rows than a tile has.
func (t *Tiler[T]) sumFew(tile *dotsTile[T], c []T, ldc int, a []T, table []int, b []T, ldb, n int, steps []DotStep, add bool, spare SpareTile[T]) {
	for i := range spare.Rows {
		spare.Rows[i] = table[min(i, len(table)-1)]
	}
	_, _ = spare.Sums[tile.rows*n-1], spare.Rows[tile.rows-1]
	tile.run(&spare.Sums[0], n, &a[0], &spare.Rows[0], &b[0], ldb, &steps[0].Left, len(steps), 0)
	for i := range table {
		for j, v := range spare.Sums[i*n : (i+1)*n] {
			if add {
				v += c[i*ldc+j]
			}
			c[i*ldc+j] = v
		}
	}
}

// A SpareTile is room for a whole tile. It belongs to the caller, so that SumAlong does
// not allocate.
type SpareTile[T Float] struct {
	Sums []T   // SpareSums elements
	Rows []int // SpareRows elements
}

// The sizes of a SpareTile.
const (
	SpareRows = maxDotsRows
	SpareSums = 4 * maxDotsRows
)

// plainDots is the plain tile of one row and one column, with four lanes.
func plainDots[T Float](c *T, _ int, a *T, rows *int, b *T, _ int, steps *int, k, add int) {
	var sum [4]T
	for _, s := range unsafe.Slice((*DotStep)(unsafe.Pointer(steps)), k) {
		left, right := advance(a, *rows+s.Left), advance(b, s.Right)
		for l := range sum {
			if s.Mask>>l&1 != 0 {
				sum[l] += *advance(left, l) * *advance(right, l)
			}
		}
	}
	total := (sum[0] + sum[1]) + (sum[2] + sum[3])
	if add != 0 {
		total += *c
	}
	*c = total
}
