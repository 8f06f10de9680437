package kernel

import "unsafe"

// A PrefetchQueue holds cache lines of memory that will be read soon. A
// register tile prefetches one line with each step of k and does not wait for
// it, because memory is idle while tiles multiply. Prefetches change no
// results.
type Ahead struct {
	soon, later lineQueue
}

// A lineQueue holds the addresses of cache lines in the order of their
// prefetches. Nothing is read through the addresses, so they need not keep
// memory alive.
type lineQueue struct {
	lines     [4096]uintptr
	next, end int
}

const lineBytes = 64

// add appends the cache lines of the given bytes from p on, while there is
// room.
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

// take removes and returns the next lines, at most most of them. A nil queue
// has no lines.
func (a *Ahead) take(most int) (first *uintptr, n int) {
	if a == nil {
		return nil, 0
	}
	if first, n = a.soon.take(most); n > 0 {
		return first, n
	}
	return a.later.take(most)
}

// Clear removes all lines.
func (a *Ahead) Clear() {
	a.soon.clear()
	a.later.clear()
}

// Add appends the given bytes from p on. They are prefetched after the lines of
// PrefetchPanel. p need not be aligned.
func (a *Ahead) Later(p unsafe.Pointer, bytes int) { a.later.add(p, bytes) }

// PrefetchPanel replaces the first part of the queue by the memory that Panel
// reads for a block.
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
