package nn

import (
	"math"

	"github.com/gander-ml/gander/random"
)

// Orthogonal draws a matrix with orthonormal rows or orthonormal columns,
// whichever are fewer, and multiplies it by gain (Saxe et al. 2014). All such
// matrices are equally likely. A shape of more than two dimensions is interpreted
// as the matrix [first, all others].
func Orthogonal(gain float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		if len(dst) == 0 {
			return
		}
		rows, columns := 1, len(dst)
		if len(shape) > 1 {
			rows, columns = shape[0], len(dst)/shape[0]
		}
		basis := orthonormal(min(rows, columns), max(rows, columns), s)
		for i := range dst {
			row, column := i/columns, i%columns
			if rows <= columns {
				dst[i] = gain * basis[row][column]
			} else {
				dst[i] = gain * basis[column][row]
			}
		}
	}
}

// orthonormal returns n orthonormal vectors of dims dimensions; dims is at least
// n. Vectors of normal numbers have no preferred direction, and the Gram-Schmidt
// process adds none. The process runs twice for each vector, because one run loses
// precision.
func orthonormal(n, dims int, s *random.Stream) [][]float64 {
	basis := make([][]float64, n)
	for i := range basis {
		v := make([]float64, dims)
		Normal(1)(v, nil, s)
		for range 2 {
			for _, b := range basis[:i] {
				along := inner(v, b)
				for k := range v {
					v[k] -= along * b[k]
				}
			}
		}
		length := math.Sqrt(inner(v, v))
		for k := range v {
			v[k] /= length
		}
		basis[i] = v
	}
	return basis
}

func inner(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// Sparse draws some weights of each unit from N(0, sd^2) and sets the others to 0
// (Martens 2010, section 5). nonzero is the number of drawn weights; their inputs
// are chosen uniformly at random. In a weight [in, out] the units are the columns,
// in a kernel [out, in, kernel...] the rows. If a unit has fewer inputs than nonzero,
// all its weights are drawn.
func Sparse(nonzero int, sd float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		Zeros(dst, shape, s)
		if len(dst) == 0 {
			return
		}
		units, unitStride, inputStride := 1, 0, 1 // one vector is one unit
		switch {
		case len(shape) == 2:
			units, unitStride, inputStride = shape[1], 1, shape[1]
		case len(shape) > 2:
			units, unitStride, inputStride = shape[0], len(dst)/shape[0], 1
		}
		order := make([]int32, len(dst)/units)
		for unit := range units {
			for _, input := range s.Perm(order)[:min(nonzero, len(order))] {
				dst[unit*unitStride+int(input)*inputStride] = sd * s.Normal()
			}
		}
	}
}
