package nn_test

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

func names(n *nn.Network) []string {
	var list []string
	for _, p := range n.Params {
		list = append(list, p.Name)
	}
	return list
}

func TestParametersOfLayersInLayers(t *testing.T) {
	linear := nn.Linear(3, nn.He, nn.Zeros)
	n := nn.New("G", []int{3},
		linear,
		nn.Residual(nn.Sequence(nn.ReLU, linear, nn.Sequence(nn.SpectralNorm(linear))), linear),
		nn.Concat(nn.Class("class"), nn.Embedding(10, 2, nn.He), nn.WeightNorm(linear)),
		nn.BatchNorm)
	want := []string{
		"G.0.weight", "G.0.bias",
		"G.1.0.1.weight", "G.1.0.1.bias",
		"G.1.0.2.0.weight", "G.1.0.2.0.bias", "G.1.0.2.0.weight.u",
		"G.1.1.weight", "G.1.1.bias",
		"G.2.0.weight",
		"G.2.1.weight", "G.2.1.bias", "G.2.1.weight.scale", "G.2.1.weight.initialised",
		"G.3.scale", "G.3.shift", "G.3.mean", "G.3.variance",
	}
	if got := names(n); !slices.Equal(got, want) {
		t.Errorf("the parameters are\n%q, want\n%q", got, want)
	}
	if !slices.Equal(n.Out, []int{6}) {
		t.Errorf("the output has shape %v, want [6]", n.Out)
	}
	for _, p := range n.Trainable() {
		if slices.Contains([]string{"G.1.0.2.0.weight.u", "G.2.1.weight.initialised", "G.3.mean", "G.3.variance"}, p.Name) {
			t.Errorf("an optimiser may change %s", p.Name)
		}
	}
}

func TestANameUsedTwiceIsMisuse(t *testing.T) {
	twice := func(b *nn.Builder, in []int) nn.Apply {
		b.Within(0, nn.Linear(2, nn.He, nil), in)
		apply, _ := b.Within(0, nn.Linear(3, nn.He, nil), in)
		return apply
	}
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.Tanh, twice) }, "D.1.0.weight", "two parameters")
}

func TestLayersInParallel(t *testing.T) {
	double := nn.Each(func(x *tensor.Tensor) *tensor.Tensor { return x.Scale(2) })
	square := nn.Each((*tensor.Tensor).Square)
	x := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 2}, Data: []float64{3, -1}}
	wantNear(t, "sum", applied(t, nn.Sum(double, square), x).Data, []float64{15, -1}, 0)
	wantNear(t, "product", applied(t, nn.Product(double, square, square), x).Data, []float64{486, -2}, 0)
	wantNear(t, "join", applied(t, nn.Join(double, square), x).Data, []float64{6, -2, 9, 1}, 0)
	wantNear(t, "residual", applied(t, nn.Residual(square, nil), x).Data, []float64{12, 0}, 0)
	wantNear(t, "residual with skip", applied(t, nn.Residual(square, double), x).Data, []float64{15, -1}, 0)
	wantNear(t, "nothing", applied(t, nn.Sequence(), x).Data, x.Data, 0)
}

func TestMisuseOfLayersInLayers(t *testing.T) {
	three, four := nn.Linear(3, nn.He, nil), nn.Linear(4, nn.He, nil)
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.Residual(three, nil)) }, "nn.Sum", "D.0", "[3]", "[4]")
	wantMisuse(t, func() { nn.New("D", []int{2, 1}, nn.Sum(nn.Reshape(1, 2), nn.Sequence())) }, "nn.Sum")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.Sum()) }, "at least one")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.Product(three, four)) }, "nn.Product", "[3]", "[4]")
	wantMisuse(t, func() {
		nn.New("G", []int{4, 2}, nn.ConvTranspose(5, nn.Window{Kernel: 2, Stride: 1, Groups: 2}, nn.He, nil))
	}, "2 groups", "5 channels")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.Join()) }, "at least one")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.SpectralNorm(nn.Tanh)) }, "no weight")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.WeightNorm(nn.Sequence(three, four))) }, "2 weights")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.GroupNorm(3, nn.Affine)) }, "4 channels")
	wantMisuse(t, func() { nn.New("D", []int{4}, nn.MinibatchStdDev(4, 3)) }, "nn.MinibatchStdDev", "not 3")
	wantMisuse(t, func() { nn.New("D", []int{4, 3}, nn.MaxPool(nn.Pool{Kernel: 4, Stride: 1})) }, "does not fit")
	wantMisuse(t, func() { nn.New("D", []int{4, 3}, nn.MaxPool(nn.Pool{Kernel: 2})) }, "stride at least 1")
	wantMisuse(t, func() { nn.New("D", []int{4, 3}, nn.AveragePool(nn.Pool{Kernel: 3, Stride: 1, Pad: 2})) }, "half the kernel")
	n := nn.New("D", []int{4}, nn.MinibatchStdDev(4, 1))
	wantMisuse(t, func() { n.Apply(context(), tensor.Zeros(tensor.Float32, 6, 4)) }, "do not divide the batch")
}
