// Package pool runs steps on threads. A step consists of tiles. Tiles may run
// at the same time and in any order. The package exists so that the code of a
// step contains no threads and no synchronisation.
//
// The package must not know what a tile computes. The results must not depend
// on the number of threads: a step gets the index of a tile and scratch, and
// nothing else.
package pool
