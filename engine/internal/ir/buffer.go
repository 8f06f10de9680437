package cpu

import "unsafe"

// A buffer is memory for the elements of one node. Buffers of inputs,
// outputs, constants and state are their own; the others are places in the
// program's arena, shared by buffers that are not needed at the same time.
type buffer struct {
	memory Memory // without bytes until it has its place
	elems  int
}

func (b *buffer) pointer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b.memory.Bytes)) }

// contents returns the elements of b as words of type T.
func contents[T any](b *buffer) []T { return slice[T](b.memory.Bytes) }
