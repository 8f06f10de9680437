package nn

import (
	"math"

	"github.com/gander-ml/gander/random"
)

// fans returns the number of inputs of each output, and the number of outputs of
// each input. For a bias of shape [n] both are n.
func fans(shape []int) (in, out int) {
	switch len(shape) {
	case 0:
		return 1, 1
	case 1:
		return max(shape[0], 1), max(shape[0], 1)
	case 2: // [in, out]
		return max(shape[0], 1), max(shape[1], 1)
	}
	window := 1
	for _, n := range shape[2:] {
		window *= n
	}
	return max(shape[1]*window, 1), max(shape[0]*window, 1) // [out, in, kernel...]
}

// FanIn draws from U(-r, r) with r = gain / sqrt(inputs of a unit). With gain
// sqrt(6) this is the initialisation of He et al. 2015 for ReLU; with gain sqrt(3),
// of LeCun et al. 1998. A weight of shape [in, out] has in inputs. A kernel of shape
// [out, in, kernel...] has one input for each element of a window. For the kernel
// of a transposed convolution, [in, out, kernel...], out replaces in, as in PyTorch.
func FanIn(gain float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		in, _ := fans(shape)
		Uniform(gain/math.Sqrt(float64(in)))(dst, shape, s)
	}
}

// He is FanIn with the gain for ReLU and similar activations.
var He = FanIn(math.Sqrt(6))

// FanInNormal draws from N(0, gain^2 / inputs of a unit). Inputs are counted as in
// [FanIn]. With gain sqrt(2) this is the initialisation of He et al. 2015.
func FanInNormal(gain float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		in, _ := fans(shape)
		Normal(gain/math.Sqrt(float64(in)))(dst, shape, s)
	}
}

// GlorotUniform draws from U(-r, r) with r = gain sqrt(6 / (inputs + outputs))
// (Glorot and Bengio 2010, equation 16; gain 1). The outputs of a kernel are the
// outputs of one input element, not divided by the stride.
func GlorotUniform(gain float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		in, out := fans(shape)
		Uniform(gain*math.Sqrt(6/float64(in+out)))(dst, shape, s)
	}
}

// GlorotNormal draws from N(0, sd^2) with sd = gain sqrt(2 / (inputs +
// outputs)). Inputs and outputs are counted as in [GlorotUniform].
func GlorotNormal(gain float64) Initializer {
	return func(dst []float64, shape []int, s *random.Stream) {
		in, out := fans(shape)
		Normal(gain*math.Sqrt(2/float64(in+out)))(dst, shape, s)
	}
}
