package cpu

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// constants are blocks filled with one element each, which the loops of a
// program share: a loop reads a constant like any other block.
type constants map[constantKey]unsafe.Pointer

type constantKey struct {
	dtype tensor.DType
	bits  uint64
}

// block returns a block filled with element at of n, a constant.
func (c constants) block(n *node, at int) unsafe.Pointer {
	size := n.dtype.Size()
	element := n.buffer.memory.Bytes[at*size : (at+1)*size]
	key := constantKey{dtype: n.dtype}
	for i, b := range element {
		key.bits |= uint64(b) << (8 * i)
	}
	if block, ok := c[key]; ok {
		return block
	}
	block := NewMemory(n.dtype, blockSize)
	switch size {
	case 1:
		kernel.Fill(slice[uint8](block.Bytes), element[0])
	case 4:
		kernel.Fill(slice[uint32](block.Bytes), slice[uint32](element)[0])
	case 8:
		kernel.Fill(slice[uint64](block.Bytes), slice[uint64](element)[0])
	}
	c[key] = unsafe.Pointer(unsafe.SliceData(block.Bytes))
	return c[key]
}
