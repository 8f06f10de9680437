package loop

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// Constants are blocks that repeat one element, shared by the loops of a
// program. A loop reads such a block in the same way as any other block.
type Constants map[constantKey]unsafe.Pointer

type constantKey struct {
	dtype tensor.DType
	bits  uint64
}

// block returns a block that repeats element at of n, a constant.
func (c Constants) block(n *ir.Node, at int) unsafe.Pointer {
	size := n.DType.Size()
	element := n.Buffer.Memory.Bytes[at*size : (at+1)*size]
	key := constantKey{dtype: n.DType}
	for i, b := range element {
		key.bits |= uint64(b) << (8 * i)
	}
	if block, ok := c[key]; ok {
		return block
	}
	block := memory.New(n.DType, BlockSize)
	switch size {
	case 1:
		kernel.Fill(memory.Slice[uint8](block.Bytes), element[0])
	case 4:
		kernel.Fill(memory.Slice[uint32](block.Bytes), memory.Slice[uint32](element)[0])
	case 8:
		kernel.Fill(memory.Slice[uint64](block.Bytes), memory.Slice[uint64](element)[0])
	}
	c[key] = unsafe.Pointer(unsafe.SliceData(block.Bytes))
	return c[key]
}
