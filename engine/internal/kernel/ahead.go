package kernel

import "unsafe"

// An Ahead is memory that will be read soon, as cache lines. Tiles ask for one
// with each step of k and do not wait for it: while they multiply, the memory
// would have nothing to do. What is asked for changes no result.
type Ahead struct {
	soon, later lineQueue
}

// A lineQueue holds the addresses of lines in the order in which they are asked
// for. Nothing is read through them, so they need not keep memory alive.
type lineQueue struct {
	lines     [4096]uintptr
	next, end int
}

const lineBytes = 64

// add adds the lines of some bytes from p, as many as there is room for.
func (q *lineQueue) add(p unsafe.Pointer, bytes int) {
	last := (uintptr(p) + uintptr(bytes) - 1) &^ (lineBytes - 1)
	for line := uintptr(p) &^ (lineBytes - 1); line <= last && q.end < len(q.lines); line += lineBytes {
		q.lines[q.end] = line
		q.end++
	}
}

func (q *lineQueue) take(most int) (first *uintptr, n int) {
	if n = min(q.end-q.next, most); n == 0 {
		return nil, 0
	}
	first = &q.lines[q.next]
	q.next += n
	return first, n
}

func (q *lineQueue) clear() { q.next, q.end = 0, 0 }

// take returns the lines that are next, at most so many; nil has none.
func (a *Ahead) take(most int) (first *uintptr, n int) {
	if a == nil {
		return nil, 0
	}
	if first, n = a.soon.take(most); n > 0 {
		return first, n
	}
	return a.later.take(most)
}

// Clear forgets everything.
func (a *Ahead) Clear() {
	a.soon.clear()
	a.later.clear()
}

// Later adds some bytes from p to what is asked for when nothing is wanted
// sooner. p may lie anywhere.
func (a *Ahead) Later(p unsafe.Pointer, bytes int) { a.later.add(p, bytes) }

// Soon makes what Panel will read of a block what is asked for first.
func (op *Operand[T]) Soon(a *Ahead, row, rows, col, cols int) {
	a.soon.clear()
	lines, along := op.Cols[col:col+cols], op.Rows[row:row+rows]
	if op.transpose {
		lines, along = along, lines
	}
	for done := 0; done < len(along); {
		n := run(along[done:])
		for _, at := range lines {
			a.soon.add(unsafe.Pointer(&op.Data[op.Base+at+along[done]]), n*int(unsafe.Sizeof(op.Data[0])))
		}
		done += n
	}
}
