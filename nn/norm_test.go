package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestBatchNormFollowsItsInput compares the statistics in training, the running
// statistics, and the output outside training with the definition.
func TestBatchNormFollowsItsInput(t *testing.T) {
	network := nn.New("N", []int{1, 2}, nn.BatchNorm)
	data := []float64{1, 3, 5, 11} // mean 5, variance 14, unbiased 56/3
	x := tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{2, 1, 2}, Data: data})
	c := context()
	trained := network.Apply(c, x)
	mean, variance := network.Params[2], network.Params[3]
	used := nn.NewContext(false, nil)
	used.Set(mean, c.Value(mean))
	used.Set(variance, c.Value(variance))
	got, err := tensor.Eval([]*tensor.Tensor{trained, c.Value(mean), c.Value(variance), network.Apply(used, x)}, values(network))
	if err != nil {
		t.Fatal(err)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-5*(1+math.Abs(b)) }
	runningMean, runningVariance := 0.1*5, 0.9+0.1*56/3
	if !near(got[1].Data[0], runningMean) || !near(got[2].Data[0], runningVariance) {
		t.Errorf("running mean and variance are %g and %g, want %g and %g",
			got[1].Data[0], got[2].Data[0], runningMean, runningVariance)
	}
	for i, v := range data {
		if want := (v - 5) / math.Sqrt(14+1e-5); !near(got[0].Data[i], want) {
			t.Errorf("in training %g becomes %g, want %g", v, got[0].Data[i], want)
		}
		if want := (v - runningMean) / math.Sqrt(runningVariance+1e-5); !near(got[3].Data[i], want) {
			t.Errorf("outside training %g becomes %g, want %g", v, got[3].Data[i], want)
		}
	}
}

// TestBatchNormOptions sets all options to other values than the defaults.
func TestBatchNormOptions(t *testing.T) {
	o := nn.BatchNormOptions{Epsilon: 0.5, Momentum: 0.25, Scale: nn.Constant(3)}
	network := nn.NewOf(tensor.Float64, "N", []int{1, 2}, nn.BatchNormWith(o))
	if got := names(network); !slices.Equal(got, []string{"N.0.scale", "N.0.mean", "N.0.variance"}) {
		t.Errorf("the parameters are %q", got)
	}
	data := []float64{1, 3, 5, 11} // mean 5, variance 14, unbiased 56/3
	x := tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{2, 1, 2}, Data: data})
	v := values(network)
	got := pass(t, network, v, x)
	want := make([]float64, 4)
	for i, d := range data {
		want[i] = 3 * (d - 5) / math.Sqrt(14.5)
	}
	wantNear(t, "training", got.Data, want, 1e-12)
	mean, variance := 0.25*5, 0.75+0.25*56/3
	wantNear(t, "running mean", v[network.Params[1].Value].Data, []float64{mean}, 1e-12)
	wantNear(t, "running variance", v[network.Params[2].Value].Data, []float64{variance}, 1e-12)
	for i, d := range data {
		want[i] = 3 * (d - mean) / math.Sqrt(variance+0.5)
	}
	wantNear(t, "use", evaluate(t, v, network.Apply(nn.NewContext(false, nil), x))[0].Data, want, 1e-12)
}

// TestBatchStatisticsAreAveragedOverPasses compares the running statistics with
// the means of the statistics of all batches.
func TestBatchStatisticsAreAveragedOverPasses(t *testing.T) {
	const passes, batch = 5, 6
	network := nn.NewOf(tensor.Float64, "G", []int{2}, nn.GaussianNoise(1), nn.BatchNorm)
	v := values(network)
	mean, variance := network.Params[2], network.Params[3]
	v[mean.Value].Data = []float64{100, 100} // the old value does not count
	s := random.New(11, "x")
	wantMean, wantVariance := make([]float64, 2), make([]float64, 2)
	for i := range passes {
		x := normal(s, batch, 2)
		m, biased := moments(x)
		for k := range m {
			wantMean[k] += m[k] / passes
			wantVariance[k] += biased[k] * batch / (batch - 1) / passes
		}
		c := nn.NewContext(true, nil).WithBatchStatistics(tensor.Scalar(tensor.Float32, float64(i)))
		y := network.Apply(c, tensor.Const(x))
		got := evaluate(t, v, y, c.Value(mean), c.Value(variance))
		v[mean.Value], v[variance.Value] = got[1], got[2]
		if m, _ := moments(got[0]); math.Abs(m[0]) > 1e-9 {
			t.Errorf("the output has mean %g, so it is not normalised by the batch", m[0])
		}
		if changed := c.Changed(network.Params); len(changed) != 2 {
			t.Errorf("%d parameters change, want mean and variance", len(changed))
		}
	}
	wantNear(t, "mean", v[mean.Value].Data, wantMean, 1e-6)
	wantNear(t, "variance", v[variance.Value].Data, wantVariance, 1e-6)
}

// TestNormalisationsOfOneExample checks mean and variance of each group that a layer
// normalises.
func TestNormalisationsOfOneExample(t *testing.T) {
	x := normal(random.New(12, "x"), 2, 4, 3, 5)
	for i := range x.Data {
		x.Data[i] = 2 + 3*x.Data[i]
	}
	plain := nn.Norm{Epsilon: 1e-12}
	for name, c := range map[string]struct {
		layer nn.Layer
		group int // number of adjacent elements that are normalised together
	}{
		"layer":            {nn.GroupNorm(1, plain), 60},
		"two groups":       {nn.GroupNorm(2, plain), 30},
		"instance":         {nn.InstanceNorm(plain), 15},
		"layer, unlearned": {nn.LayerNorm, 60},
	} {
		y := applied(t, c.layer, x)
		groups := &tensor.Array{DType: y.DType, Shape: []int{1, len(y.Data) / c.group, c.group}, Data: y.Data}
		mean, variance := moments(groups)
		for i := range mean {
			if math.Abs(mean[i]) > 1e-9 || math.Abs(variance[i]-1) > 1e-5 {
				t.Errorf("%s: group %d has mean %g and variance %g", name, i, mean[i], variance[i])
			}
		}
	}
	affine := applied(t, nn.InstanceNorm(nn.Norm{
		Epsilon: 1e-12, Scale: nn.Values([]float64{1, 2, 3, 4}), Shift: nn.Values([]float64{5, 6, 7, 8})}), x)
	mean, variance := moments(affine)
	wantNear(t, "shift", mean, []float64{5, 6, 7, 8}, 1e-9)
	wantNear(t, "scale", variance, []float64{1, 4, 9, 16}, 1e-9)
}

func TestPixelNorm(t *testing.T) {
	x := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 2, 2}, Data: []float64{3, 0, 4, 2}}
	r, u := math.Sqrt(12.5), math.Sqrt2
	wantNear(t, "pixel norm", applied(t, nn.PixelNorm, x).Data, []float64{3 / r, 0, 4 / r, 2 / u}, 1e-8)
}
