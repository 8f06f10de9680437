package kernel

import (
	"math/bits"
	"unsafe"
)

//go:generate go -C asm run ./tiles ..

// A registerTile computes the product of some rows of a left operand and one
// panel of a right operand. It holds the results in registers:
//
//	c[i*ldc + j] (+)= sum over k of a[i*rs + p*cs] * b[p*ldb + j]
//
// for p from 0 to k-1. It adds to c if add is not 0, else it overwrites c. The
// panel has a fixed width in vectors; mask has a bit for each lane of the last
// vector that is in use. In each of the first lines steps of k it prefetches
// one cache line, with the address from prefetch. lines is at most k.
type registerTile[T Float] struct {
	rows int
	run  func(c *T, ldc int, a *T, rs, cs int, b *T, ldb, k, mask, add int, prefetch *uintptr, lines int)
}

// A Tiler multiplies with register tiles. The tiles are sorted by width in
// vectors, from 1, and then by height, from the largest down to one row.
type Tiler[T Float] struct {
	Lanes int // elements of a vector
	// If Masked is true, nothing beyond the last column is read or written. If
	// false, c and b must have room for whole vectors.
	Masked bool
	tiles  [][]registerTile[T]
	halves [][]registerTile[T] // the same for panels with a last vector that is at most half full; may be nil

	gathered [][]gatheredTile[T] // sorted in the same way; nil if not supported

	dots []dotsTile[T] // by columns, from 1; nil if not supported

	// For sparse operands; nil if not supported.
	sparse   []sparseTile[T]                  // by width in vectors, from 1
	nonzeros func(masks *uint16, x *T, n int) // n is a multiple of 16
	sum      func(x []T) T
}

// Float32Tiler returns the tiler of the instruction set in use.
func Float32Tiler() *Tiler[float32] {
	set, _ := CPU()
	return float32Tilers[set]
}

// Float64Tiler returns the plain tiler.
func Float64Tiler() *Tiler[float64] { return plainTiler[float64]() }

// Widest returns the largest number of vectors in a panel.
func (t *Tiler[T]) Widest() int { return len(t.tiles) }

// Height returns the number of rows of the highest tile for a panel of the
// given width in vectors.
func (t *Tiler[T]) Height(vectors int) int { return t.tiles[vectors-1][0].rows }

// Vectors returns the cost of cols columns in vectors; a half vector may count
// as one half.
func (t *Tiler[T]) Vectors(cols int) float64 {
	vectors := float64((cols + t.Lanes - 1) / t.Lanes)
	if t.half(cols) {
		vectors -= 0.5
	}
	return vectors
}

// half reports whether the last vector of cols columns needs only half a
// register.
func (t *Tiler[T]) half(cols int) bool {
	last := cols % t.Lanes
	return t.halves != nil && last > 0 && last <= t.Lanes/2
}

// A Left is rows of a left operand in the form that tiles read: element (i, p)
// is Data[i/Height*Panel + i%Height*Row + p*Column]. If it is not packed in
// panels, Panel is Height*Row.
type Left[T Float] struct {
	Data                       []T
	Height, Panel, Row, Column int
}

// Multiply computes a rows x cols block of c from rows of a left operand and a
// panel of a right operand. The rows of c are ldc apart. Element (p, j) of the
// panel is b[p*ldb + j], with p from 0 to k-1. If add is true, Multiply adds to
// c. The panel has at most Widest vectors.
func (t *Tiler[T]) Multiply(c []T, ldc int, a *Left[T], b []T, ldb, rows, cols, k int, add bool) {
	t.MultiplyPrefetch(c, ldc, a, b, ldb, rows, cols, k, add, nil)
}

// MultiplyPrefetch is Multiply with prefetches from queue; queue may be nil.
func (t *Tiler[T]) MultiplyPrefetch(c []T, ldc int, a *Left[T], b []T, ldb, rows, cols, k int, add bool, queue *PrefetchQueue) {
	if rows == 0 || cols == 0 {
		return
	}
	if k == 0 {
		clearBlock(c, ldc, rows, cols, add)
		return
	}
	vectors := (cols + t.Lanes - 1) / t.Lanes
	room := vectors * t.Lanes
	mask := 1<<(cols-room+t.Lanes) - 1
	if t.Masked {
		room = cols
	}
	_, _, _ = c[(rows-1)*ldc+room-1], a.Data[a.at(rows-1)+(k-1)*a.Column], b[(k-1)*ldb+room-1]
	accumulate := 0
	if add {
		accumulate = 1
	}
	tiles := t.tiles[vectors-1]
	if t.half(cols) {
		tiles = t.halves[vectors-1]
	}
	packed := a.Panel != a.Height*a.Row
	done, panel, inside := 0, 0, 0 // finished rows, start of the current panel of the left operand, finished rows in it
	for done < rows {
		left := rows - done
		if packed {
			left = min(left, a.Height-inside)
		}
		h := highest(tiles, left)
		first, lines := queue.take(k)
		h.run(&c[done*ldc], ldc, &a.Data[panel+inside*a.Row], a.Row, a.Column, &b[0], ldb, k, mask, accumulate, first, lines)
		done += h.rows
		if inside += h.rows; packed && inside == a.Height {
			panel, inside = panel+a.Panel, 0
		}
	}
}

