package nn_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// TestBatchNormFollowsItsInput compares training statistics, the running ones
// and the use of those with the definition.
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

func TestTransposedConvDoublesTheSize(t *testing.T) {
	up := nn.New("G", []int{8, 4, 4}, nn.ConvTranspose(3, nn.Window{Kernel: 4, Stride: 2, Pad: 1}, nn.He, nil))
	if got := up.Out; got[0] != 3 || got[1] != 8 || got[2] != 8 {
		t.Errorf("4x4 becomes %v, want [3 8 8]", got)
	}
	if up.Size() != 8*3*4*4 {
		t.Errorf("%d parameters, want %d", up.Size(), 8*3*4*4)
	}
}
