// Package cpu runs traced computations on this processor. It lowers a graph of
// tensors to a list of steps, each one pass over memory or one product:
//
//   - views (broadcast, reshape, transpose, slice, reverse) cost nothing: their
//     consumers read through strides (lower.go);
//   - elementwise chains are fused into loops with their broadcasts, joined to
//     the reduction that ends them or to the product that feeds them (fuse.go);
//   - steps are ordered so that state can be updated in place (schedule.go);
//   - one memory plan gives every intermediate a place in one arena (plan.go).
//
// A program allocates nothing when it runs. Work is cut into tiles by shape
// alone, so the same inputs give the same bytes on any number of threads.
//
// The package must not know what the computation is for, and it never touches
// an element itself: engine/internal/kernel does.
package cpu
