// Package compile turns a graph of tensors into groups of nodes that run one
// after the other, each as one step, over memory that is laid out beforehand:
//
//   - lower.go: views (broadcast, reshape, transpose, slice, reverse) become
//     strides with which others read; what is left are nodes that compute;
//   - pin.go: outputs and new state must end in memory; what nothing needs is
//     dropped;
//   - fuse.go, recompute.go, siblings.go: elementwise nodes join into loops, a
//     loop joins the reduction that ends it or the product that feeds it;
//   - schedule.go: groups are ordered so that state can be updated in place;
//   - plan.go: every intermediate gets a place in one arena, shared by those that
//     are not needed at the same time.
//
// It exists so that each of these decisions can be read, and changed, without
// knowing how anything is computed.
//
// The package must not know how a group is computed: no tiles, no threads, no
// kernels. What a step needs of memory while it runs it asks the caller.
package compile
