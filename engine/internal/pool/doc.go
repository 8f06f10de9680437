// Package pool runs steps on threads. A step is cut into tiles, which may run at
// the same time and in any order; the package exists so that whoever writes a
// step thinks of neither threads nor waiting.
//
// The package must not know what a tile computes, and must not let the number of
// threads show in it: a step is told which tile to run and with which scratch,
// nothing else.
package pool
