// Package movement computes what brings elements to new places and does little or
// no arithmetic: pad, concatenate, gather, scatter-add and argmax. Each is a group
// of its own, and a step whose tiles are parts of the result.
//
// The package must not know of loops, products, or how memory is shared. What
// costs nothing because it can be said by strides never gets here: package
// compile has made views of it.
package movement
