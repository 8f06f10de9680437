// Package nn builds networks: layers, their parameters and initial values. A
// layer is a description; [New] turns a list of them into a [Network]. Its
// parameters are known before anything is traced. It exists so that a network
// reads as the table in its paper.
//
// Layers hold layers ([Sequence], [Residual], [SpectralNorm]), and any layer
// may read a named [Condition], such as a class, which the [Context] gives it.
// A layer is a function, so that a program can define its own.
//
// The package must not know what a network is for: no losses, no optimisers,
// no games.
package nn
