package movement

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A movement copies elements to other positions: pad, concatenate and gather.
// One part of the result does not depend on other parts. So a tile is any
// contiguous range of pool.TileSize elements of the result.
type movement struct {
	size int                                  // elements of the result
	move func(scratch []byte, start, end int) // computes elements start to end-1
}

func (m movement) Tiles() int { return ir.Ceil(m.size, pool.TileSize) }

func (m movement) Tile(w *pool.Worker, i int) {
	m.move(w.Scratch, i*pool.TileSize, min((i+1)*pool.TileSize, m.size))
}

func (m movement) Finish() {}

// ScratchBytes is the number of bytes of scratch that a worker needs to run a
// tile: one block of the widest elements.
const ScratchBytes = blockSize * 8

// blockSize is the number of elements that are copied at a time.
const blockSize = 1024

// New returns the step of g, over its memory. Operations without arithmetic
// treat elements as words of the same size, for any dtype.
func New(g *ir.Group) pool.Step {
	switch n := g.Head; n.Op {
	case "gather":
		return sized(n, gather[uint8], gather[uint32], gather[uint64])
	case "pad":
		return sized(n, pad[uint8], pad[uint32], pad[uint64])
	case "concatenate":
		return sized(n, concatenate[uint8], concatenate[uint32], concatenate[uint64])
	case "scatter-add":
		return numeric(n.DType, n, scatterAdd[float32], scatterAdd[float64], scatterAdd[int32], scatterAdd[uint32])
	case "argmax":
		return numeric(n.Args[0].Node.DType, n, argMax[float32], argMax[float64], argMax[int32], argMax[uint32])
	}
	panic("movement: no kernel for " + g.Head.Op)
}

// sized returns the step of n for words of the size of its elements.
func sized(n *ir.Node, one, four, eight func(*ir.Node) pool.Step) pool.Step {
	switch n.DType.Size() {
	case 1:
		return one(n)
	case 4:
		return four(n)
	}
	return eight(n)
}

// numeric returns the step of n for elements of a dtype.
func numeric(dtype tensor.DType, n *ir.Node, f32, f64, i32, u32 func(*ir.Node) pool.Step) pool.Step {
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
	panic("movement: no kernel for " + n.Op + " on " + dtype.String())
}
