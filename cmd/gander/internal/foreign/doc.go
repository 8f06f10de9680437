// Package foreign compares Gander with other, independent programs. The models of the
// benchmarks and the recipes are written a second time, for PyTorch (models.py,
// recipes.py). From the same numbers they must compute the same numbers (oracle.py). The
// models are also timed in turn (race.py, gemm.py). The measures are computed and timed a
// second time in NumPy (measures.py). The part in Go is [Dump], which writes the numbers
// of a training to files. The package exists because an error in Gander's own formulas
// would also be in Gander's own tests.
//
// The package must not be needed by any other. It must not compute the numbers that it
// checks: they are those of the trainer that everybody uses.
package foreign
