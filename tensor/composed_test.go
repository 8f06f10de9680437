package tensor_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

func TestComposedValues(t *testing.T) {
	x := floats(-inf, -2, 0, 3, inf, nan)
	checkValues(t, []expectation{
		{"relu", x.ReLU(), f32(0, 0, 0, 3, inf, nan)},
		{"leaky relu", x.LeakyReLU(0.25), f32(-inf, -0.5, 0, 3, inf, nan)},
		{"square", x.Square(), f32(inf, 4, 0, 9, inf, nan)},
		{"scale", floats(1, 2).Scale(0.5), f32(0.5, 1)},
		{"plus", floats(1, 2).Plus(0.5), f32(1.5, 2.5)},
		{"softplus at the ends", floats(-inf, -1000, 1000, inf, nan).Softplus(), f32(0, 0, 1000, inf, nan)},
		{"logsumexp without overflow", floats(1000, -1000).LogSumExp(0), array(tensor.Float32, nil, 1000)},
		{"logsumexp of zeros' logarithms", floats(-inf, -inf).LogSumExp(0), array(tensor.Float32, nil, -inf)},
		{"logsumexp with one certain", floats(-inf, 2).LogSumExp(0), array(tensor.Float32, nil, 2)},
		{"logsumexp of Inf", floats(1, inf).LogSumExp(0), array(tensor.Float32, nil, inf)},
		{"logsumexp of NaN", floats(1, nan).LogSumExp(0), array(tensor.Float32, nil, nan)},
	})
}

func TestSoftplusIsExact(t *testing.T) {
	for _, x := range []float64{-30, -5, -1, -1e-3, 0, 1e-3, 1, 5, 30, 700} {
		got := eval(t, vector(tensor.Float64, x).Softplus()).Data[0]
		want := max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
		if d := math.Abs(got - want); d > 3e-16*(1+math.Abs(x)) {
			t.Errorf("softplus(%g) = %g, want %g, off by %g", x, got, want, d)
		}
	}
}
