package memory

import (
	"unsafe"

	"github.com/gander-ml/gander/tensor"
)

// A Memory holds the elements of one tensor in row-major order.
type Memory struct {
	DType tensor.DType
	Bytes []byte // if the memory comes from New, Bytes begins on a cache line
}

// New returns zeroed memory for n elements of dtype.
func New(dtype tensor.DType, n int) Memory {
	return Memory{dtype, NewBytes(n * dtype.Size())}
}

// Of returns a Memory that shares the elements of x: a write to one is visible
// in the other.
func Of[T Element](x []T) Memory {
	var zero T
	m := Memory{Bytes: unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(zero)))}
	switch any(zero).(type) {
	case float32:
		m.DType = tensor.Float32
	case float64:
		m.DType = tensor.Float64
	case int32:
		m.DType = tensor.Int32
	case uint32:
		m.DType = tensor.Uint32
	case bool:
		m.DType = tensor.Bool
	}
	return m
}

// An Element is an element of a tensor in memory.
type Element interface {
	float32 | float64 | int32 | uint32 | bool
}

// NewBytes returns n zero bytes that start on a cache line. Large memory is in
// huge pages.
func NewBytes(n int) []byte {
	start, room := Alignment, n
	if whole := n / hugePage * hugePage; n >= hugePage/2 {
		start = hugePage
		if room = whole; n-whole >= hugePage/2 {
			room += hugePage // less than half of the last huge page is unused
		}
	}
	raw := make([]byte, start+max(n, room))
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(raw)))) & (start - 1)
	if start == hugePage {
		adviseHuge(raw[skip : skip+room])
	}
	return raw[skip : skip+n : skip+n]
}

// Alignment is the size of a cache line in bytes.
const Alignment = 64

// RoundUp returns n bytes rounded up to whole cache lines.
func RoundUp(n int) int { return (n + Alignment - 1) &^ (Alignment - 1) }

// Carve takes n elements from the front of scratch. scratch begins on a cache
// line before and after the call.
func Carve[T any](scratch *[]byte, n int) []T {
	size := SizeOf[T](n)
	taken := Slice[T]((*scratch)[:size])[:n]
	*scratch = (*scratch)[size:]
	return taken
}

// SizeOf returns the number of bytes that Carve takes for n elements.
func SizeOf[T any](n int) int {
	var zero T
	return RoundUp(n * int(unsafe.Sizeof(zero)))
}

// Float32 returns the elements of a float32 tensor. They share the memory. The
// method panics if the memory has another dtype, and so do the methods for
// other dtypes.
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
		panic("memory: memory of " + m.DType.String() + " read as " + dtype.String())
	}
	return Slice[T](m.Bytes)
}

// Slice returns bytes as elements of type T, in the same memory.
func Slice[T any](bytes []byte) []T {
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), len(bytes)/int(unsafe.Sizeof(zero)))
}

// Array returns a copy of the elements as a tensor.Array.
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

// Set copies the elements of a. It panics if a has another dtype or size.
func (m Memory) Set(a *tensor.Array) {
	if a.DType != m.DType || len(a.Data)*m.DType.Size() != len(m.Bytes) {
		panic("memory: set from an array of another dtype or size")
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
