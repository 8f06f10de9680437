// Package cpu creates programs from traced computations and runs them on this
// processor. It connects other packages: package compile turns a graph into
// groups of nodes; packages loop, product and movement turn groups into steps;
// package pool runs the steps on threads.
//
// A program allocates nothing when it runs. The division of work into tiles
// depends only on shapes. So the same inputs give the same bytes on any number
// of threads.
//
// The package must not know the purpose of the computation, and must not
// contain compiler passes or steps.
package cpu
