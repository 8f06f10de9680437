package kernel

import "slices"

// An Operand is one factor of a product. Element (i, k), with k the index of
// the sum, is Data[Base+Rows[i]+Cols[k]]. The tables make every transposition,
// batch and stride the same case. Packing copies the runs of contiguous
// elements in the tables.
type Operand[T Float] struct {
	Data       []T
	Base       int
	Rows, Cols []int

	packers   *packers[T]
	transpose bool // elements contiguous in memory are contiguous in k, not in i
	line      int  // distance from k to k+1, if rows are contiguous and the distance is constant; or 0
	regular   bool // both tables have constant steps
	least     int  // the smallest and largest entries of Cols
	most      int
}

// NewOperand returns an operand with the given tables. The caller sets Data.
func NewOperand[T Float](base int, rows, cols []int) Operand[T] {
	op := Operand[T]{Base: base, Rows: rows, Cols: cols, packers: packersOf[T]()}
	op.transpose = len(cols)*runs(rows) > len(rows)*runs(cols)
	step, regular := stride(cols)
	if regular && runs(rows) == 1 {
		op.line = step
	}
	_, op.regular = stride(rows)
	op.regular = op.regular && regular
	if len(cols) > 0 {
		op.least, op.most = slices.Min(cols), slices.Max(cols)
	}
	return op
}

// PanelCost estimates the cost of packing one element of a panel, in vector
// instructions.
func (op *Operand[T]) PanelCost() float64 {
	if op.transpose {
		return 0.35 * max(1, 8*float64(runs(op.Cols))/float64(max(len(op.Cols), 1)))
	}
	return 0.1 + 2*float64(runs(op.Rows))/float64(max(len(op.Rows), 1))
}

// LeftCost estimates the cost of reading one element of op as a left operand.
func (op *Operand[T]) LeftCost() float64 {
	_, regular := stride(op.Rows)
	cs, regular2 := stride(op.Cols)
	if regular && regular2 && cs == 1 {
		return 0
	}
	return 0.25
}

// runs returns the number of runs of contiguous entries in a table.
func runs(table []int) int {
	n := 0
	for i := range table {
		if i == 0 || table[i] != table[i-1]+1 {
			n++
		}
	}
	return n
}

// run returns the number of entries, from the first on, that are contiguous.
func run(table []int) int {
	n := 1
	for n < len(table) && table[n] == table[n-1]+1 {
		n++
	}
	return n
}

// Panel writes rows from row on and columns from col on: element (i, k) of the
// block goes to dst[k*ld+i].
func (op *Operand[T]) Panel(dst []T, ld, row, rows, col, cols int) {
	if op.transpose {
		op.transposed(dst, ld, op.Rows[row:row+rows], op.Cols[col:col+cols])
	} else {
		op.copied(dst, ld, op.Cols[col:col+cols], op.Rows[row:row+rows])
	}
}

// maxInPlaceRows is a number of rows of a left operand. With more rows, packing
// a panel of the right operand is faster, even if tiles can read it in place.
const maxInPlaceRows = 128

// PanelInPlace reports whether tiles should read blocks of op in place, for a
// left operand with leftRows rows. Reads beyond the block are not allowed then.
func (op *Operand[T]) PanelInPlace(leftRows int) bool {
	return op.line > 0 && (leftRows <= maxInPlaceRows || leftRows <= 2*maxInPlaceRows && op.line%conflictStride != 0)
}

// PanelAt returns the data of a block of an operand that is read in place, in
// the order of Panel, and the distance between its lines.
func (op *Operand[T]) PanelAt(row, col int) (data []T, ld int) {
	return op.Data[op.Base+op.Rows[row]+op.Cols[col]:], op.line
}

// Arrange writes rows from row on, each with all columns, one after the other.
func (op *Operand[T]) Arrange(dst []T, row, rows int) {
	k := len(op.Cols)
	if k > 4*runs(op.Cols) {
		op.copied(dst, k, op.Rows[row:row+rows], op.Cols)
		return
	}
	for i, at := range op.Rows[row : row+rows] {
		op.packers.copyRuns(dst[i*k:], 1, op.Data, op.Base+at, op.Cols, min(k, 1))
	}
}

// Left returns rows from row on and columns from col on, in a form that tiles
// of the given height read: in place if that costs nothing, else packed into
// dst.
func (op *Operand[T]) Left(dst []T, height, row, rows, col, cols int) Left[T] {
	down, across := op.Rows[row:row+rows], op.Cols[col:col+cols]
	rs, regular := op.step(down)
	cs, regular2 := op.step(across)
	if regular && regular2 && readable(cs, cols) {
		return Left[T]{op.Data[op.Base+down[0]+across[0]:], height, height * rs, rs, cs}
	}
	if op.transpose {
		op.copied(dst, cols, down, across)
		return Left[T]{dst, height, height * cols, cols, 1}
	}
	for done := 0; done < rows; done += height {
		op.copied(dst[done*cols:], height, across, down[done:min(done+height, rows)])
	}
	return Left[T]{dst, height, height * cols, 1, height}
}

// InPlace reports whether Left reads blocks with cols columns in place.
func (op *Operand[T]) InPlace(cols int) bool {
	_, regular := stride(op.Rows)
	cs, regular2 := stride(op.Cols)
	return regular && regular2 && readable(cs, cols)
}

// readable reports whether columns with distance cs can be read in place.
// Contiguous columns can. Others can too, unless there are many and their
// distance makes them use the same cache sets.
func readable(cs, cols int) bool { return cs == 1 || cs%conflictStride != 0 || cs*cols <= fitsL1 }

const (
	conflictStride = 32    // elements: two cache lines; at this distance only half the sets are used
	fitsL1         = 16384 // elements: they fit in the L1 cache in any case
)

// copied writes, for each entry of lines, the runs of along. The lines of dst
// are ld apart.
func (op *Operand[T]) copied(dst []T, ld int, lines, along []int) {
	if len(lines) == 0 {
		return
	}
	for done := 0; done < len(along); {
		n := run(along[done:])
		op.packers.copyRuns(dst[done:], ld, op.Data, op.Base+along[done], lines, n)
		done += n
	}
}

// transposed writes each run of cols across the lines of dst.
func (op *Operand[T]) transposed(dst []T, ld int, rows, cols []int) {
	for done := 0; done < len(cols); {
		n := run(cols[done:])
		op.packers.transpose(dst[done*ld:], ld, op.Data, op.Base+cols[done], rows, n)
		done += n
	}
}

// step returns the constant step of a part of a table of op. It is fast if the
// whole table is known to have one.
func (op *Operand[T]) step(part []int) (step int, ok bool) {
	if op.regular {
		part = part[:min(len(part), 2)]
	}
	return stride(part)
}

// stride returns the step of a table with a constant step.
func stride(table []int) (step int, ok bool) {
	if len(table) < 2 {
		return 0, true
	}
	step = table[1] - table[0]
	for i := 2; i < len(table); i++ {
		if table[i]-table[i-1] != step {
			return 0, false
		}
	}
	return step, step >= 0
}
