package product

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
)

// An epilogue describes what happens to the results of a product: they are
// written to memory, passed to a fused loop, or both.
type epilogue[T kernel.Float] struct {
	out    []T            // nil if only the fused loop reads the result
	loop   *loop.Epilogue // nil if there is no fused loop
	loopAt int            // offset in scratch, in bytes
	runAt  int            // offset in scratch, in bytes, of the buffer that joins short runs for the fused loop
}

// bind sets the memory of the results of the product of g. scratch is the
// number of bytes that a tile needs before the epilogue. bind returns the total
// number of bytes.
func (s *epilogue[T]) bind(g *ir.Group, c loop.Constants, scratch int) int {
	if g.Head.Buffer != nil {
		s.out = ir.Contents[T](g.Head.Buffer)
	}
	if len(g.Nodes) == 1 {
		return scratch
	}
	s.runAt, s.loopAt = scratch, scratch+loop.SlotBytes
	s.loop = loop.NewEpilogue(g, c)
	return s.loopAt + s.loop.ScratchBytes()
}

// An epilogueRun passes the results of one tile to an epilogue. The fused loop
// has a fixed cost for each run, so short contiguous runs are joined into
// longer ones first.
type epilogueRun[T kernel.Float] struct {
	*epilogue[T]
	scratch    unsafe.Pointer
	written    bool // the results are already in out
	begun      bool // the fused loop has begun
	start, end int  // elements in the buffer for the fused loop
}

// row passes one row of results: element j belongs at base + columns[j].
func (d *epilogueRun[T]) row(base int, row []T, columns []int) {
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

// run passes contiguous results. The first one is element at of the result.
func (d *epilogueRun[T]) run(at int, results []T) {
	if d.out != nil && !d.written {
		copy(d.out[at:], results)
	}
	if d.loop == nil {
		return
	}
	for len(results) > 0 {
		if at != d.end || d.end-d.start == loop.BlockSize {
			d.flush()
			d.start, d.end = at, at
		}
		n := min(len(results), loop.BlockSize-(d.end-d.start))
		if n == loop.BlockSize {
			d.runLoop(at, results[:n])
			d.start = at + n
		} else {
			copy(d.pending()[d.end-d.start:], results[:n])
		}
		results = results[n:]
		at += n
		d.end = at
	}
}

func (d *epilogueRun[T]) pending() []T {
	return unsafe.Slice((*T)(unsafe.Add(d.scratch, d.runAt)), loop.BlockSize)
}

// flush runs the fused loop on the buffered results.
func (d *epilogueRun[T]) flush() {
	if d.end > d.start {
		d.runLoop(d.start, d.pending()[:d.end-d.start])
	}
	d.start, d.end = 0, 0
}

// runLoop runs the fused loop on results. The first one is element start of
// the result.
func (d *epilogueRun[T]) runLoop(start int, results []T) {
	scratch := unsafe.Add(d.scratch, d.loopAt)
	if !d.begun {
		d.loop.Begin(scratch)
		d.begun = true
	}
	d.loop.Run(scratch, start, len(results), unsafe.Pointer(unsafe.SliceData(results)))
}
