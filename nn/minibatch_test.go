package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestMinibatchDiscrimination compares with the formula of Salimans et al.
// 2016, written as loops.
func TestMinibatchDiscrimination(t *testing.T) {
	const batch, in, kernels, dims = 4, 5, 3, 2
	s := random.New(13, "x")
	x, w := normal(s, batch, in), normal(s, in, kernels*dims)
	for i := range w.Data {
		w.Data[i] *= .3
	}
	m := func(i, k, d int) float64 {
		sum := 0.0
		for j := range in {
			sum += x.Data[i*in+j] * w.Data[j*kernels*dims+k*dims+d]
		}
		return sum
	}
	var withSelf, without []float64
	for i := range batch {
		withSelf, without = append(withSelf, x.Data[i*in:(i+1)*in]...), append(without, x.Data[i*in:(i+1)*in]...)
		for k := range kernels {
			sum := 0.0
			for j := range batch {
				if j != i {
					distance := 0.0
					for d := range dims {
						distance += math.Abs(m(i, k, d) - m(j, k, d))
					}
					sum += math.Exp(-distance)
				}
			}
			withSelf, without = append(withSelf, sum+1), append(without, sum)
		}
	}
	layer := func(bias nn.Initializer) nn.Layer {
		return nn.MinibatchDiscrimination(kernels, dims, nn.Values(w.Data), bias)
	}
	wantNear(t, "with itself", applied(t, layer(nil), x).Data, withSelf, 1e-12)
	wantNear(t, "without itself", applied(t, layer(nn.Constant(-1)), x).Data, without, 1e-12)
}

// TestMinibatchStdDev compares with the definition of Karras et al. 2018: in a
// batch of 6, groups of 3 are examples 0, 2, 4 and 1, 3, 5.
func TestMinibatchStdDev(t *testing.T) {
	const batch, in, space = 6, 4, 3
	x := normal(random.New(14, "x"), batch, in, space)
	at := func(example, channel, place int) float64 { return x.Data[(example*in+channel)*space+place] }
	var want []float64
	for i := range batch {
		want = append(want, x.Data[i*in*space:(i+1)*in*space]...)
		for half := range 2 {
			sum := 0.0
			for channel := 2 * half; channel < 2*half+2; channel++ {
				for place := range space {
					var mean, square float64
					for j := i % 2; j < batch; j += 2 {
						mean += at(j, channel, place) / 3
						square += at(j, channel, place) * at(j, channel, place) / 3
					}
					sum += math.Sqrt(square-mean*mean+1e-8) / (2 * space)
				}
			}
			want = append(want, sum, sum, sum)
		}
	}
	got := applied(t, nn.MinibatchStdDev(3, 2), x)
	if !slices.Equal(got.Shape, []int{batch, in + 2, space}) {
		t.Fatalf("the shape is %v", got.Shape)
	}
	wantNear(t, "standard deviation", got.Data, want, 1e-9)

	vector := &tensor.Array{DType: tensor.Float64, Shape: []int{2, 1}, Data: []float64{1, 4}}
	wantNear(t, "a batch smaller than the group", applied(t, nn.MinibatchStdDev(4, 1), vector).Data, []float64{1, 1.5, 4, 1.5}, 1e-6)
}

func TestNoise(t *testing.T) {
	const n, sd = 40_000, 0.3
	x := tensor.Full(tensor.Float32, 2, 1, n)
	network := nn.New("N", []int{n}, nn.GaussianNoise(sd))
	got := evaluate(t, nil, network.Apply(context(), x))[0]
	mean, variance := moments(&tensor.Array{Shape: []int{1, 1, n}, Data: got.Data})
	// Bounds are five standard errors.
	if d := math.Abs(mean[0] - 2); d > 5*sd/math.Sqrt(n) {
		t.Errorf("the mean is %g, want 2", mean[0])
	}
	if d := math.Abs(variance[0]/(sd*sd) - 1); d > 5*math.Sqrt(2./n) {
		t.Errorf("the variance is %g, want %g", variance[0], sd*sd)
	}
	if network.Apply(nn.NewContext(false, nil), x) != x {
		t.Error("noise is added outside training")
	}
}
