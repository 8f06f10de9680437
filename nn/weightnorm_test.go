package nn_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// moments returns mean and variance of each channel of [batch, channels, ...].
func moments(y *tensor.Array) (mean, variance []float64) {
	channels, inner := y.Shape[1], tensor.Size(y.Shape[2:])
	mean, variance = make([]float64, channels), make([]float64, channels)
	n := float64(len(y.Data) / channels)
	for i, v := range y.Data {
		mean[i/inner%channels] += v / n
	}
	for i, v := range y.Data {
		d := v - mean[i/inner%channels]
		variance[i/inner%channels] += d * d / n
	}
	return mean, variance
}

var weightNormed = map[string]struct {
	layer nn.Layer
	in    []int
	units int
}{
	"linear": {nn.Linear(4, nn.Normal(.1), nn.Zeros), []int{5}, 1},
	"conv":   {nn.Conv(3, nn.Window{Kernel: 3, Stride: 1}, nn.Normal(.1), nn.Zeros), []int{2, 5, 4}, 0},
	"transposed conv": {
		nn.ConvTranspose(3, nn.Window{Kernel: 2, Stride: 2}, nn.Normal(.1), nn.Zeros), []int{2, 3, 4}, 1},
}

// TestUnitWeightNorm has the directions of the weights, scales of 1 and the biases of the
// layer, before and after the first pass in training.
func TestUnitWeightNorm(t *testing.T) {
	for name, c := range weightNormed {
		t.Run(name, func(t *testing.T) {
			n := nn.NewOf(tensor.Float64, "N", c.in, nn.UnitWeightNorm(c.layer))
			plain := nn.NewOf(tensor.Float64, "N", c.in, c.layer)
			v := values(n)
			if len(n.Params) != 3 || len(n.Trainable()) != 3 {
				t.Fatalf("%d parameters, %d of them trainable", len(n.Params), len(n.Trainable()))
			}
			x := tensor.Const(normal(random.New(9, name), append([]int{6}, c.in...)...))
			weight := v[n.Params[0].Value]
			length := perUnitLength(weight, c.units)
			unit := tensor.NewArray(tensor.Float64, weight.Shape...)
			for i, w := range weight.Data {
				unit.Data[i] = w / length[unitOf(i, weight.Shape, c.units)]
			}
			want := pass(t, plain, map[*tensor.Tensor]*tensor.Array{plain.Params[0].Value: unit, plain.Params[1].Value: v[n.Params[1].Value]}, x)
			for range 2 {
				wantNear(t, name, pass(t, n, v, x).Data, want.Data, 1e-9)
			}
		})
	}
}

// TestWeightNormStartsFromData performs passes on different batches: the first sets
// scale and bias, the others do not.
func TestWeightNormStartsFromData(t *testing.T) {
	for name, c := range weightNormed {
		t.Run(name, func(t *testing.T) {
			n := nn.NewOf(tensor.Float64, "N", c.in, nn.WeightNorm(c.layer))
			plain := nn.NewOf(tensor.Float64, "N", c.in, c.layer)
			weight, bias, scale := n.Params[0].Value, n.Params[1].Value, n.Params[2].Value
			v := values(n)
			s := random.New(9, name)
			batch := func() *tensor.Tensor { return tensor.Const(normal(s, append([]int{6}, c.in...)...)) }
			mean, variance := moments(pass(t, n, v, batch()))
			for i := range mean {
				if math.Abs(mean[i]) > 1e-9 || math.Abs(variance[i]-1) > 1e-6 {
					t.Errorf("after the first pass unit %d has mean %g and variance %g", i, mean[i], variance[i])
				}
			}
			first := v[scale].Data
			x := batch()
			got := pass(t, n, v, x)
			wantNear(t, "scale after the second pass", v[scale].Data, first, 0)
			length := perUnitLength(v[weight], c.units)
			scaled := tensor.NewArray(tensor.Float64, weight.Shape()...)
			for i, w := range v[weight].Data {
				unit := unitOf(i, weight.Shape(), c.units)
				scaled.Data[i] = w * v[scale].Data[unit] / length[unit]
			}
			at := map[*tensor.Tensor]*tensor.Array{plain.Params[0].Value: scaled, plain.Params[1].Value: v[bias]}
			wantNear(t, "second pass", got.Data, evaluate(t, at, plain.Apply(context(), x))[0].Data, 1e-10)
		})
	}
}

// unitOf returns the unit that element i of a weight belongs to.
func unitOf(i int, shape []int, units int) int {
	return i / tensor.Size(shape[units+1:]) % shape[units]
}

func perUnitLength(w *tensor.Array, units int) []float64 {
	length := make([]float64, w.Shape[units])
	for i, v := range w.Data {
		length[unitOf(i, w.Shape, units)] += v * v
	}
	for i, v := range length {
		length[i] = math.Sqrt(v)
	}
	return length
}

// TestWeightNormOfTwoBatchesInOneTrace applies a layer to real and to generated
// examples, like a discriminator. The first application sets the scale. The gradient
// by the scale includes both applications.
func TestWeightNormOfTwoBatchesInOneTrace(t *testing.T) {
	n := nn.NewOf(tensor.Float64, "D", []int{3}, nn.WeightNorm(nn.Linear(2, nn.Normal(1), nn.Zeros)))
	s := random.New(10, "x")
	real, fake := tensor.Const(normal(s, 5, 3)), tensor.Const(normal(s, 5, 3))
	c := context()
	a, b := n.Apply(c, real), n.Apply(c, fake)
	scale := c.Value(n.Params[2])
	loss := a.Square().Sum().Add(b.Square().Sum())
	got := evaluate(t, values(n), a, b, scale, tensor.Grad(loss, scale))
	mean, variance := moments(got[0])
	wantNear(t, "mean of the first", mean, []float64{0, 0}, 1e-9)
	wantNear(t, "variance of the first", variance, []float64{1, 1}, 1e-6)

	// With y = s t + b, the derivative of the sum of y^2 by s is the sum of 2 y t.
	bias := evaluate(t, values(n), c.Value(n.Params[1]))[0].Data
	want := make([]float64, 2)
	for _, y := range got[:2] {
		for i, v := range y.Data {
			want[i%2] += 2 * v * (v - bias[i%2]) / got[2].Data[i%2]
		}
	}
	wantNear(t, "gradient by the scale", got[3].Data, want, 1e-9)
}

func TestWeightDirectionHasFixedScales(t *testing.T) {
	n := nn.New("D", []int{3}, nn.WeightDirection(nn.Linear(2, nn.Normal(1), nn.Zeros)))
	if got := len(n.Trainable()); got != 2 {
		t.Errorf("an optimiser may change %d parameters, want weight and bias", got)
	}
	if c := nn.NewContext(false, nil); n.Apply(c, tensor.Zeros(tensor.Float32, 1, 3)) == nil || len(c.Changed(n.Params)) > 0 {
		t.Error("weight normalisation sets something outside training")
	}
}
