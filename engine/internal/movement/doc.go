// Package movement computes the operations that move elements and do little or
// no arithmetic: pad, concatenate, gather, scatter-add and argmax. Each is
// alone in its group, and is a step that splits its result into tiles.
//
// The package must not know of loops, of products, or how memory is shared.
// Operations that strides can describe cost nothing; package compile turns them
// into views, so they are not here.
package movement
