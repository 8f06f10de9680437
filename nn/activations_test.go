package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestActivations compares the activations of a network with the outputs of shorter
// networks of the same layers.
func TestActivations(t *testing.T) {
	conv := nn.Conv(3, nn.Window{Kernel: 3, Stride: 1, Pad: 1}, nn.Normal(.5), nil)
	layers := []nn.Layer{
		nn.Sequence(), conv, nn.LeakyReLU(.2), // 0 to 2
		nn.Residual(conv, nil), nn.BatchNorm, nn.ReLU, nn.Reshape(3 * 4 * 4), // 3 to 6
		nn.Linear(5, nn.Normal(.5), nil), nn.Tanh, // 7, 8
		nn.Linear(1, nn.Normal(.5), nil), nn.Sigmoid,
	}
	x := tensor.Const(normal(random.New(1, "x"), 2, 3, 4, 4))
	whole := nn.NewOf(tensor.Float64, "N", []int{3, 4, 4}, layers...)
	hidden := whole.Activations(context(), x)
	got := evaluate(t, values(whole), hidden...)
	ends := []int{3, 6, 9} // of the layers up to each activation
	if len(got) != len(ends) {
		t.Fatalf("%d activations, want %d", len(got), len(ends))
	}
	for i, end := range ends {
		short := nn.NewOf(tensor.Float64, "N", []int{3, 4, 4}, layers[:end]...)
		want := evaluate(t, values(short), short.Apply(context(), x))[0]
		if !slices.Equal(got[i].Shape, want.Shape) {
			t.Errorf("activation %d has shape %v, want %v", i, got[i].Shape, want.Shape)
		}
		wantNear(t, "activation", got[i].Data, want.Data, 0)
	}
	if single := nn.New("N", []int{3}, nn.Linear(2, nn.He, nil), nn.ReLU); len(single.Activations(context(), tensor.Zeros(tensor.Float32, 1, 3))) != 0 {
		t.Error("a network of one layer has hidden activations")
	}
}

// TestAdaptiveMaxPool compares it with loops over the windows of PyTorch's formula.
func TestAdaptiveMaxPool(t *testing.T) {
	for _, n := range []int{1, 3, 4} {
		for _, side := range [][2]int{{4, 4}, {8, 8}, {14, 7}, {5, 13}, {9, 4}} {
			h, w := side[0], side[1]
			x := normal(random.New(2, "x"), 2, 2, h, w)
			got := applied(t, nn.AdaptiveMaxPool(n), x)
			var want []float64
			for plane := range 4 {
				for i := range n {
					for j := range n {
						top := math.Inf(-1)
						for y := int(math.Floor(float64(i*h) / float64(n))); y < int(math.Ceil(float64((i+1)*h)/float64(n))); y++ {
							for z := int(math.Floor(float64(j*w) / float64(n))); z < int(math.Ceil(float64((j+1)*w)/float64(n))); z++ {
								top = max(top, x.Data[(plane*h+y)*w+z])
							}
						}
						want = append(want, top)
					}
				}
			}
			wantNear(t, "adaptive max pool", got.Data, want, 0)
		}
	}
	if got := applied(t, nn.AdaptiveMaxPool(4), normal(random.New(3, "x"), 1, 2, 2, 6)); !slices.Equal(got.Shape, []int{1, 2, 2, 4}) {
		t.Errorf("an axis shorter than the number of windows: shape %v", got.Shape)
	}
}
