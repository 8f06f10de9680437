// Package compile turns a graph of tensors into groups of nodes. The groups run
// one after the other, each as one step, in memory that is assigned beforehand:
//
//   - lower.go: views (broadcast, reshape, transpose, slice, reverse) become
//     strides; the nodes that remain compute values;
//   - pin.go: outputs and new state must be in memory at the end; unused nodes
//     are dropped;
//   - fuse.go, recompute.go, reductions.go: elementwise nodes are joined into
//     loops; a loop is joined with the reduction that ends it or the product that
//     it reads;
//   - schedule.go: groups are ordered so that state can be updated in place;
//   - arena.go: every intermediate value gets an offset in one arena; values that
//     are not needed at the same time share memory.
//
// It exists so that each of these decisions can be read and changed without
// knowledge of how anything is computed.
//
// The package must not know how a group is computed: no tiles, no threads, no
// kernels. The caller reports how much memory a step needs while it runs.
package compile
