// Package engine compiles traced computations and runs them. A computation is a
// graph of tensors. Its parameters, optimiser slots and counters are variables
// of a [Store]. [Device.Compile] turns outputs and updates into a [Program].
// One call of Run computes the outputs and performs the updates once; it
// interprets no layers and allocates nothing.
//
// This package does the work that is the same for every machine: it simplifies
// the graph, merges common subexpressions and drops unused parts. Package
// engine/internal/cpu decides how a graph becomes passes over memory. A
// [Batcher] runs a program with a fixed number of rows on any number of rows.
//
// The package must not depend on networks, games or files.
package engine
