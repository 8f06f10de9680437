package loop

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
)

// An Epilogue is a loop that runs on the results of a product while they are
// in the cache. The product gives it run after run of them, in any order.
type Epilogue struct{ loop *Loop }

// NewEpilogue returns the loop of the pointwise nodes of g, which read the results
// of its head, a product.
func NewEpilogue(g *ir.Group, c Constants) *Epilogue {
	return &Epilogue{(&loopBuilder{constants: c, group: g, head: register{load: foundTile + 1}}).build()}
}

// ScratchBytes returns the bytes of scratch that Begin and Run need.
func (e *Epilogue) ScratchBytes() int { return e.loop.scratch }

// Begin does what all runs have in common. It comes before the first of them,
// with the same scratch.
func (e *Epilogue) Begin(scratch unsafe.Pointer) { e.loop.begin(scratch, BlockSize) }

// Run computes n elements, at most BlockSize, from start. The results of the
// product for them are at results.
func (e *Epilogue) Run(scratch unsafe.Pointer, start, n int, results unsafe.Pointer) {
	var found locations
	found[foundTile] = results
	e.loop.block(scratch, start, n, &found)
}

// Ask asks for what the loop will read for n elements from start: short runs
// far from one another are no pattern that the processor would see by itself.
func (e *Epilogue) Ask(ahead *kernel.Ahead, start, n int) {
	for i := range e.loop.streams {
		r := &e.loop.streams[i]
		ahead.Later(unsafe.Add(r.base, start*r.step), n*r.step)
	}
}
