// Package kernel contains the inner loops over memory of all computations:
// elementwise functions, reductions, strided copies, random bits, and the
// packing and register tiles of matrix products. It exists so that the rest of
// the engine never reads or writes a single element, and so that a faster
// version can replace each loop without a change elsewhere.
//
// Kernels take the destination first and work on whole slices of equal length.
// They allocate nothing and keep no state. Unless a comment states another rule, dst
// may be the same slice as an argument but may not overlap it partly.
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
