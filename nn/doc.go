// Package nn builds networks: layers, their parameters and initial values. A
// layer is a description. [New] turns a list of layers into a [Network]. The
// parameters of a network are known before it is traced. The package exists so
// that the code of a network looks like the table in its paper.
//
// A layer can contain layers ([Sequence], [Residual], [SpectralNorm]). Any layer
// can read a named [Condition], such as a class; the [Context] contains its value.
// A layer is a function, so a program can define its own layers.
//
// The package must not know the purpose of a network: it contains no losses, no
// optimisers and no games.
package nn