// highest returns the highest tile with at most rows rows. It avoids leaving a
// single row, because a tile of one row waits for its own sums.
func highest[T Float](tiles []registerTile[T], rows int) *registerTile[T] {
	i := 0
	for tiles[i].rows > rows {
		i++
	}
	if tiles[i].rows == rows-1 && i+1 < len(tiles) && tiles[i+1].rows > 1 {
		i++
	}
	return &tiles[i]
}

// at returns the position of row i.
func (a *Left[T]) at(i int) int { return i/a.Height*a.Panel + i%a.Height*a.Row }

// clearBlock computes a product with k = 0.
func clearBlock[T Float](c []T, ldc, rows, cols int, add bool) {
	if add {
		return
	}
	for i := range rows {
		clear(c[i*ldc : i*ldc+cols])
	}
}

// plainTiler is the plain version of the vector tilers: "vectors" of four
// lanes, one vector wide.
func plainTiler[T Float]() *Tiler[T] {
	return &Tiler[T]{
		Lanes: 4, Masked: true, tiles: [][]registerTile[T]{{{4, plainTile4[T]}, {1, plainTile1[T]}}},
		gathered: [][]gatheredTile[T]{{{1, plainGathered[T]}}}, dots: []dotsTile[T]{{1, plainDots[T]}},
		sparse: []sparseTile[T]{plainSparse[T]}, nonzeros: plainNonzeros[T], sum: Sum[T],
	}
}

// plainTile4 is the tile of four rows.
func plainTile4[T Float](c *T, ldc int, a *T, rs, cs int, b *T, ldb, k, mask, add int, _ *uintptr, _ int) {
	cols := bits.Len(uint(mask))
	if cols < 4 {
		for i := range 4 {
			plainTile1(advance(c, i*ldc), ldc, advance(a, i*rs), rs, cs, b, ldb, k, mask, add, nil, 0)
		}
		return
	}
	var s0, s1, s2, s3 [4]T
	left, right := unsafe.Slice(a, 3*rs+(k-1)*cs+1), unsafe.Slice(b, (k-1)*ldb+4)
	for p := range k {
		r := right[p*ldb : p*ldb+4]
		r0, r1, r2, r3 := r[0], r[1], r[2], r[3]
		l := left[p*cs:]
		v := l[0]
		s0[0], s0[1], s0[2], s0[3] = s0[0]+v*r0, s0[1]+v*r1, s0[2]+v*r2, s0[3]+v*r3
		v = l[rs]
		s1[0], s1[1], s1[2], s1[3] = s1[0]+v*r0, s1[1]+v*r1, s1[2]+v*r2, s1[3]+v*r3
		v = l[2*rs]
		s2[0], s2[1], s2[2], s2[3] = s2[0]+v*r0, s2[1]+v*r1, s2[2]+v*r2, s2[3]+v*r3
		v = l[3*rs]
		s3[0], s3[1], s3[2], s3[3] = s3[0]+v*r0, s3[1]+v*r1, s3[2]+v*r2, s3[3]+v*r3
	}
	for i, s := range [...]*[4]T{&s0, &s1, &s2, &s3} {
		storeRow(unsafe.Slice(advance(c, i*ldc), 4), s[:], add)
	}
}

// plainTile1 is the tile of one row. It is the simplest definition of a
// register tile.
func plainTile1[T Float](c *T, _ int, a *T, _, cs int, b *T, ldb, k, mask, add int, _ *uintptr, _ int) {
	var sum [4]T
	cols := bits.Len(uint(mask))
	left, right := unsafe.Slice(a, (k-1)*cs+1), unsafe.Slice(b, (k-1)*ldb+cols)
	for p := range k {
		for j := range cols {
			sum[j] += left[p*cs] * right[p*ldb+j]
		}
	}
	storeRow(unsafe.Slice(c, cols), sum[:cols], add)
}

func storeRow[T Float](c, sum []T, add int) {
	for j, s := range sum {
		if add != 0 {
			s += c[j]
		}
		c[j] = s
	}
}

// advance returns p + n elements.
func advance[T Float](p *T, n int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(p), n*int(unsafe.Sizeof(*p))))
}
