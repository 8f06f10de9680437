// Package memory holds the elements of tensors while programs run: memory that
// begins on a cache line, in huge pages where it is large, seen as bytes or as
// elements of a dtype. It exists so that this is decided in one place, and so
// that reading bytes as another type happens nowhere else but in kernels and
// loops.
//
// The package must not know what is computed, nor which memory is shared by
// whom: it knows no graphs, no steps and no plan.
package memory
