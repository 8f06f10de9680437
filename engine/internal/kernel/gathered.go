package kernel

import (
	"math/bits"
	"unsafe"
)

// A gatheredTile is a registerTile that reads its right operand through tables,
// without packing. Lane i of vector v is, in step p of k,
//
//	b[vectors[v] + at[p] + i]
type gatheredTile[T Float] struct {
	rows int
	run  func(c *T, ldc int, a *T, rs, cs int, b *T, vectors, at *int, k, mask, add int, prefetch *uintptr, lines int)
}

// WidestGather is the largest number of vectors of a Gathered.
const WidestGather = 3

// A Gathered is a panel of a right operand that tiles read in place. Its columns
// are contiguous in memory, vector by vector.
type Gathered[T Float] struct {
	data    []T
	vectors []int
	at      []int
	cols    int
}

// Gathers reports whether t multiplies a Gathered.
func (t *Tiler[T]) Gathers() bool { return t.gathered != nil }

// Gather returns rows from row on and columns from col on, as Panel does, as a
// panel that t can read in place. ok is false if a vector is not contiguous in
// memory. Both tables must be ascending. vectors is room for WidestGather numbers, which
// the Gathered uses.
func (op *Operand[T]) Gather(t *Tiler[T], vectors []int, row, rows, col, cols int) (g Gathered[T], ok bool) {
	if !t.Masked && rows%t.Lanes != 0 {
		return g, false
	}
	g = Gathered[T]{vectors: vectors, at: op.Cols[col : col+cols], cols: rows}
	for v := 0; v*t.Lanes < rows; v++ {
		at := op.Rows[row+v*t.Lanes : row+min((v+1)*t.Lanes, rows)]
		last := len(at) - 1
		if at[last]-at[0] != last {
			return g, false
		}
		g.vectors[v] = op.Base + at[0]
	}
	lowest := op.Base + op.Rows[row] + op.least
	_ = op.Data[lowest : op.Base+op.Rows[row+rows-1]+op.most+1]
	g.data = op.Data
	return g, true
}

// MultiplyGathered is MultiplyPrefetch with a panel that is read in place.
func (t *Tiler[T]) MultiplyGathered(c []T, ldc int, a *Left[T], g *Gathered[T], rows int, add bool, queue *PrefetchQueue) {
	k := len(g.at)
	if rows == 0 || g.cols == 0 {
		return
	}
	if k == 0 {
		clearBlock(c, ldc, rows, g.cols, add)
		return
	}
	vectors := (g.cols + t.Lanes - 1) / t.Lanes
	mask := 1<<(g.cols-(vectors-1)*t.Lanes) - 1
	_, _ = c[(rows-1)*ldc+g.cols-1], a.Data[a.at(rows-1)+(k-1)*a.Column]
	accumulate := 0
	if add {
		accumulate = 1
	}
	tiles := t.gathered[vectors-1]
	packed := a.Panel != a.Height*a.Row
	done, panel, inside := 0, 0, 0 // as in MultiplyPrefetch
	for done < rows {
		left := rows - done
		if packed {
			left = min(left, a.Height-inside)
		}
		i := 0
		for tiles[i].rows > left {
			i++
		}
		h := &tiles[i]
		first, lines := queue.take(k)
		h.run(&c[done*ldc], ldc, &a.Data[panel+inside*a.Row], a.Row, a.Column, &g.data[0], &g.vectors[0], &g.at[0], k, mask, accumulate, first, lines)
		done += h.rows
		if inside += h.rows; packed && inside == a.Height {
			panel, inside = panel+a.Panel, 0
		}
	}
}

// plainGathered is the gathered tile of one row and one vector of four lanes. It
// is the simplest definition of a gathered tile.
func plainGathered[T Float](c *T, _ int, a *T, _, cs int, b *T, vectors, at *int, k, mask, add int, _ *uintptr, _ int) {
	var sum [4]T
	cols := bits.Len(uint(mask))
	left := unsafe.Slice(a, (k-1)*cs+1)
	for p, offset := range unsafe.Slice(at, k) {
		right := unsafe.Slice(advance(b, *vectors+offset), cols)
		for j, v := range right {
			sum[j] += left[p*cs] * v
		}
	}
	storeRow(unsafe.Slice(c, cols), sum[:cols], add)
}
