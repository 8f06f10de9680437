package gradcheck

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// pretend returns a tensor with the value of value and the gradients of
// gradient. This is the effect of a correct forward pass with a wrong gradient
// rule.
func pretend(value, gradient *tensor.Tensor) *tensor.Tensor {
	return gradient.Add(value.Sub(gradient).StopGradient())
}

// taylor returns the value of x^3 with correct derivatives up to the given
// order and 0 above: the Taylor polynomial about a point that moves with x.
func taylor(x *tensor.Tensor, order int) *tensor.Tensor {
	s := x.StopGradient()
	d := x.Sub(s)
	y := s.Mul(s).Mul(s)
	for k, term := range []*tensor.Tensor{
		s.Mul(s).Scale(3).Mul(d), s.Scale(3).Mul(d).Mul(d), d.Mul(d).Mul(d),
	} {
		if k < order {
			y = y.Add(term)
		}
	}
	return y
}

// oneElement is 1 at one element of [4, 5] and 0 elsewhere.
func oneElement(dtype tensor.DType) *tensor.Tensor {
	a := tensor.NewArray(dtype, 4, 5)
	a.Data[13] = 1
	return tensor.Const(a)
}

// wrong contains cases with wrong gradients, and the order at which they are
// wrong.
var wrong = []struct {
	name  string
	order int
	f     binary
}{
	{"sign", 1, func(a, b *tensor.Tensor) *tensor.Tensor { return pretend(a.Mul(b), a.Mul(b).Neg()) }},
	{"lost", 1, func(a, b *tensor.Tensor) *tensor.Tensor { return a.Sin().StopGradient().Add(b) }},
	{"of another function", 1, func(a, b *tensor.Tensor) *tensor.Tensor { return pretend(a.Tanh(), a.Sin()).Mul(b) }},
	{"lost in one of two inputs", 1, func(a, b *tensor.Tensor) *tensor.Tensor { return a.Mul(b.StopGradient()) }},
	{"off by a little", 1, func(a, b *tensor.Tensor) *tensor.Tensor {
		return pretend(a.Exp(), a.Exp().Scale(1+1e-5)).Mul(b)
	}},
	{"off in one element", 1, func(a, b *tensor.Tensor) *tensor.Tensor {
		return pretend(a.Mul(b), a.Mul(b).Add(a.Mul(oneElement(a.DType())).Scale(1e-3)))
	}},
	{"present where none should be", 1, func(a, b *tensor.Tensor) *tensor.Tensor {
		return pretend(a, a.Add(b.Scale(1e-4)))
	}},
	{"not a number", 1, func(a, b *tensor.Tensor) *tensor.Tensor { return pretend(a.Mul(b), a.Neg().Exp().Neg().Log()) }},
	{"right at order 1 only", 2, func(a, b *tensor.Tensor) *tensor.Tensor { return taylor(a, 1).Add(b) }},
	{"right at order 1 only, by mixed inputs", 2, func(a, b *tensor.Tensor) *tensor.Tensor {
		s, r := a.StopGradient(), b.StopGradient() // a*b to first order
		return s.Mul(b).Add(r.Mul(a)).Sub(s.Mul(r))
	}},
	{"right to order 2 only", 3, func(a, b *tensor.Tensor) *tensor.Tensor { return taylor(a, 2).Add(b) }},
}

func TestWrongGradientsAreCaught(t *testing.T) {
	for _, w := range wrong {
		t.Run(w.name, func(t *testing.T) {
			d := drawn(w.name)
			c := of2(w.name, d.normal(4, 5), d.normal(4, 5), w.f)
			if w.order > 1 {
				if err := c.Verify(Order(w.order - 1)); err != nil {
					t.Errorf("below order %d: %v", w.order, err)
				}
			}
			err := c.Verify(Order(w.order))
			if err == nil {
				t.Fatal("not caught")
			}
			if at := strings.Index(err.Error(), "order "+string(rune('0'+w.order))); at < 0 {
				t.Errorf("not caught at order %d: %v", w.order, err)
			}
		})
	}
}

func TestRightGradientsPass(t *testing.T) {
	d := drawn("right")
	Check(t, "taylor", func(x []*tensor.Tensor) *tensor.Tensor { return taylor(x[0], 3) },
		[]*tensor.Array{d.normal(4, 5)}, Order(3))
	Check(t, "indices are kept", func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Gather(x[1]) },
		[]*tensor.Array{d.normal(3), integers([]int{2}, 2, 2)})
	Check(t, "constant", func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Scalar(tensor.Float64, 2) },
		[]*tensor.Array{d.normal(3)})
}

func TestResultMustBeFloats(t *testing.T) {
	c := of1("floors", drawn("floors").normal(3), func(x *tensor.Tensor) *tensor.Tensor { return x.Convert(tensor.Int32) })
	if err := c.Verify(); err == nil {
		t.Error("integers have no gradient to check")
	}
}

// TestEvaluatorIsUsed checks that Verify calls the given evaluator and returns
// its error.
func TestEvaluatorIsUsed(t *testing.T) {
	c := of1("square", drawn("square").normal(3), func(x *tensor.Tensor) *tensor.Tensor { return x.Square() })
	wrong := func(roots []*tensor.Tensor, inputs map[*tensor.Tensor]*tensor.Array) ([]*tensor.Array, error) {
		found, err := tensor.Eval(roots, inputs)
		if len(roots) > 0 && roots[0].Rank() == 1 {
			found[0].Data[0] += 1e-3
		}
		return found, err
	}
	if err := c.Verify(With(wrong)); err == nil {
		t.Error("the wrong evaluator was not used")
	}
	failure := errors.New("no engine")
	failing := func([]*tensor.Tensor, map[*tensor.Tensor]*tensor.Array) ([]*tensor.Array, error) { return nil, failure }
	if err := c.Verify(With(failing)); !errors.Is(err, failure) {
		t.Errorf("got %v, want %v", err, failure)
	}
}

// The error of the difference is of fourth order in the step.
func TestDifferenceIsOfFourthOrder(t *testing.T) {
	c := of1("exp", tensor.NewArray(tensor.Float64), func(x *tensor.Tensor) *tensor.Tensor { return x.Exp() })
	tr, err := c.Trace(1)
	if err != nil {
		t.Fatal(err)
	}
	one := []*tensor.Array{{DType: tensor.Float64, Data: []float64{1}}}
	var errs []float64
	for _, step := range []float64{0.1, 0.05} {
		p := &probe{tr: tr, eval: tensor.Eval, at: c.At(tr), step: step}
		errs = append(errs, math.Abs(p.difference(0, one)/tr.Weights.Data[0]-1))
	}
	if ratio := errs[0] / errs[1]; math.Abs(ratio-16) > 0.1 {
		t.Errorf("halving the step divides the error by %g, want 16", ratio)
	}
}
