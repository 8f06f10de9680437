package nn

import (
	"math"

	"github.com/gander-ml/gander/random"
)

// An Initializer fills the initial value of a parameter of the given shape,
// drawing what is random from s.
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

// Uniform draws from U(-r, r).
func Uniform(r float64) Initializer {
	return func(dst []float64, _ []int, s *random.Stream) {
		for i := range dst {
			dst[i] = s.Uniform(-r, r)
		}
	}
}

// Normal draws from N(0, sd^2).
func Normal(sd float64) Initializer {
	return func(dst []float64, _ []int, s *random.Stream) {
		for i := range dst {
			dst[i] = sd * s.Normal()
		}
	}
}

// FanIn draws from U(-r, r) with r = gain / sqrt(inputs of a unit): with gain
// sqrt(6) the initialisation of He et al. 2015 for ReLU, with gain sqrt(3) that
// of LeCun et al. 1998. Weights of shape [in, out] have in inputs, kernels of
// shape [out, in, kernel...] as many as a window has elements. Of the kernel of a
// transposed convolution, [in, out, kernel...], out counts for in, as in PyTorch.
func FanIn(gain float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		inputs := shape[0]
		if len(shape) > 2 {
			inputs = len(dst) / max(shape[0], 1)
		}
		Uniform(gain/math.Sqrt(float64(max(inputs, 1))))(dst, shape, s)
	}
}

// He is FanIn with the gain for ReLU and its relatives.
var He = FanIn(math.Sqrt(6))

// Values fills with a known value, which must have the parameter's size.
func Values(v []float64) Initializer {
	return func(dst []float64, _ []int, _ *random.Stream) {
		if len(v) != len(dst) {
			panic("nn: initial values of another size than the parameter")
		}
		copy(dst, v)
	}
}
