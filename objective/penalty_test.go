package objective

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

// TestR1OfGivenScores has a score that draws: each call adds a term with another factor.
// The penalty must belong to the scores that it is given.
func TestR1OfGivenScores(t *testing.T) {
	x := tensor.Const(array([]int{2, 2}, 1, 2, 3, 4))
	calls := 0.0
	score := func(x *tensor.Tensor) *tensor.Tensor {
		calls++
		return x.Scale(calls).SumPerExample().Reshape(-1, 1)
	}
	first := score(x)
	score(x)
	wantValue(t, "R1 of the first scores", R1{Gamma: 2}.At(first, x), 2, 1e-15)
	wantValue(t, "R1 of the third scores", R1{Gamma: 2}.Of(score, x), 18, 1e-15)
	if calls != 3 {
		t.Errorf("the score is computed %g times, want 3", calls)
	}
}

// TestCriticBetweenTwoPoints has a linear critic between the real point 1 and the
// generated point 0. The optimal slope is 1 + d/(2 lambda), and the loss is
// -(d + d^2/(4 lambda)).
func TestCriticBetweenTwoPoints(t *testing.T) {
	for _, c := range []struct{ lambda, d, slope, penalty, loss float64 }{
		{10, 1, 1.05, .025, -1.025}, {.1, 1, 6, 2.5, -3.5}, {1, 2, 2, 1, -3},
	} {
		w := tensor.Const(array([]int{1, 1}, c.slope))
		x, made := tensor.Const(array([]int{2, 1}, c.d, c.d)), tensor.Zeros(tensor.Float64, 2, 1)
		score := func(x *tensor.Tensor) *tensor.Tensor { return x.MatMul(w) }
		for _, oneSided := range []bool{false, true} {
			p := GradientPenalty{Lambda: c.lambda, OneSided: oneSided}.Of(score, x, made, tensor.Full(tensor.Float64, .3, 2, 1))
			loss := Wasserstein{}.Discriminator(score(x), score(made)).Add(p)
			wantValue(t, "the penalty", p, c.penalty, 1e-9)
			wantValue(t, "the loss", loss, c.loss, 1e-9)
			wantValue(t, "the gradient by the slope", tensor.Grad(loss, w), 0, 1e-9)
		}
	}
}

// TestOneSidedPenalty has slopes below and above 1.
func TestOneSidedPenalty(t *testing.T) {
	for slope, want := range map[float64][2]float64{.5: {2.5, 0}, 3: {40, 40}} { // two-sided, one-sided
		score := func(x *tensor.Tensor) *tensor.Tensor { return x.Scale(slope) }
		x := tensor.Zeros(tensor.Float64, 3, 1)
		wantValue(t, "two-sided", GradientPenalty{Lambda: 10}.Of(score, x, x, x), want[0], 1e-9)
		wantValue(t, "one-sided", GradientPenalty{Lambda: 10, OneSided: true}.Of(score, x, x, x), want[1], 1e-9)
	}
}

// TestDragan compares with the definition, for the score a sum of cubes. Its gradient
// at a point m is 3 m^2.
func TestDragan(t *testing.T) {
	x, u, e := []float64{1, -2, .5, 3, 0, -1}, []float64{.1, .9, .4, 0, .7, .2}, []float64{.25, .5, 1}
	mean, square := 0., 0.
	for _, v := range x {
		mean += v / 6
		square += v * v / 6
	}
	sd := math.Sqrt(square - mean*mean)
	want := 0.
	for i := range e {
		length := 0.
		for k := range 2 {
			v := x[2*i+k]
			v += e[i] * (v + .5*sd*u[2*i+k] - v)
			length += math.Pow(3*v*v, 2)
		}
		want += 10 * math.Pow(math.Sqrt(length)-1.5, 2) / 3
	}
	cubes := func(x *tensor.Tensor) *tensor.Tensor {
		return x.Mul(x).Mul(x).SumPerExample().Reshape(-1, 1)
	}
	p := Dragan{Lambda: 10, K: 1.5, Scale: .5}.Of(cubes,
		tensor.Const(array([]int{3, 2}, x...)), tensor.Const(array([]int{3, 2}, u...)), tensor.Const(array([]int{3, 1}, e...)))
	wantValue(t, "the penalty", p, want, 1e-9)
}

// TestNewPenaltyGradients checks gradients by the weights of a smooth discriminator, at
// orders 1 and 2.
func TestNewPenaltyGradients(t *testing.T) {
	at := []*tensor.Array{
		array([]int{3, 2}, 0.3, -0.7, 1.1, 0.2, -0.4, 0.9),
		array([]int{3, 2}, -0.1, 0.8, 0.5, -0.6, 0.7, 0.1),
		array([]int{2, 4}, 1.5, -1.2, 1.8, 1.3, -1.9, 1.4, 0.1, 1.7),
		array([]int{4, 1}, 1.6, -1.5, 1.9, 1.2),
	}
	score := func(w []*tensor.Tensor) Score {
		return func(x *tensor.Tensor) *tensor.Tensor { return x.MatMul(w[0]).Tanh().MatMul(w[1]) }
	}
	e := tensor.Const(array([]int{3, 1}, 0.2, 0.9, 0.5))
	gradcheck.Check(t, "R1 at scores", func(v []*tensor.Tensor) *tensor.Tensor {
		return R1{Gamma: 10}.At(score(v[2:])(v[0]), v[0])
	}, at)
	gradcheck.Check(t, "one-sided penalty", func(v []*tensor.Tensor) *tensor.Tensor {
		return GradientPenalty{Lambda: 10, OneSided: true}.Of(score(v[2:]), v[0], v[1], e)
	}, at)
	gradcheck.Check(t, "DRAGAN", func(v []*tensor.Tensor) *tensor.Tensor {
		return Dragan{Lambda: 10, K: 1, Scale: .5}.Of(score(v[2:]), v[0], v[1], e)
	}, at)
}
