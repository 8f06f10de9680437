package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// virtually normalises x, [batch, channels, size], by the published formula: with the mean
// of the squares of x and of the reference.
func virtually(x, reference *tensor.Array) []float64 {
	channels, size := x.Shape[1], x.Shape[2]
	n := float64(reference.Shape[0])
	statistics := func(a *tensor.Array, examples []int, k int) (mean, square float64) {
		for _, i := range examples {
			for j := range size {
				v := a.Data[(i*channels+k)*size+j]
				mean += v / float64(len(examples)*size)
				square += v * v / float64(len(examples)*size)
			}
		}
		return mean, square
	}
	every := make([]int, reference.Shape[0])
	for i := range every {
		every[i] = i
	}
	y := make([]float64, len(x.Data))
	for i := range x.Shape[0] {
		for k := range channels {
			meanX, squareX := statistics(x, []int{i}, k)
			meanR, squareR := statistics(reference, every, k)
			m, s := (meanX+n*meanR)/(n+1), (squareX+n*squareR)/(n+1)
			for j := range size {
				at := (i*channels+k)*size + j
				y[at] = (x.Data[at] - m) / math.Sqrt(1e-5+s-m*m)
			}
		}
	}
	return y
}

// TestVirtualBatchNormIsItsFormula has vectors and feature maps.
func TestVirtualBatchNormIsItsFormula(t *testing.T) {
	for _, in := range [][]int{{3}, {3, 4}, {2, 3, 2}} {
		s := random.New(21, "x")
		x, reference := normal(s, append([]int{3}, in...)...), normal(s, append([]int{5}, in...)...)
		for i := range x.Data {
			x.Data[i] = 2 + 3*x.Data[i]
		}
		flat := func(a *tensor.Array) *tensor.Array {
			return &tensor.Array{DType: a.DType, Shape: []int{a.Shape[0], in[0], tensor.Size(in[1:])}, Data: a.Data}
		}
		want := virtually(flat(x), flat(reference))
		scale, shift := []float64{1.5, -2, 3}[:in[0]], []float64{5, 6, 7}[:in[0]]
		for i := range want {
			k := i / tensor.Size(in[1:]) % in[0]
			want[i] = want[i]*scale[k] + shift[k]
		}
		got := applied(t, nn.ReferenceBatch(5, nn.Values(reference.Data),
			nn.VirtualBatchNorm(nn.Norm{Epsilon: 1e-5, Scale: nn.Values(scale), Shift: nn.Values(shift)})), x)
		if !slices.Equal(got.Shape, x.Shape) {
			t.Errorf("the shape is %v, want %v", got.Shape, x.Shape)
		}
		wantNear(t, "virtual batch norm", got.Data, want, 1e-10)
	}
}

// TestVirtualBatchNormOfTheMean has an example equal to the mean of the reference batch in
// each channel. The output is the shift.
func TestVirtualBatchNormOfTheMean(t *testing.T) {
	reference := []float64{1, 3, 10, 20, 5, 7, 30, 40} // 2 examples of 2 channels of 2: means 4 and 25
	x := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 2, 2}, Data: []float64{4, 4, 25, 25}}
	o := nn.DefaultVirtualBatchNorm
	o.Shift = nn.Values([]float64{.5, -2})
	got := applied(t, nn.ReferenceBatch(2, nn.Values(reference), nn.VirtualBatchNorm(o)), x)
	wantNear(t, "the shift", got.Data, []float64{.5, .5, -2, -2}, 1e-12)
}

// TestVirtualBatchNormOfOneExample applies a network of two such layers to a batch in
// training, and to each of its examples outside training. The outputs must be equal.
func TestVirtualBatchNormOfOneExample(t *testing.T) {
	norm := nn.VirtualBatchNorm(nn.DefaultVirtualBatchNorm)
	network := nn.NewOf(tensor.Float64, "N", []int{1, 4, 4}, nn.ReferenceBatch(6, nn.Normal(1),
		nn.Conv(3, nn.Window{Kernel: 3, Stride: 1, Pad: 1}, nn.Normal(1), nil), norm, nn.ReLU,
		nn.Linear(5, nn.Normal(1), nil), norm))
	if got, want := names(network), []string{"N.0.reference", "N.0.0.weight", "N.0.1.scale", "N.0.1.shift",
		"N.0.3.weight", "N.0.4.scale", "N.0.4.shift"}; !slices.Equal(got, want) {
		t.Errorf("the parameters are %q, want %q", got, want)
	}
	if len(network.Trainable()) != len(network.Params)-1 {
		t.Errorf("%d of %d parameters are trained, want all but the reference", len(network.Trainable()), len(network.Params))
	}
	x, v := normal(random.New(22, "x"), 3, 1, 4, 4), values(network)
	c := context()
	together := evaluate(t, v, network.Apply(c, tensor.Const(x)))[0]
	if changed := c.Changed(network.Params); len(changed) > 0 {
		t.Errorf("training sets %d parameters, want none", len(changed))
	}
	for i := range 3 {
		one := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 1, 4, 4}, Data: x.Data[16*i : 16*(i+1)]}
		alone := evaluate(t, v, network.Apply(nn.NewContext(false, nil), tensor.Const(one)))[0]
		wantNear(t, "an example alone", alone.Data, together.Data[5*i:5*(i+1)], 1e-12)
	}
}

// TestVirtualBatchNormFarFromZero has a mean much larger than the deviation, in float32.
// There the mean of the squares minus the square of the mean would be negative.
func TestVirtualBatchNormFarFromZero(t *testing.T) {
	network := nn.New("N", []int{1}, nn.ReferenceBatch(2, nn.Values([]float64{10_000, 10_002}),
		nn.VirtualBatchNorm(nn.Norm{Epsilon: 1e-5})))
	x := tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{1, 1}, Data: []float64{10_001}})
	if y := evaluate(t, values(network), network.Apply(nn.NewContext(false, nil), x))[0].Data[0]; y != 0 {
		t.Errorf("the mean becomes %g, want 0", y)
	}
}

func TestMisuseOfReferenceBatch(t *testing.T) {
	norm := nn.VirtualBatchNorm(nn.DefaultVirtualBatchNorm)
	for _, c := range []struct {
		layer nn.Layer
		want  string
	}{
		{norm, "the layer must be inside nn.ReferenceBatch"},
		{nn.Sequence(nn.ReferenceBatch(2, nn.Normal(1)), norm), "the layer must be inside nn.ReferenceBatch"},
		{nn.ReferenceBatch(0, nn.Normal(1), norm), "its shape is [0 3], want sizes of at least 1"},
		{nn.ReferenceBatch(2, nn.Normal(1), nn.Concat(nn.Class("class"), nn.OneHot(3))), `reads condition "class"`},
	} {
		wantMisuse(t, func() { nn.New("N", []int{3}, c.layer) }, c.want)
	}
}
