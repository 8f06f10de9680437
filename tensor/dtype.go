package tensor

import "math"

// A DType is the type of a tensor's elements.
type DType uint8

// The element types. Float64 is there for checks; training runs in Float32.
const (
	Float32 DType = iota
	Float64
	Int32
	Uint32
	Bool
)

var dtypeNames = [...]string{"float32", "float64", "int32", "uint32", "bool"}

func (d DType) String() string { return dtypeNames[d] }

// IsFloat says whether d is a floating-point type, that is, whether gradients
// flow through tensors of it.
func (d DType) IsFloat() bool { return d == Float32 || d == Float64 }

// Size returns the bytes one element takes in memory.
func (d DType) Size() int {
	switch d {
	case Float64:
		return 8
	case Bool:
		return 1
	}
	return 4
}

// round returns v as an element of d holds it. Every value of every dtype is
// exact in a float64, which is why the plain meanings compute in that type
// alone. Integers wrap around; a float converted to an integer is truncated
// and, beyond the integer's range, saturated by convert before it comes here.
func (d DType) round(v float64) float64 {
	switch d {
	case Float32:
		return float64(float32(v))
	case Int32:
		return float64(int32(int64(v)))
	case Uint32:
		return float64(uint32(int64(v)))
	case Bool:
		if v != 0 {
			return 1
		}
		return 0
	}
	return v
}

// lowest returns the least value of d: the start of a maximum.
func (d DType) lowest() float64 {
	switch d {
	case Int32:
		return math.MinInt32
	case Uint32, Bool:
		return 0
	}
	return math.Inf(-1)
}
