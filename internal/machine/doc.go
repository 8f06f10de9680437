// Package machine describes the computer and the memory use of this process. It
// exists for gander doctor and the benchmarks. A value that is not available on
// a system is empty. The package must not depend on the computations of Gander.
package machine
