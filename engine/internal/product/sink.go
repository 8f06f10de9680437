package product

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
)

// A sink is where the results of a product go: to memory, to a loop that
// follows, or both.
type sink[T kernel.Float] struct {
	out    []T            // nil if only the loop that follows reads the result
	then   *loop.Epilogue // nil if none follows
	thenAt int            // bytes into scratch
	tileAt int            // bytes into scratch: where short runs of results are laid for then
}

// bind finds the places of the results of g's product. scratch is what a tile
// needs before them; the sum is returned.
func (s *sink[T]) bind(g *ir.Group, c loop.Constants, scratch int) int {
	if g.Head.Buffer != nil {
		s.out = ir.Contents[T](g.Head.Buffer)
	}
	if len(g.Nodes) == 1 {
		return scratch
	}
	s.tileAt, s.thenAt = scratch, scratch+loop.SlotBytes
	s.then = loop.NewEpilogue(g, c)
	return s.thenAt + s.then.ScratchBytes()
}

// A delivery brings results to a sink. The loop that follows is given as long
// runs as there are, though they come in pieces: its cost is by the run.
type delivery[T kernel.Float] struct {
	*sink[T]
	scratch    unsafe.Pointer
	written    bool // the results are in out already
	begun      bool // then has begun
	start, end int  // what is laid for then and not yet run
}

// row delivers one row of results: element j belongs at base + columns[j].
func (d *delivery[T]) row(base int, row []T, columns []int) {
	for len(row) > 0 {
		n := 1
		if columns[len(row)-1] == columns[0]+len(row)-1 {
			n = len(row) // columns ascend
		} else {
			for n < len(row) && columns[n] == columns[n-1]+1 {
				n++
			}
		}
		d.run(base+columns[0], row[:n])
		row, columns = row[n:], columns[n:]
	}
}

// run delivers results that are neighbours, the first of which is element at
// of the result.
func (d *delivery[T]) run(at int, results []T) {
	if d.out != nil && !d.written {
		copy(d.out[at:], results)
	}
	if d.then == nil {
		return
	}
	for len(results) > 0 {
		if at != d.end || d.end-d.start == loop.BlockSize {
			d.flush()
			d.start, d.end = at, at
		}
		n := min(len(results), loop.BlockSize-(d.end-d.start))
		if n == loop.BlockSize {
			d.follow(at, results[:n])
			d.start = at + n
		} else {
			copy(d.laid()[d.end-d.start:], results[:n])
		}
		results = results[n:]
		at += n
		d.end = at
	}
}

func (d *delivery[T]) laid() []T {
	return unsafe.Slice((*T)(unsafe.Add(d.scratch, d.tileAt)), loop.BlockSize)
}

// flush runs the loop that follows on what is laid for it.
func (d *delivery[T]) flush() {
	if d.end > d.start {
		d.follow(d.start, d.laid()[:d.end-d.start])
	}
	d.start, d.end = 0, 0
}

// follow runs the loop that follows on results, the first of which is element
// start.
func (d *delivery[T]) follow(start int, results []T) {
	scratch := unsafe.Add(d.scratch, d.thenAt)
	if !d.begun {
		d.then.Begin(scratch)
		d.begun = true
	}
	d.then.Run(scratch, start, len(results), unsafe.Pointer(unsafe.SliceData(results)))
}
