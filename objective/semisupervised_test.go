package objective

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

var (
	logits = &tensor.Array{DType: tensor.Float64, Shape: []int{2, 3}, Data: []float64{1, -2, .5, 0, 3, -1}}
	others = &tensor.Array{DType: tensor.Float64, Shape: []int{3, 3}, Data: []float64{.2, .1, -4, 2, 2, 2, -1, 0, 1}}
)

// TestClassScore compares the losses of Salimans et al. 2016, section 5, with those of the
// authors' code: -l/2 + softplus(l)/2 of unlabelled and softplus(l)/2 of generated
// examples, where l is log(sum(exp(logits))).
func TestClassScore(t *testing.T) {
	got, err := tensor.Eval([]*tensor.Tensor{
		Minimax{}.Discriminator(ClassScore(tensor.Const(logits)), ClassScore(tensor.Const(others))).Scale(.5),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for i := range 2 {
		z := math.Exp(logits.Data[3*i]) + math.Exp(logits.Data[3*i+1]) + math.Exp(logits.Data[3*i+2])
		want += (-math.Log(z) + math.Log1p(z)) / 2 / 2 // -log of D(x) = z/(z+1)
	}
	for i := range 3 {
		z := math.Exp(others.Data[3*i]) + math.Exp(others.Data[3*i+1]) + math.Exp(others.Data[3*i+2])
		want += math.Log1p(z) / 2 / 3 // -log of 1 - D(x)
	}
	if math.Abs(got[0].Data[0]-want) > 1e-12 {
		t.Errorf("%.15g, want %.15g", got[0].Data[0], want)
	}
}

// TestFeatureMatching computes the objective by hand, and checks its gradients.
func TestFeatureMatching(t *testing.T) {
	got, err := tensor.Eval([]*tensor.Tensor{FeatureMatching(tensor.Const(logits), tensor.Const(others))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := (math.Pow(.4-.5, 2) + math.Pow(.7-.5, 2) + math.Pow(-1./3+.25, 2)) / 3
	if math.Abs(got[0].Data[0]-want) > 1e-12 {
		t.Errorf("%.15g, want %.15g", got[0].Data[0], want)
	}
	gradcheck.Check(t, "feature matching", func(v []*tensor.Tensor) *tensor.Tensor { return FeatureMatching(v[0], v[1]) },
		[]*tensor.Array{logits, others})
	gradcheck.Check(t, "class score", func(v []*tensor.Tensor) *tensor.Tensor { return ClassScore(v[0]) }, []*tensor.Array{logits})
}
