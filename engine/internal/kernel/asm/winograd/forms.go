package main

// A matrix is a transform in one dimension. A row holds the factors of the
// numbers it reads, for one number it writes.
type matrix [][]float32

// A form of minimal filtering in one dimension computes m results of r taps. It
// is derived from products of polynomials of degree m-1 and r-1, computed from
// their values at m+r-1 points; the matrices are the transposes of these
// computations (Winograd 1980; Lavin and Gray 2016). The points are 0, -1 and
// infinity, or 0, 1, -1 and infinity, or 0, 1, -1, 2 and infinity. All m and r
// with the same sum share the matrix of the inputs.
var (
	inputs3 = matrix{{1, -1, 0}, {0, 1, 0}, {0, -1, 1}}
	inputs4 = matrix{{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}}
	inputs5 = matrix{{2, -1, -2, 1, 0}, {0, -2, -1, 1, 0}, {0, 2, -3, 1, 0}, {0, -1, 0, 1, 0}, {0, 2, -1, -2, 1}}

	taps3of2 = matrix{{1, 0}, {1, 1}, {0, 1}}
	taps4of2 = matrix{{1, 0}, {0.5, 0.5}, {0.5, -0.5}, {0, 1}}
	taps4of3 = matrix{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}
	taps5of4 = matrix{{0.5, 0, 0, 0}, {-0.5, -0.5, -0.5, -0.5}, {-1. / 6, 1. / 6, -1. / 6, 1. / 6},
		{1. / 6, 1. / 3, 2. / 3, 4. / 3}, {0, 0, 0, 1}}

	results2of3 = matrix{{1, 1, 0}, {0, 1, 1}}
	results2of4 = matrix{{1, 1, 1, 0}, {0, 1, -1, 1}}
	results3of4 = matrix{{1, 1, 1, 0}, {0, 1, -1, 0}, {0, 1, 1, 1}}
	results2of5 = matrix{{1, 1, 1, 1, 0}, {0, 1, -1, 2, 1}}
)

var planeWriters = []struct {
	name string
	matrix
}{
	{"winogradInputs3", inputs3}, {"winogradInputs4", inputs4}, {"winogradInputs5", inputs5},
	{"winogradTaps3of2", taps3of2}, {"winogradTaps4of2", taps4of2}, {"winogradTaps4of3", taps4of3},
	{"winogradTaps5of4", taps5of4},
}

var planeReaders = []struct {
	name string
	matrix
}{
	{"winogradResults2of3", results2of3}, {"winogradResults2of4", results2of4}, {"winogradResults3of4", results3of4},
	{"winogradResults2of5", results2of5},
}
