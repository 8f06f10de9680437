package nn

import (
	"math"

	"github.com/gander-ml/gander/random"
)

// An Initializer fills dst, the initial value of a parameter of the given
// shape in row-major order, with random numbers from s. A program may use any
// function of this type. Initialisers that count inputs and outputs read a shape
// of two dimensions as a weight [in, out], and one of more as a kernel [out,
// in/groups, kernel...].
type Initializer func(dst []float64, shape []int, s *random.Stream)

// Constant fills with v.
func Constant(v float64) Initializer {
	return func(dst []float64, _ []int, _ *random.Stream) {
		for i := range dst {
			dst[i] = v
		}
	}
}

// Zeros fills with 0.
var Zeros = Constant(0)

// Values fills with a known value, which must have the parameter's size.
func Values(v []float64) Initializer {
	return func(dst []float64, _ []int, _ *random.Stream) {
		if len(v) != len(dst) {
			panic("nn: initial values of another size than the parameter")
		}
		copy(dst, v)
	}
}

// Uniform draws from U(-r, r).
func Uniform(r float64) Initializer {
	return func(dst []float64, _ []int, s *random.Stream) {
		for i := range dst {
			dst[i] = s.Uniform(-r, r)
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

// TruncatedNormal draws from N(0, sd^2) and draws again any number more than
// 2 sd from 0, as TensorFlow does. The resulting standard deviation is 0.880 sd.
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
