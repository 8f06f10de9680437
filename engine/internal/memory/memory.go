package cpu

import (
	"unsafe"

	"github.com/gander-ml/gander/tensor"
)

// A Memory holds the elements of one tensor in row-major order.
type Memory struct {
	DType tensor.DType
	Bytes []byte // aligned to 64
}

// NewMemory returns zeroed memory for n elements of dtype.
func NewMemory(dtype tensor.DType, n int) Memory {
	return Memory{dtype, newBytes(n * dtype.Size())}
}

// newBytes returns n zero bytes that start on a cache line, and large memory in
// huge pages.
func newBytes(n int) []byte {
	start, room := alignment, n
	if whole := n / hugePage * hugePage; n >= hugePage/2 {
		start = hugePage
		if room = whole; n-whole >= hugePage/2 {
			room += hugePage // of which less than half is not used
		}
	}
	raw := make([]byte, start+max(n, room))
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(raw)))) & (start - 1)
	if start == hugePage {
		adviseHuge(raw[skip : skip+room])
	}
	return raw[skip : skip+n : skip+n]
}

// alignment is the bytes of a cache line.
const alignment = 64

// roundUp returns n bytes rounded up to whole cache lines.
func roundUp(n int) int { return (n + alignment - 1) &^ (alignment - 1) }

// carve takes n elements, from a cache line on, off memory.
func carve[T any](memory *[]byte, n int) []T {
	size := sizeOf[T](n)
	taken := slice[T]((*memory)[:size])[:n]
	*memory = (*memory)[size:]
	return taken
}

// sizeOf returns the bytes that carve takes for n elements.
func sizeOf[T any](n int) int {
	var zero T
	return roundUp(n * int(unsafe.Sizeof(zero)))
}

// Float32 returns the elements of a float32 tensor; writing to them writes to
// the memory. The accessor of another dtype panics.
func (m Memory) Float32() []float32 { return elements[float32](m, tensor.Float32) }

// Float64 returns the elements of a float64 tensor.
func (m Memory) Float64() []float64 { return elements[float64](m, tensor.Float64) }

// Int32 returns the elements of an int32 tensor.
func (m Memory) Int32() []int32 { return elements[int32](m, tensor.Int32) }

// Uint32 returns the elements of a uint32 tensor.
func (m Memory) Uint32() []uint32 { return elements[uint32](m, tensor.Uint32) }

// Bool returns the elements of a bool tensor.
func (m Memory) Bool() []bool { return elements[bool](m, tensor.Bool) }

func elements[T any](m Memory, dtype tensor.DType) []T {
	if m.DType != dtype {
		panic("cpu: memory of " + m.DType.String() + " read as " + dtype.String())
	}
	return slice[T](m.Bytes)
}

// slice reinterprets bytes as elements.
func slice[T any](bytes []byte) []T {
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), len(bytes)/int(unsafe.Sizeof(zero)))
}

// Array returns a copy of the elements as the plain interpretation holds them.
func (m Memory) Array(shape ...int) *tensor.Array {
	a := tensor.NewArray(m.DType, shape...)
	switch m.DType {
	case tensor.Float32:
		widen(a.Data, m.Float32())
	case tensor.Float64:
		copy(a.Data, m.Float64())
	case tensor.Int32:
		widen(a.Data, m.Int32())
	case tensor.Uint32:
		widen(a.Data, m.Uint32())
	case tensor.Bool:
		for i, v := range m.Bool() {
			if v {
				a.Data[i] = 1
			}
		}
	}
	return a
}

// Set copies the elements of a, which must have this dtype and size.
func (m Memory) Set(a *tensor.Array) {
	if a.DType != m.DType || len(a.Data)*m.DType.Size() != len(m.Bytes) {
		panic("cpu: set from an array of another dtype or size")
	}
	switch m.DType {
	case tensor.Float32:
		narrow(m.Float32(), a.Data)
	case tensor.Float64:
		copy(m.Float64(), a.Data)
	case tensor.Int32:
		narrow(m.Int32(), a.Data)
	case tensor.Uint32:
		narrow(m.Uint32(), a.Data)
	case tensor.Bool:
		for i, v := range a.Data {
			m.Bool()[i] = v != 0
		}
	}
}

func widen[T float32 | int32 | uint32](dst []float64, src []T) {
	for i, v := range src {
		dst[i] = float64(v)
	}
}

func narrow[T float32 | int32 | uint32](dst []T, src []float64) {
	for i, v := range src {
		dst[i] = T(v)
	}
}
