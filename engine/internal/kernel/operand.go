package kernel

// An Operand is one factor of a product as packing reads it: element (i, k),
// with k the index that is summed over, is Data[Base+Rows[i]+Cols[k]]. The
// tables make every transposition, batch and stride the same thing, and the
// runs of neighbours in them are what packing copies.
type Operand[T Float] struct {
	Data       []T
	Base       int
	Rows, Cols []int

	movers    *movers[T]
	transpose bool // neighbours in memory are neighbours in k, rather than in i
	line      int  // from k to k+1, if rows are neighbours and this is always the same; or 0
	regular   bool // both tables have the same step throughout
}

// NewOperand returns the operand that reads through tables. Its Data are still
// to be set.
func NewOperand[T Float](base int, rows, cols []int) Operand[T] {
	op := Operand[T]{Base: base, Rows: rows, Cols: cols, movers: moversOf[T]()}
	op.transpose = len(cols)*runs(rows) > len(rows)*runs(cols)
	step, regular := stride(cols)
	if regular && runs(rows) == 1 {
		op.line = step
	}
	_, op.regular = stride(rows)
	op.regular = op.regular && regular
	return op
}

// PanelCost guesses what packing a panel costs for an element, in vector
// instructions.
func (op *Operand[T]) PanelCost() float64 {
	if op.transpose {
		return 0.35 * max(1, 8*float64(runs(op.Cols))/float64(max(len(op.Cols), 1)))
	}
	return 0.1 + 2*float64(runs(op.Rows))/float64(max(len(op.Rows), 1))
}

// LeftCost guesses what reading op as a left operand costs for an element.
func (op *Operand[T]) LeftCost() float64 {
	_, regular := stride(op.Rows)
	cs, regular2 := stride(op.Cols)
	if regular && regular2 && cs == 1 {
		return 0
	}
	return 0.25
}

// runs counts the runs of neighbours in a table.
func runs(table []int) int {
	n := 0
	for i := range table {
		if i == 0 || table[i] != table[i-1]+1 {
			n++
		}
	}
	return n
}

// run returns how many entries from the first are neighbours in memory.
func run(table []int) int {
	n := 1
	for n < len(table) && table[n] == table[n-1]+1 {
		n++
	}
	return n
}

// Panel writes rows row.. and columns col.. of op so that element (i, k) of
// the block is dst[k*ld+i].
func (op *Operand[T]) Panel(dst []T, ld, row, rows, col, cols int) {
	if op.transpose {
		op.transposed(dst, ld, op.Rows[row:row+rows], op.Cols[col:col+cols])
	} else {
		op.copied(dst, ld, op.Cols[col:col+cols], op.Rows[row:row+rows])
	}
}

// fewRows is how many rows of a left operand make packing a panel of the right
// one pay even where tiles could read it in place.
const fewRows = 128

// PanelInPlace says whether tiles had better read blocks where they lie, for so
// many rows of a left operand. Nothing but the block may be read there.
func (op *Operand[T]) PanelInPlace(leftRows int) bool {
	return op.line > 0 && (leftRows <= fewRows || leftRows <= 2*fewRows && op.line%crowded != 0)
}

// PanelAt returns where a block of an operand that is read in place lies as
// Panel would write it, and the distance of its lines.
func (op *Operand[T]) PanelAt(row, col int) (data []T, ld int) {
	return op.Data[op.Base+op.Rows[row]+op.Cols[col]:], op.line
}

// Arrange writes rows row.. of op whole, one after the other.
func (op *Operand[T]) Arrange(dst []T, row, rows int) {
	k := len(op.Cols)
	if k > 4*runs(op.Cols) {
		op.copied(dst, k, op.Rows[row:row+rows], op.Cols)
		return
	}
	for i, at := range op.Rows[row : row+rows] {
		op.movers.copyRuns(dst[i*k:], 1, op.Data, op.Base+at, op.Cols, min(k, 1))
	}
}

// Left returns rows row.. and columns col.. of op as tiles of the given height
// read them: in place, if that costs nothing, or packed into dst.
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

// InPlace says whether Left reads blocks of some columns where they are.
func (op *Operand[T]) InPlace(cols int) bool {
	_, regular := stride(op.Rows)
	cs, regular2 := stride(op.Cols)
	return regular && regular2 && readable(cs, cols)
}

// readable says whether columns cs apart can be read in place: neighbours can,
// and others unless there are many at a distance by which they push one another
// out of the cache.
func readable(cs, cols int) bool { return cs == 1 || cs%crowded != 0 || cs*cols <= nearby }

const (
	crowded = 32    // elements: two lines, so that half the sets are left
	nearby  = 16384 // elements: what fits the innermost cache anyway
)

// copied writes, for each entry of one table, the runs of the other; lines are
// ld apart.
func (op *Operand[T]) copied(dst []T, ld int, lines, along []int) {
	if len(lines) == 0 {
		return
	}
	for done := 0; done < len(along); {
		n := run(along[done:])
		op.movers.copyRuns(dst[done:], ld, op.Data, op.Base+along[done], lines, n)
		done += n
	}
}

// transposed writes the runs of columns across the lines of dst.
func (op *Operand[T]) transposed(dst []T, ld int, rows, cols []int) {
	for done := 0; done < len(cols); {
		n := run(cols[done:])
		op.movers.transpose(dst[done*ld:], ld, op.Data, op.Base+cols[done], rows, n)
		done += n
	}
}

// step is the stride of a part of a table of op, for less where it is known.
func (op *Operand[T]) step(part []int) (step int, ok bool) {
	if op.regular {
		part = part[:min(len(part), 2)]
	}
	return stride(part)
}

// stride returns the step of an arithmetic table.
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
