package model

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

func array(shape []int, data ...float64) *tensor.Array {
	return &tensor.Array{DType: tensor.Float64, Shape: shape, Data: data}
}

func value(t *testing.T, x *tensor.Tensor) float64 {
	t.Helper()
	got, err := tensor.Eval([]*tensor.Tensor{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got[0].Data[0]
}

// TestLosses compares losses with their definitions. If a loss is a case of an
// objective, it also compares them.
func TestLosses(t *testing.T) {
	z := []float64{1, 2, .5, -3, 0, 2}
	target := []float64{0, 0, 1, .25, .75, 0}
	logits, targets := tensor.Const(array([]int{2, 3}, z...)), tensor.Const(array([]int{2, 3}, target...))
	var binary, categorical, squared float64
	for i := range 2 {
		sum := 0.0
		for _, z := range z[3*i : 3*i+3] {
			sum += math.Exp(z)
		}
		for j := 3 * i; j < 3*i+3; j++ {
			p := 1 / (1 + math.Exp(-z[j]))
			binary -= (target[j]*math.Log(p) + (1-target[j])*math.Log(1-p)) / 6
			categorical -= target[j] * math.Log(math.Exp(z[j])/sum) / 2
			squared += (z[j] - target[j]) * (z[j] - target[j]) / 6
		}
	}
	wantNear(t, "the binary cross entropy", value(t, BinaryCrossEntropy(logits, targets)), binary)
	wantNear(t, "the categorical cross entropy", value(t, CategoricalCrossEntropy(logits, targets)), categorical)
	wantNear(t, "the mean squared error", value(t, MeanSquaredError(logits, targets)), squared)

	labels := tensor.Const(&tensor.Array{DType: tensor.Int32, Shape: []int{2}, Data: []float64{2, 0}})
	oneHot := tensor.Const(array([]int{2, 3}, 0, 0, 1, 1, 0, 0))
	wantNear(t, "the categorical cross entropy of labels",
		value(t, CategoricalCrossEntropy(logits, oneHot)), value(t, objective.CrossEntropy(logits, labels)))
	ones := tensor.Full(tensor.Float64, 1, 2, 3)
	wantNear(t, "the binary cross entropy of ones",
		value(t, BinaryCrossEntropy(logits, ones)), value(t, objective.NonSaturating{}.Generator(nil, logits)))
}

func TestLossesDoNotOverflow(t *testing.T) {
	for _, z := range []float64{1e4, -1e4} {
		logits := tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{1, 2}, Data: []float64{z, 0}})
		targets := tensor.Full(tensor.Float32, .5, 1, 2)
		wantNear(t, "the binary cross entropy", value(t, BinaryCrossEntropy(logits, targets)), (5e3+math.Ln2)/2)
		wantNear(t, "the categorical cross entropy", value(t, CategoricalCrossEntropy(logits, targets)), 5e3)
	}
}

func TestLossGradients(t *testing.T) {
	targets := tensor.Const(array([]int{2, 3}, 0, .5, .5, 1, 0, 0))
	at := []*tensor.Array{array([]int{2, 3}, .3, -.7, 1.1, .2, -.4, .9)}
	for name, loss := range map[string]Loss{
		"binary": BinaryCrossEntropy, "categorical": CategoricalCrossEntropy, "squared": MeanSquaredError,
	} {
		gradcheck.Check(t, name, func(v []*tensor.Tensor) *tensor.Tensor { return loss(v[0], targets) }, at)
	}
}
