// Package foreign compares Gander with programs that are none of its relatives. The
// same models, written once more for PyTorch in models.py, must compute the same numbers
// from the same numbers (oracle.py) and are timed in turn (race.py, gemm.py); the
// measures are computed and timed once more in NumPy (measures.py).
// Go's part is [Dump], which writes down what a training did.
//
// The package must not be needed by anything, and must not compute what it
// checks: what it writes is taken from the trainer that everybody uses.
package foreign
