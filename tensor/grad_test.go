package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gander-ml/gander/tensor"
)

// at returns the gradient of sum(f) at a float64 point.
func at(t *testing.T, f func(x *tensor.Tensor) *tensor.Tensor, point ...float64) []float64 {
	t.Helper()
	x := vector(tensor.Float64, point...)
	return eval(t, tensor.Grad(f(x).Sum(), x)).Data
}

// TestGradientsAtKinks checks documented gradients where finite differences are
// not valid.
func TestGradientsAtKinks(t *testing.T) {
	two := func(f func(a, b *tensor.Tensor) *tensor.Tensor) func(*tensor.Tensor) *tensor.Tensor {
		return func(x *tensor.Tensor) *tensor.Tensor { return f(x.Slice1(0, 0, 1), x.Slice1(0, 1, 2)) }
	}
	for _, c := range []struct {
		name  string
		f     func(x *tensor.Tensor) *tensor.Tensor
		point []float64
		want  []float64
	}{
		{"abs", (*tensor.Tensor).Abs, []float64{0, -2, nan}, []float64{0, -1, nan}},
		{"relu", (*tensor.Tensor).ReLU, []float64{0, -1, 1, inf}, []float64{0, 0, 1, 1}},
		{"leaky relu", func(x *tensor.Tensor) *tensor.Tensor { return x.LeakyReLU(0.2) }, []float64{0, -1, 1}, []float64{0.2, 0.2, 1}},
		{"softplus", (*tensor.Tensor).Softplus, []float64{0, -1000, 1000, nan}, []float64{0.5, 0, 1, nan}},
		{"sign", (*tensor.Tensor).Sign, []float64{0, 2}, []float64{0, 0}},
		{"floor", (*tensor.Tensor).Floor, []float64{1, 2.5}, []float64{0, 0}},
		{"max shares a tie", two((*tensor.Tensor).Max), []float64{3, 3}, []float64{0.5, 0.5}},
		{"min shares a tie", two((*tensor.Tensor).Min), []float64{3, 3}, []float64{0.5, 0.5}},
		{"max gives the winner all", two((*tensor.Tensor).Max), []float64{3, 4}, []float64{0, 1}},
		{"max of equals that are one value", func(x *tensor.Tensor) *tensor.Tensor { return x.Max(x) }, []float64{3}, []float64{1}},
		{"max over an axis shares ties", func(x *tensor.Tensor) *tensor.Tensor { return x.MaxOver(0) }, []float64{2, 5, 5, 5}, []float64{0, 1. / 3, 1. / 3, 1. / 3}},
		{"max over an axis gives infinities their share", func(x *tensor.Tensor) *tensor.Tensor { return x.MaxOver() }, []float64{-inf, -inf}, []float64{0.5, 0.5}},
		{"pow by the exponent", two((*tensor.Tensor).Pow), []float64{-2, 2}, []float64{-4, 0}},
		{"pow of the negative by a broken exponent", two((*tensor.Tensor).Pow), []float64{-2, 0.5}, []float64{nan, 0}},
		{"pow of 0", two((*tensor.Tensor).Pow), []float64{0, 2}, []float64{0, 0}},
		{"pow to the 0", two((*tensor.Tensor).Pow), []float64{0, 0}, []float64{0, 0}},
		{"pow of 0 to the negative", two((*tensor.Tensor).Pow), []float64{0, -1}, []float64{-inf, 0}},
		{"pow of infinity to the 0", two((*tensor.Tensor).Pow), []float64{inf, 0}, []float64{0, inf}},
		{"logsumexp of one impossible", func(x *tensor.Tensor) *tensor.Tensor { return x.LogSumExp(0) }, []float64{-inf, 3}, []float64{0, 1}},
		{"a branch not taken gives no NaN", func(x *tensor.Tensor) *tensor.Tensor {
			return x.Compare(tensor.Greater, tensor.Scalar(tensor.Float64, 0)).Select(x, x.Neg())
		}, []float64{0, 1}, []float64{-1, 1}},
		{"stop-gradient", func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(x.StopGradient()) }, []float64{3}, []float64{3}},
		{"through integers none flows", func(x *tensor.Tensor) *tensor.Tensor {
			return x.Convert(tensor.Int32).Convert(tensor.Float64).Add(x)
		}, []float64{3}, []float64{1}},
		{"an independent loss", func(x *tensor.Tensor) *tensor.Tensor { return tensor.Zeros(tensor.Float64) }, []float64{3, 4}, []float64{0, 0}},
	} {
		if diff := cmp.Diff(c.want, at(t, c.f, c.point...), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestSecondGradientsAtKinks: the second gradient of softplus at 0 is 1/4, of
// x^1 it is 0.
func TestSecondGradientsAtKinks(t *testing.T) {
	second := func(f func(*tensor.Tensor) *tensor.Tensor) func(*tensor.Tensor) *tensor.Tensor {
		return func(x *tensor.Tensor) *tensor.Tensor { return tensor.Grad(f(x).Sum(), x) }
	}
	if got := at(t, second((*tensor.Tensor).Softplus), 0)[0]; got != 0.25 {
		t.Errorf("softplus: %g, want 0.25", got)
	}
	power := func(x *tensor.Tensor) *tensor.Tensor { return x.Pow(tensor.Scalar(tensor.Float64, 1)) }
	if got := at(t, second(power), 0)[0]; got != 0 {
		t.Errorf("x^1: %g, want 0", got)
	}
}

// check evaluates gradients at x = 3 and compares them.
func check(t *testing.T, x *tensor.Tensor, got []*tensor.Tensor, want ...float64) {
	t.Helper()
	found, err := tensor.Eval(got, map[*tensor.Tensor]*tensor.Array{x: array(tensor.Float64, nil, 3)})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		if math.Abs(found[i].Data[0]-w) > 1e-12 {
			t.Errorf("gradient %d is %g, want %g", i, found[i].Data[0], w)
		}
	}
}

func TestGradsByIntermediateValues(t *testing.T) {
	x := tensor.Input("x", tensor.Float64)
	y := x.Square()  // 9
	z := y.Scale(2)  // 18
	loss := z.Mul(x) // 2x^3
	check(t, x, tensor.Grads(loss, x, y, z), 54, 6, 3)
	check(t, x, tensor.Grads(loss, z, y, x), 3, 6, 54)
	check(t, x, tensor.Grads(loss, y), 6)
	check(t, x, tensor.Grads(loss, x, x), 54, 54)
	check(t, x, tensor.Grads(loss, loss), 1)
	check(t, x, tensor.Grads(loss, loss, x, z), 1, 54, 3)
	check(t, x, tensor.Grads(x, x), 1)
	check(t, x, tensor.Grads(x, y), 0) // x is not computed from y
	check(t, x, tensor.Grads(loss, tensor.Input("other", tensor.Float64)), 0)
}

func TestGradsAtStopGradient(t *testing.T) {
	x := tensor.Input("x", tensor.Float64)
	s := x.Square().StopGradient()
	loss := s.Mul(x) // 9x
	check(t, x, tensor.Grads(loss, x, s), 9, 3)
	check(t, x, tensor.Grads(s, x, s), 0, 1)
	if got := tensor.Grads(loss); len(got) != 0 {
		t.Errorf("gradients by nothing are %v", got)
	}
}

// TestGradOfSharedValues: a value with several users gets the sum of their
// gradients. A chain of such values is visited once, not once for each path.
func TestGradOfSharedValues(t *testing.T) {
	x := tensor.Input("x", tensor.Float64)
	y := x
	for range 60 {
		y = y.Add(y).Scale(0.5)
	}
	check(t, x, tensor.Grads(y, x), 1)
}

func TestGradientsHaveTheShapeOfTheirTensor(t *testing.T) {
	for _, shape := range [][]int{nil, {3}, {1}, {2, 0}, {2, 1, 3}} {
		x := tensor.Input("x", tensor.Float32, shape...)
		g := tensor.Grad(x.Exp().Sum().Add(x.Sum()), x)
		if fmt.Sprint(g) != fmt.Sprint(x) {
			t.Errorf("the gradient by %v is %v", x, g)
		}
	}
}

func TestGradOfHighOrder(t *testing.T) {
	x := tensor.Input("x", tensor.Float64)
	y := x.Square().Square().Mul(x) // x^5
	var derivatives []*tensor.Tensor
	for range 6 {
		y = tensor.Grad(y, x)
		derivatives = append(derivatives, y)
	}
	check(t, x, derivatives, 405, 540, 540, 360, 120, 0)
}
