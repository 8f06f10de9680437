package tensor

import "math"

// A DType is the type of the elements of a tensor.
type DType uint8

// The element types. Float64 is used for checks; training uses Float32.
const (
	Float32 DType = iota
	Float64
	Int32
	Uint32
	Bool
)

var dtypeNames = [...]string{"float32", "float64", "int32", "uint32", "bool"}

func (d DType) String() string { return dtypeNames[d] }

// IsFloat reports whether d is a floating-point type. Gradients flow only
// through tensors of these types.
func (d DType) IsFloat() bool { return d == Float32 || d == Float64 }

// Size returns the size of one element in memory, in bytes.
func (d DType) Size() int {
	switch d {
	case Float64:
		return 8
	case Bool:
		return 1
	}
	return 4
}

// round returns v rounded to an element of d. A float64 represents every value
// of every dtype exactly, so the plain implementations compute in float64.
// Integers wrap around. A float that is converted to an integer is truncated
// and clamped to the range of the integer by convert, before round.
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

// lowest returns the lowest value of d: the start of a maximum.
func (d DType) lowest() float64 {
	switch d {
	case Int32:
		return math.MinInt32
	case Uint32, Bool:
		return 0
	}
	return math.Inf(-1)
}
