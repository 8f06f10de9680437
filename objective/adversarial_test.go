package objective

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

// valueOf computes a scalar.
func valueOf(t *testing.T, x *tensor.Tensor) float64 {
	t.Helper()
	got, err := tensor.Eval([]*tensor.Tensor{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got[0].Data[0]
}

func wantValue(t *testing.T, what string, x *tensor.Tensor, want, tolerance float64) {
	t.Helper()
	if got := valueOf(t, x); !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

var margins = tensor.Const(array([]int{3, 1}, .5, 2, 0))

// all is every objective, with settings that give all terms a weight.
var all = map[string]Adversarial{
	"minimax":                 Minimax{},
	"non-saturating":          NonSaturating{},
	"minimax, smoothed":       Minimax{}.Smooth(.9),
	"non-saturating, smooth":  NonSaturating{}.Smooth(.7),
	"soft labels":             SoftLabels{Real: .9, Fake: .1, G: .8},
	"Wasserstein":             Wasserstein{},
	"least squares":           LeastSquares{A: -1.5, B: 1, C: .25},
	"hinge":                   Hinge{},
	"relativistic":            Relativistic{},
	"loss-sensitive":          LossSensitive{Gamma: .3, Margin: margins},
	"loss-sensitive, slope":   LossSensitive{Slope: .5, Margin: margins},
	"loss-sensitive, no sign": LossSensitive{Slope: -1},
}

// TestFormulasOfScores compares the losses with the formulas of the papers, written as
// sums over the three examples.
func TestFormulasOfScores(t *testing.T) {
	x, g, m := real.Attr().(tensor.ConstantAttr).Value.Data, fake.Attr().(tensor.ConstantAttr).Value.Data, []float64{.5, 2, 0}
	average := func(f func(i int) float64) float64 { return (f(0) + f(1) + f(2)) / 3 }
	smooth := func(r float64) float64 {
		return -average(func(i int) float64 {
			d := probability(x[i])
			return r*math.Log(d) + (1-r)*math.Log(1-d) + math.Log(1-probability(g[i]))
		})
	}
	relativistic := func(sign float64) float64 {
		return -average(func(i int) float64 { return math.Log(probability(sign * (x[i] - g[i]))) })
	}
	meanFake := average(func(i int) float64 { return g[i] })
	for name, want := range map[string][2]float64{ // of D and of G
		"minimax, smoothed":      {smooth(.9), average(func(i int) float64 { return math.Log(1 - probability(g[i])) })},
		"non-saturating, smooth": {smooth(.7), -average(func(i int) float64 { return math.Log(probability(g[i])) })},
		"Wasserstein":            {average(func(i int) float64 { return g[i] - x[i] }), -meanFake},
		"least squares": {
			average(func(i int) float64 { return math.Pow(x[i]-1, 2)/2 + math.Pow(g[i]+1.5, 2)/2 }),
			average(func(i int) float64 { return math.Pow(g[i]-.25, 2) / 2 })},
		"hinge":        {average(func(i int) float64 { return max(0, 1-x[i]) + max(0, 1+g[i]) }), -meanFake},
		"relativistic": {relativistic(1), relativistic(-1)},
		"loss-sensitive": {average(func(i int) float64 {
			return .3*x[i] + max(0, m[i]+x[i]-g[i])
		}), meanFake},
		"loss-sensitive, slope": {average(func(i int) float64 {
			a := m[i] + x[i] - g[i]
			return max(a, a/2)
		}), meanFake},
		"loss-sensitive, no sign": {average(func(i int) float64 { return math.Abs(x[i] - g[i]) }), meanFake},
	} {
		wantValue(t, "D of "+name, all[name].Discriminator(real, fake), want[0], 1e-12)
		wantValue(t, "G of "+name, all[name].Generator(real, fake), want[1], 1e-12)
	}
}

// TestObjectiveGradients checks the gradients of all losses at orders 1 and 2. No score
// is where a loss has no derivative.
func TestObjectiveGradients(t *testing.T) {
	at := []*tensor.Array{array([]int{3, 1}, 2, -.9, .5), array([]int{3, 1}, -3, .25, 1.1)}
	for name, o := range all {
		gradcheck.Check(t, "D of "+name, func(v []*tensor.Tensor) *tensor.Tensor { return o.Discriminator(v[0], v[1]) }, at)
		gradcheck.Check(t, "G of "+name, func(v []*tensor.Tensor) *tensor.Tensor {
			return o.Generator(v[0], v[1]).Add(v[0].Square().Sum()) // G need not use the scores of real examples
		}, at)
	}
}

// TestObjectivesDoNotOverflow gives scores far from 0 in float32.
func TestObjectivesDoNotOverflow(t *testing.T) {
	for name, o := range all {
		if m, ok := o.(LossSensitive); ok && m.Margin != nil {
			m.Margin = tensor.Full(tensor.Float32, 1, 2, 1)
			o = m
		}
		for _, signs := range [][2]float64{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
			x, g := tensor.Full(tensor.Float32, signs[0]*1e4, 2, 1), tensor.Full(tensor.Float32, signs[1]*1e4, 2, 1)
			dx := tensor.Grads(o.Discriminator(x, g), x, g)
			for _, v := range []*tensor.Tensor{o.Discriminator(x, g), o.Generator(x, g), dx[0], dx[1], tensor.Grad(o.Generator(x, g), g)} {
				if got := valueOf(t, v); math.IsNaN(got) || math.IsInf(got, 0) {
					t.Errorf("%s with scores %v e4: a loss or gradient is %g", name, signs, got)
				}
			}
		}
	}
}

// TestEquilibrium compares the losses with their values for p_g = p_data and the optimal
// D, which gives the same score to all examples.
func TestEquilibrium(t *testing.T) {
	for _, c := range []struct {
		name      string
		objective Adversarial
		score     float64 // of the optimal D
		d, g      float64
	}{
		{"minimax", Minimax{}, 0, 1.386294361119891, -.693147180559945},
		{"non-saturating", NonSaturating{}, 0, 1.386294361119891, .693147180559945},
		{"smoothed .9", NonSaturating{}.Smooth(.9), math.Log(.45 / .55), 1.3762776, .7985077},
		{"hinge", Hinge{}, 0, 2, 0},
		{"least squares 0 1 1", LeastSquares{0, 1, 1}, .5, .25, .125},
		{"least squares -1 1 0", LeastSquares{-1, 1, 0}, 0, 1, 0},
		{"relativistic", Relativistic{}, 0, .693147180559945, .693147180559945},
		{"Wasserstein", Wasserstein{}, 0, 0, 0},
		{"loss-sensitive", LossSensitive{}, 0, 0, 0},
	} {
		s := tensor.Full(tensor.Float64, c.score, 4, 1)
		wantValue(t, "D of "+c.name, c.objective.Discriminator(s, s), c.d, 1e-6)
		wantValue(t, "G of "+c.name, c.objective.Generator(s, s), c.g, 1e-6)
		both := tensor.Input("s", tensor.Float64)
		same := both.BroadcastTo(4, 1)
		if _, pairs := c.objective.(LossSensitive); pairs {
			continue // max(0, a) has no derivative at 0
		}
		got, err := tensor.Eval([]*tensor.Tensor{tensor.Grad(c.objective.Discriminator(same, same), both)},
			map[*tensor.Tensor]*tensor.Array{both: array(nil, c.score)})
		if err != nil || math.Abs(got[0].Data[0]) > 1e-12 {
			t.Errorf("%s: the gradient of the loss of D at its optimum is %v, error %v", c.name, got[0].Data, err)
		}
	}
}

// TestSmoothChangesNothingAt1 also tests the limits of the target.
func TestSmoothChangesNothingAt1(t *testing.T) {
	wantValue(t, "D", Minimax{}.Smooth(1).Discriminator(real, fake), valueOf(t, Minimax{}.Discriminator(real, fake)), 0)
	for _, target := range []float64{0, -.1, 1.1, math.NaN()} {
		if err := tensor.Try(func() { NonSaturating{}.Smooth(target) }); err == nil {
			t.Errorf("the target %g is accepted", target)
		}
	}
}

// TestMargin compares with the sum of the absolute differences of each pair.
func TestMargin(t *testing.T) {
	x := tensor.Const(array([]int{2, 3}, 1, -2, 3, 0, 0, .5))
	made := tensor.Const(array([]int{2, 3}, 0, 2, 3, 1, -1, 1))
	m := Margin(.1, x, made)
	got, err := tensor.Eval([]*tensor.Tensor{m, tensor.Grad(m.Sum(), made)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if g := got[0]; len(g.Shape) != 2 || g.Shape[0] != 2 || g.Shape[1] != 1 || math.Abs(g.Data[0]-.5) > 1e-15 || math.Abs(g.Data[1]-.25) > 1e-15 {
		t.Errorf("the margins are %v %v, want .5 and .25 of shape [2 1]", g.Shape, g.Data)
	}
	for _, g := range got[1].Data {
		if g != 0 {
			t.Errorf("the margin has the gradient %v", got[1].Data)
		}
	}
}

// TestMarginOfNoise measures the margin between images of uniform numbers in [-1, 1], as
// large as in the paper. The mean of |a - b| is 2/3, its variance 2/9.
func TestMarginOfNoise(t *testing.T) {
	const pairs, pixels = 8, 64 * 64 * 3
	counter := tensor.Zeros(tensor.Uint32, 2)
	noise := func(key float64) *tensor.Tensor {
		k := tensor.Const(&tensor.Array{DType: tensor.Uint32, Shape: []int{2}, Data: []float64{key, 0}})
		return tensor.RandomUniform(k, counter, pairs, 3, 64, 64).Scale(2).Plus(-1)
	}
	const want = 2e-4 * pixels * 2 / 3 // 1.638
	sd := 2e-4 * math.Sqrt(2./9*pixels/pairs)
	wantValue(t, "the mean margin", Margin(2e-4, noise(1), noise(2)).Mean(), want, 4*sd)
	if math.Abs(want-1.638) > 5e-4 {
		t.Errorf("the expected margin is %g, want 1.638", want)
	}
}

// TestLossSensitiveOfALinearLoss has L = w x. While a pair violates its margin, the
// gradient by w is the mean of x - G(z). Otherwise it is 0, and for equal pairs too.
func TestLossSensitiveOfALinearLoss(t *testing.T) {
	w := tensor.Const(array([]int{2, 1}, 1, 1))
	x, made := tensor.Const(array([]int{2, 2}, 1, 0, 3, 1)), tensor.Const(array([]int{2, 2}, 0, .5, 0, 0))
	far := tensor.Const(array([]int{2, 2}, 9, 9, 9, 9))
	for _, c := range []struct {
		name string
		made *tensor.Tensor
		want [2]float64
	}{
		{"active", made, [2]float64{2, .25}}, {"satisfied", far, [2]float64{0, 0}}, {"equal", x, [2]float64{0, 0}},
	} {
		o := LossSensitive{Margin: Margin(.1, x, c.made)}
		loss := o.Discriminator(x.MatMul(w), c.made.MatMul(w))
		got, err := tensor.Eval([]*tensor.Tensor{tensor.Grad(loss, w), loss}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if g := got[0].Data; g[0] != c.want[0] || g[1] != c.want[1] {
			t.Errorf("%s: the gradient is %v, want %v", c.name, g, c.want)
		}
		if c.name != "active" && got[1].Data[0] != 0 {
			t.Errorf("%s: the loss is %g, want 0", c.name, got[1].Data[0])
		}
	}
}

// TestSlope1IsWasserstein compares gradients with those of WGAN, where the sign of the
// scores is the other one.
func TestSlope1IsWasserstein(t *testing.T) {
	got := tensor.Grads(LossSensitive{Slope: 1, Margin: margins}.Discriminator(real, fake), real, fake)
	want := tensor.Grads(Wasserstein{}.Discriminator(real.Neg(), fake.Neg()), real, fake)
	for i := range got {
		wantValue(t, "the difference", got[i].Sub(want[i]).Abs().Sum(), 0, 1e-15)
	}
}

// TestPairsOfOtherSizes wants a misuse where a difference would broadcast.
func TestPairsOfOtherSizes(t *testing.T) {
	one := tensor.Zeros(tensor.Float64, 1, 1)
	for name, build := range map[string]func(){
		"relativistic D": func() { Relativistic{}.Discriminator(real, one) },
		"relativistic G": func() { Relativistic{}.Generator(one, fake) },
		"loss-sensitive": func() { LossSensitive{}.Discriminator(real, one) },
		"margin":         func() { LossSensitive{Margin: one.Reshape(1)}.Discriminator(real, fake) },
		"Margin":         func() { Margin(1, real, one) },
	} {
		if tensor.Try(build) == nil {
			t.Errorf("%s accepts batches of 3 and 1", name)
		}
	}
}

func TestLogits(t *testing.T) {
	for name, o := range all {
		var want bool
		switch o.(type) {
		case Minimax, NonSaturating, SoftLabels, smoothed:
			want = true
		}
		if got := Logits(o); got != want {
			t.Errorf("the scores of %s are logits: %t, want %t", name, got, want)
		}
	}
}
