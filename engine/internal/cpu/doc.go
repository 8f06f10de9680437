// Package cpu makes programs of traced computations and runs them on this
// processor. It joins what the rooms beside it do: package compile turns a graph
// into groups of nodes, packages loop, product and movement turn groups into
// steps, package pool runs the steps on threads.
//
// A program allocates nothing when it runs. Work is cut into tiles by shape
// alone, so the same inputs give the same bytes on any number of threads.
//
// The package must not know what the computation is for, and contains neither a
// pass nor a step of its own.
package cpu
