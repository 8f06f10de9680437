package kernel

// A matrix product runs in register tiles: TileM x TileN results are held in
// registers while k advances, reading one column of a packed panel of each
// operand at a time. A panel of height h holds element (i, k) of h rows at
// k*h + i, so that a tile reads both operands forwards and contiguously,
// whatever their layout in memory.
const (
	TileM = 4
	TileN = 4
)

// An Operand is one factor of a product as packing reads it: element (i, k),
// with k the index that is summed over, is Data[Base+Rows[i]+Cols[k]]. The
// tables make every transposition, batch and stride the same thing.
type Operand[T Float] struct {
	Data       []T
	Base       int
	Rows, Cols []int
	Window     *Window // nil, unless the operand is the patches of a convolution
}

// A Window bounds the patches of a convolution. In spatial dimension s, row i
// (an output position) and column k (a kernel tap) meet at input coordinate
// p = (RowAt[s][i] + ColAt[s][k]) / Dilation[s] if that is whole and in
// [0, Extent[s]), and then at p*Stride[s] in memory, on top of the tables of
// the operand; elsewhere the patch is zero.
type Window struct {
	RowAt, ColAt             [][]int
	Dilation, Extent, Stride []int
}

// Pack writes rows row..row+rows-1 and columns col..col+cols-1 of op as panels
// of the given height, one after the other; rows beyond the last are zero.
func (op *Operand[T]) Pack(dst []T, height, row, rows, col, cols int) {
	for done := 0; done < rows; done += height {
		panel := dst[:height*cols]
		dst = dst[height*cols:]
		for i := range height {
			if done+i < rows {
				op.packRow(panel[i:], height, row+done+i, col, cols)
			} else {
				for k := range cols {
					panel[k*height+i] = 0
				}
			}
		}
	}
}

// packRow writes columns col..col+cols-1 of one row, height apart.
func (op *Operand[T]) packRow(dst []T, height, row, col, cols int) {
	base := op.Base + op.Rows[row]
	if op.Window == nil {
		for k, c := range op.Cols[col : col+cols] {
			dst[k*height] = op.Data[base+c]
		}
		return
	}
	for k, c := range op.Cols[col : col+cols] {
		var v T
		if at, ok := op.Window.at(row, col+k); ok {
			v = op.Data[base+c+at]
		}
		dst[k*height] = v
	}
}

// at returns where in memory, relative to the tables, row and col meet.
func (w *Window) at(row, col int) (offset int, inside bool) {
	for s, dilation := range w.Dilation {
		p := w.RowAt[s][row] + w.ColAt[s][col]
		if dilation > 1 {
			if p%dilation != 0 {
				return 0, false
			}
			p /= dilation
		}
		if uint(p) >= uint(w.Extent[s]) {
			return 0, false
		}
		offset += p * w.Stride[s]
	}
	return offset, true
}

// Tile adds to the TileM x TileN block of c, whose rows are stride apart, the
// product of two packed panels, a of height TileM and b of height TileN, over
// k columns. It is the plain twin of the vectorised tiles.
func Tile[T Float](c []T, stride int, a, b []T, k int) {
	var c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33 T
	a, b = a[:k*TileM], b[:k*TileN]
	for len(a) >= TileM && len(b) >= TileN {
		b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
		v := a[0]
		c00 += v * b0
		c01 += v * b1
		c02 += v * b2
		c03 += v * b3
		v = a[1]
		c10 += v * b0
		c11 += v * b1
		c12 += v * b2
		c13 += v * b3
		v = a[2]
		c20 += v * b0
		c21 += v * b1
		c22 += v * b2
		c23 += v * b3
		v = a[3]
		c30 += v * b0
		c31 += v * b1
		c32 += v * b2
		c33 += v * b3
		a, b = a[TileM:], b[TileN:]
	}
	add := func(row []T, v0, v1, v2, v3 T) {
		row = row[:TileN]
		row[0] += v0
		row[1] += v1
		row[2] += v2
		row[3] += v3
	}
	add(c, c00, c01, c02, c03)
	add(c[stride:], c10, c11, c12, c13)
	add(c[2*stride:], c20, c21, c22, c23)
	add(c[3*stride:], c30, c31, c32, c33)
}
