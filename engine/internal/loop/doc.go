// Package loop computes elementwise nodes. A group of nodes becomes a loop of
// instructions. Each instruction runs over a block of about a thousand elements
// before the next instruction begins, so intermediate values stay in the L1
// cache. A loop is a step ([New], [AfterHead]), or ends in reductions
// ([Reduction]), or runs on the results of a product while they are in cache
// ([Epilogue]).
//
// The package must not know why nodes run together, which product an epilogue
// follows, or the number of threads. The arithmetic is in
// engine/internal/kernel.
package loop
