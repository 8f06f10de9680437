package nn

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/random"
)

// An Initializer fills dst with the initial value of a parameter of the given
// shape, in row-major order. It takes random numbers from s. A program may use any
// function of this type. Initialisers that count inputs and outputs interpret a
// shape of two dimensions as a weight [in, out], and a shape of more dimensions as a
// kernel [out, in/groups, kernel...].
type Initializer func(dst []float64, shape []int, s *random.Stream)

// Constant sets every element to v.
func Constant(v float64) Initializer {
	return func(dst []float64, _ []int, _ *random.Stream) {
		for i := range dst {
			dst[i] = v
		}
	}
}

// Zeros sets every element to 0.
var Zeros = Constant(0)

// Values copies the elements of v, which must have the size of the parameter.
func Values(v []float64) Initializer {
	return func(dst []float64, _ []int, _ *random.Stream) {
		if len(v) != len(dst) {
			panic(fmt.Sprintf("nn: %d initial values for a parameter of %d elements", len(v), len(dst)))
		}
		copy(dst, v)
	}
}

// Uniform draws from U(-r, r).
func Uniform(r float64) Initializer { return UniformBetween(-r, r) }

// UniformBetween draws from U(lo, hi).
func UniformBetween(lo, hi float64) Initializer {
	return func(dst []float64, _ []int, s *random.Stream) {
		for i := range dst {
			dst[i] = s.Uniform(lo, hi)
		}
	}
}

// Normal draws from N(0, sd^2).
func Normal(sd float64) Initializer { return NormalAround(0, sd) }

// NormalAround draws from N(mean, sd^2).
func NormalAround(mean, sd float64) Initializer {
	return func(dst []float64, _ []int, s *random.Stream) {
		for i := range dst {
			dst[i] = mean + sd*s.Normal()
		}
	}
}

// TruncatedNormal draws from N(0, sd^2). It replaces any number farther than 2 sd
// from 0 by another draw, like TensorFlow. The resulting standard deviation is 0.880 sd.
func TruncatedNormal(sd float64) Initializer {
	return func(dst []float64, _ []int, s *random.Stream) {
		for i := range dst {
			v := s.Normal()
			for math.Abs(v) > 2 {
				v = s.Normal()
			}
			dst[i] = sd * v
		}
	}
}
