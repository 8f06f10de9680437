package cpu

import (
	"github.com/gander-ml/gander/tensor"
)

// A movement brings elements to new places: pad, concatenate and gather. What
// it brings to one run of the result does not depend on the others, so a tile
// is a run of tileSize elements of the result, wherever they come from.
type movement struct {
	size int                                  // elements of the result
	move func(scratch []byte, start, end int) // makes elements start to end-1
}

func (m movement) tiles() int { return ceil(m.size, tileSize) }

func (m movement) tile(w *worker, i int) {
	m.move(w.scratch, i*tileSize, min((i+1)*tileSize, m.size))
}

func (m movement) finish() {}

// movementScratch is the bytes of scratch that a worker needs to run a tile: a
// block of the widest elements.
const movementScratch = moveBlock * 8

// moveBlock is the elements that are brought at a time.
const moveBlock = 1024

// movementOf binds a movement to memory, scatter-add and argmax, which moves
// indices, among them. Elements that are only moved are words of their size,
// whatever they mean.
func movementOf(n *node) step {
	switch n.op {
	case "gather":
		return sized(n, gather[uint8], gather[uint32], gather[uint64])
	case "pad":
		return sized(n, pad[uint8], pad[uint32], pad[uint64])
	case "concatenate":
		return sized(n, concatenate[uint8], concatenate[uint32], concatenate[uint64])
	case "scatter-add":
		return numeric(n.dtype, n, scatterAdd[float32], scatterAdd[float64], scatterAdd[int32], scatterAdd[uint32])
	case "argmax":
		return numeric(n.args[0].node.dtype, n, argMax[float32], argMax[float64], argMax[int32], argMax[uint32])
	}
	panic("cpu: no kernel for " + n.op)
}

func sized(n *node, one, four, eight func(*node) step) step {
	switch n.dtype.Size() {
	case 1:
		return one(n)
	case 4:
		return four(n)
	}
	return eight(n)
}

func numeric(dtype tensor.DType, n *node, f32, f64, i32, u32 func(*node) step) step {
	switch dtype {
	case tensor.Float32:
		return f32(n)
	case tensor.Float64:
		return f64(n)
	case tensor.Int32:
		return i32(n)
	case tensor.Uint32:
		return u32(n)
	}
	panic("cpu: no kernel for " + n.op + " on " + dtype.String())
}
