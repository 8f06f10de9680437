package ir

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/memory"
)

// A Buffer is memory for the elements of one node. Buffers of inputs,
// outputs, constants and state are their own; the others are places in the
// program's arena, shared by buffers that are not needed at the same time.
type Buffer struct {
	Memory memory.Memory // without bytes until it has its place
	Elems  int
}

// Pointer returns where the elements of b begin.
func (b *Buffer) Pointer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b.Memory.Bytes)) }

// Contents returns the elements of b as words of type T.
func Contents[T any](b *Buffer) []T { return memory.Slice[T](b.Memory.Bytes) }
