// Package loop computes elementwise nodes: a group of them becomes a loop of
// instructions, each of which runs over a block of a thousand elements before the
// next begins, so intermediates never leave the innermost cache. A loop is a step
// of its own ([New], [After]), ends in reductions ([Reduction]), or runs on the
// results of a product while these are in the cache ([Epilogue]).
//
// The package must not know why nodes run together, what the product is that an
// epilogue follows, or on how many threads it runs. Its arithmetic is that of
// engine/internal/kernel.
package loop
