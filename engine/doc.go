// Package engine compiles traced computations and runs them. A computation is
// a graph of tensors; its parameters, optimiser slots and counters are
// variables of a [Store]; [Device.Compile] turns outputs and updates into a
// [Program] that a call of Run advances by one round, with no layer
// interpreted and nothing allocated on the way.
//
// What is the same for every machine happens here (simplification, merging of
// common subexpressions, dropping of what is not needed); how a graph becomes
// passes over memory is the business of engine/internal/cpu. A [Batcher] runs a
// program of a fixed number of rows on any number of them.
//
// The package must not know what is computed: no networks, no games, no files.
package engine
