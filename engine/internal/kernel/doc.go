// Package kernel holds the loops over memory that every computation ends in:
// elementwise functions, reductions, strided copies, random bits, and the
// packing and register tiles of matrix products. It exists so that an engine
// never touches an element itself, and so that each loop can be replaced by a
// faster twin without anything above noticing.
//
// Kernels take the destination first, work on whole slices of equal length,
// allocate nothing and keep no state. Unless a comment says otherwise dst may
// be the same slice as an argument but may not overlap it partly.
//
// The package must not know of tensors, graphs, shapes with names, or threads:
// it imports nothing of Gander.
package kernel

// Float is a floating-point element.
type Float interface{ float32 | float64 }

// Number is an element with arithmetic.
type Number interface {
	float32 | float64 | int32 | uint32
}
