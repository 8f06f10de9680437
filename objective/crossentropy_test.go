package objective

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

func TestCrossEntropy(t *testing.T) {
	logits := array([]int{2, 3}, 1, 2, 0.5, 1000, -1000, 0)
	labels := tensor.Const(&tensor.Array{DType: tensor.Int32, Shape: []int{2}, Data: []float64{2, 0}})
	got, err := tensor.Eval([]*tensor.Tensor{CrossEntropy(tensor.Const(logits), labels)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := -math.Log(math.Exp(0.5) / (math.Exp(1) + math.Exp(2) + math.Exp(0.5)))
	if want := first / 2; math.Abs(got[0].Data[0]-want) > 1e-12 {
		t.Errorf("the cross entropy is %.15g, want %.15g", got[0].Data[0], want)
	}
	gradcheck.Check(t, "cross entropy", func(v []*tensor.Tensor) *tensor.Tensor {
		return CrossEntropy(v[0], labels)
	}, []*tensor.Array{array([]int{2, 3}, 1, 2, 0.5, -0.3, 0.8, 0.1)})
}
