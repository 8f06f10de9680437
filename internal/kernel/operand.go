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
}

// NewOperand returns the operand that reads data through tables. It panics if
// they lead out of data; batches may move Base, within what spare allows at
// the far end.
func NewOperand[T Float](data []T, base int, rows, cols []int) Operand[T] {
	op := Operand[T]{Data: data, Base: base, Rows: rows, Cols: cols, movers: moversOf[T]()}
	down, across := runs(rows), runs(cols)
	op.transpose = len(cols)*down > len(rows)*across*transposeGain
	return op
}

// transposeGain weighs the two ways to pack a panel by runs: copying costs one
// move for each k and run of rows, transposing sixteen times as much as a move
// for sixteen rows and a run of columns.
const transposeGain = 1

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

// Block writes rows row.. and columns col.. of op, as a panel or so that
// element (i, k) of the block is at i*cols+k, whichever is faster, and returns
// the strides of i and k.
func (op *Operand[T]) Block(dst []T, row, rows, col, cols int) (rs, cs int) {
	if op.transpose {
		op.copied(dst, cols, op.Rows[row:row+rows], op.Cols[col:col+cols])
		return cols, 1
	}
	op.copied(dst, rows, op.Cols[col:col+cols], op.Rows[row:row+rows])
	return 1, rows
}

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

// Strided returns where element (row, col) is in Data and the strides by which
// the rows x cols block from there can be read in place; ok is false if its
// tables are not arithmetic or run backwards.
func (op *Operand[T]) Strided(row, rows, col, cols int) (at, rs, cs int, ok bool) {
	rs, ok1 := stride(op.Rows[row : row+rows])
	cs, ok2 := stride(op.Cols[col : col+cols])
	return op.Base + op.Rows[row] + op.Cols[col], rs, cs, ok1 && ok2
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
