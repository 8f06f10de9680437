package kernel

// Patches are the operand of a convolution: element (i, k), an output position
// and a kernel tap, is that of the tables if they meet within the input, and
// zero elsewhere.
type Patches[T Float] struct {
	Operand[T]
	Window
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

// Panel writes rows row.. and columns col.. so that element (i, k) of the
// block is dst[k*ld+i].
func (p *Patches[T]) Panel(dst []T, ld, row, rows, col, cols int) {
	for i := range rows {
		base := p.Base + p.Rows[row+i]
		for k, c := range p.Cols[col : col+cols] {
			var v T
			if at, ok := p.at(row+i, col+k); ok {
				v = p.Data[base+c+at]
			}
			dst[k*ld+i] = v
		}
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
