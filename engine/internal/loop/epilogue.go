package loop

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
)

// An Epilogue is a loop that runs on the results of a product while they are in
// cache. The product passes the results in contiguous runs, in any order.
type Epilogue struct{ loop *Loop }

// NewEpilogue returns the loop of the pointwise nodes of g. They read the
// results of its head, a product.
func NewEpilogue(g *ir.Group, c Constants) *Epilogue {
	return &Epilogue{(&loopBuilder{constants: c, group: g, head: register{load: headResults + 1}}).build()}
}

// ScratchBytes returns the bytes of scratch that Begin and Run need.
func (e *Epilogue) ScratchBytes() int { return e.loop.scratch }

// Begin does the work that is common to all runs. It comes before the first run
// and uses the same scratch.
func (e *Epilogue) Begin(scratch unsafe.Pointer) { e.loop.begin(scratch, BlockSize) }

// Run computes n elements, at most BlockSize, from element start on. results
// points to the results of the product for these elements.
func (e *Epilogue) Run(scratch unsafe.Pointer, start, n int, results unsafe.Pointer) {
	var found locations
	found[headResults] = results
	e.loop.block(scratch, start, n, &found)
}

// Prefetch queues prefetches of the memory that the loop reads for n elements
// from start on. The hardware prefetcher does not recognise short runs that are
// far from each other.
func (e *Epilogue) Prefetch(queue *kernel.PrefetchQueue, start, n int) {
	for i := range e.loop.streams {
		r := &e.loop.streams[i]
		queue.Add(unsafe.Add(r.base, start*r.stride), n*r.stride)
	}
}
