package objective

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

var (
	real = tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{3, 1}, Data: []float64{2, -1, 0.5}})
	fake = tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{3, 1}, Data: []float64{-3, 0.25, 1}})
)

// probability is D(x) for a score.
func probability(score float64) float64 { return 1 / (1 + math.Exp(-score)) }

func mean(f func(d float64) float64, scores *tensor.Tensor) float64 {
	sum := 0.0
	data := scores.Attr().(tensor.ConstantAttr).Value.Data
	for _, s := range data {
		sum += f(probability(s))
	}
	return sum / float64(len(data))
}

// TestPublishedFormulas compares the losses, which are functions of scores, with the
// formulas of the paper, which are functions of D(x).
func TestPublishedFormulas(t *testing.T) {
	log1m := func(d float64) float64 { return math.Log(1 - d) }
	value := mean(math.Log, real) + mean(log1m, fake)
	for name, c := range map[string]struct {
		loss *tensor.Tensor
		want float64
	}{
		"minimax discriminator":        {Minimax{}.Discriminator(real, fake), -value},
		"minimax generator":            {Minimax{}.Generator(real, fake), mean(log1m, fake)},
		"non-saturating discriminator": {NonSaturating{}.Discriminator(real, fake), -value},
		"non-saturating generator":     {NonSaturating{}.Generator(real, fake), -mean(math.Log, fake)},
	} {
		got, err := tensor.Eval([]*tensor.Tensor{c.loss}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(got[0].Data[0] - c.want); d > 1e-12 {
			t.Errorf("%s is %.15g, want %.15g", name, got[0].Data[0], c.want)
		}
	}
}

func TestLossesDoNotOverflow(t *testing.T) {
	huge := tensor.Full(tensor.Float32, 1e4, 2, 1)
	for name, loss := range map[string]*tensor.Tensor{
		"sure and wrong": NonSaturating{}.Discriminator(huge.Neg(), huge),
		"sure and right": NonSaturating{}.Discriminator(huge, huge.Neg()),
		"generator":      NonSaturating{}.Generator(nil, huge.Neg()),
	} {
		got, err := tensor.Eval([]*tensor.Tensor{loss}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if v := got[0].Data[0]; math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s: the loss is %g", name, v)
		}
	}
}

func array(shape []int, data ...float64) *tensor.Array {
	return &tensor.Array{DType: tensor.Float64, Shape: shape, Data: data}
}

// TestPenaltyGradients checks the gradients of the penalties by the weights of a
// smooth discriminator, at orders 1 and 2. A penalty contains a gradient itself.
func TestPenaltyGradients(t *testing.T) {
	at := []*tensor.Array{
		array([]int{3, 2}, 0.3, -0.7, 1.1, 0.2, -0.4, 0.9),
		array([]int{3, 2}, -0.1, 0.8, 0.5, -0.6, 0.7, 0.1),
		array([]int{2, 4}, 0.5, -0.2, 0.8, 0.3, -0.9, 0.4, 0.1, 0.7),
		array([]int{4, 1}, 0.6, -0.5, 0.9, 0.2),
	}
	score := func(w []*tensor.Tensor) Score {
		return func(x *tensor.Tensor) *tensor.Tensor { return x.MatMul(w[0]).Tanh().MatMul(w[1]) }
	}
	gradcheck.Check(t, "R1", func(v []*tensor.Tensor) *tensor.Tensor {
		return R1{Gamma: 10}.Of(score(v[2:]), v[0])
	}, at)
	gradcheck.Check(t, "gradient penalty", func(v []*tensor.Tensor) *tensor.Tensor {
		e := tensor.Const(array([]int{3, 1}, 0.2, 0.9, 0.5))
		return GradientPenalty{Lambda: 10}.Of(score(v[2:]), v[0], v[1], e)
	}, at)
}

func TestR1OfALinearScore(t *testing.T) {
	w := tensor.Const(array([]int{2, 1}, 3, 4))
	x := tensor.Const(array([]int{5, 2}, make([]float64, 10)...))
	linear := func(x *tensor.Tensor) *tensor.Tensor { return x.MatMul(w) }
	got, err := tensor.Eval([]*tensor.Tensor{
		R1{Gamma: 2}.Of(linear, x),
		GradientPenalty{Lambda: 10}.Of(linear, x, x, tensor.Const(array([]int{5, 1}, make([]float64, 5)...))),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if v := got[0].Data[0]; v != 25 {
		t.Errorf("R1 of a score with gradient (3, 4) and gamma 2 is %g, want 25", v)
	}
	if v := got[1].Data[0]; math.Abs(v-160) > 1e-9 {
		t.Errorf("the gradient penalty of a score with gradient (3, 4) is %g, want 10 (5-1)^2 = 160", v)
	}
}
