package cpu

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/kernel"
)

// An epilogue is a loop that runs on the results of a product while they are
// in the cache. The product gives it run after run of them, in any order.
type epilogue struct{ loop *loop }

// epilogueOf returns the loop of the pointwise nodes of g, which read the results
// of its head, a product.
func epilogueOf(g *group, c constants) *epilogue {
	return &epilogue{(&loopBuilder{constants: c, group: g, head: register{load: foundTile + 1}}).build()}
}

// scratchBytes returns the scratch that begin and run need.
func (e *epilogue) scratchBytes() int { return e.loop.scratch }

// begin does what all runs have in common. It comes before the first of them,
// with the same scratch.
func (e *epilogue) begin(scratch unsafe.Pointer) { e.loop.begin(scratch, blockSize) }

// run computes n elements, at most blockSize, from start. The results of the
// product for them are at results.
func (e *epilogue) run(scratch unsafe.Pointer, start, n int, results unsafe.Pointer) {
	var found locations
	found[foundTile] = results
	e.loop.block(scratch, start, n, &found)
}

// ask asks for what the loop will read for n elements from start: short runs
// far from one another are no pattern that the processor would see by itself.
func (e *epilogue) ask(ahead *kernel.Ahead, start, n int) {
	for i := range e.loop.streams {
		r := &e.loop.streams[i]
		ahead.Later(unsafe.Add(r.base, start*r.step), n*r.step)
	}
}
