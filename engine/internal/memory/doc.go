// Package memory holds the elements of tensors while programs run. Its memory
// begins on a cache line; large memory is in huge pages. It can be used as
// bytes or as elements of a dtype. The package exists so that alignment and
// page size are decided in one place. Only this package, kernels and loops read
// bytes as another type.
//
// The package must not know which values are computed or share memory: it
// knows no graphs, no steps and no plan of the arena.
package memory
