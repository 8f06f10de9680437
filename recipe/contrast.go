package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/tensor"
)

// GlobalContrast is global contrast normalisation, as in the experiments of Goodfellow et
// al. 2014 on CIFAR-10. It subtracts the mean of all values of an example and scales the
// rest to Euclidean length Length. The result does not depend on the brightness and the
// contrast of the example, so they cannot be restored.
type GlobalContrast struct{ Length float64 }

// contrastFloor is the least length that is scaled, as a part of the distance between black
// and white. An example that is all one value is 0 except for rounding, and must stay so. A
// difference of one grey level in one pixel is above it.
const contrastFloor = 1e-3

// apply traces the normalisation of a batch, [batch, ...], of pixels in a scale. If g is nil,
// it returns x.
func (g *GlobalContrast) apply(x *tensor.Tensor, scale data.Scale) *tensor.Tensor {
	if g == nil {
		return x
	}
	shape := x.Shape()
	x = x.Flatten()
	x = x.Sub(x.Mean(1).KeepDims(1))
	length := x.Square().Sum(1).Sqrt().Max(tensor.Scalar(x.DType(), contrastFloor*(scale.Hi-scale.Lo)))
	return x.Scale(g.Length).Div(length.KeepDims(1)).Reshape(shape...)
}

// Of returns the normalisation of one example of bytes.
func (g GlobalContrast) Of(pixels []byte) []float64 {
	mean, square := 0.0, 0.0
	for _, v := range pixels {
		mean += float64(v) / float64(len(pixels))
	}
	out := make([]float64, len(pixels))
	for i, v := range pixels {
		out[i] = float64(v) - mean
		square += out[i] * out[i]
	}
	length := max(math.Sqrt(square), 255*contrastFloor)
	for i := range out {
		out[i] *= g.Length / length
	}
	return out
}
