// Package foreign compares Gander with PyTorch, which is nobody's relative: the
// same models, written once more in models.py, must compute the same numbers
// from the same numbers (oracle.py) and are timed in turn (race.py, gemm.py).
// Go's part is [Dump], which writes down what a training did.
//
// The package must not be needed by anything, and must not compute what it
// checks: what it writes is taken from the trainer that everybody uses.
package foreign
