package ir

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/memory"
)

// A Buffer is memory for the elements of one node. Inputs, outputs, constants
// and state have separate memory. All other buffers are in the arena of the
// program; buffers that are not in use at the same time share memory.
type Buffer struct {
	Memory memory.Memory // without bytes until the buffer is bound to memory
	Elems  int
}

// Pointer returns the address of the first element of b.
func (b *Buffer) Pointer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b.Memory.Bytes)) }

// Contents returns the elements of b as words of type T.
func Contents[T any](b *Buffer) []T { return memory.Slice[T](b.Memory.Bytes) }
