package kernel

import "unsafe"

// A PrefetchQueue holds cache lines of memory that will be read soon. A
// register tile prefetches one line with each step of k and does not wait for
// it, because memory is idle while tiles multiply. Prefetches change no
// results.
type PrefetchQueue struct {
	panel, rest lineQueue
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
func (q *PrefetchQueue) take(most int) (first *uintptr, n int) {
	if q == nil {
		return nil, 0
	}
	if first, n = q.panel.take(most); n > 0 {
		return first, n
	}
	return q.rest.take(most)
}

// Clear removes all lines.
func (q *PrefetchQueue) Clear() {
	q.panel.clear()
	q.rest.clear()
}

// Add appends the given bytes from p on. They are prefetched after the lines of
// PrefetchPanel. p need not be aligned.
func (q *PrefetchQueue) Add(p unsafe.Pointer, bytes int) { q.rest.add(p, bytes) }

// PrefetchPanel replaces the first part of the queue by the memory that Panel
// reads for a block.
func (op *Operand[T]) PrefetchPanel(q *PrefetchQueue, row, rows, col, cols int) {
	q.panel.clear()
	lines, along := op.Cols[col:col+cols], op.Rows[row:row+rows]
	if op.transpose {
		lines, along = along, lines
	}
	for done := 0; done < len(along); {
		n := run(along[done:])
		for _, at := range lines {
			q.panel.add(unsafe.Pointer(&op.Data[op.Base+at+along[done]]), n*int(unsafe.Sizeof(op.Data[0])))
		}
		done += n
	}
}
