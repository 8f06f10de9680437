package nn_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// normal draws standard normal numbers, float64.
func normal(s *random.Stream, shape ...int) *tensor.Array {
	a := tensor.NewArray(tensor.Float64, shape...)
	for i := range a.Data {
		a.Data[i] = s.Normal()
	}
	return a
}

// counting returns 0, 1, 2, ..., float64.
func counting(shape ...int) *tensor.Array {
	a := tensor.NewArray(tensor.Float64, shape...)
	for i := range a.Data {
		a.Data[i] = float64(i)
	}
	return a
}

// classes returns int32 classes as a constant.
func classes(of ...float64) *tensor.Tensor {
	return tensor.Const(&tensor.Array{DType: tensor.Int32, Shape: []int{len(of)}, Data: of})
}

// evaluate returns the values of roots. v contains the values of the parameters of n.
func evaluate(t *testing.T, v map[*tensor.Tensor]*tensor.Array, roots ...*tensor.Tensor) []*tensor.Array {
	t.Helper()
	got, err := tensor.Eval(roots, v)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// applied returns the output of a layer for x, in float64 and in training. The
// parameters have their initial values.
func applied(t *testing.T, layer nn.Layer, x *tensor.Array) *tensor.Array {
	t.Helper()
	n := nn.NewOf(tensor.Float64, "N", x.Shape[1:], layer)
	return evaluate(t, values(n), n.Apply(context(), tensor.Const(x)))[0]
}

// wantNear fails t unless got and want agree to within tolerance.
func wantNear(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance*(1+math.Abs(want[i]))) {
			t.Fatalf("%s: number %d is %.12g, want %.12g", what, i, got[i], want[i])
		}
	}
}

// wantMisuse fails t unless build panics with a MisuseError and its message contains
// all parts.
func wantMisuse(t *testing.T, build func(), parts ...string) {
	t.Helper()
	err := tensor.Try(build)
	var misuse *tensor.MisuseError
	if !errors.As(err, &misuse) {
		t.Fatalf("no misuse but %v, want one about %q", err, parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not mention %q", err, part)
		}
	}
	if !strings.HasSuffix(misuse.File, "_test.go") {
		t.Errorf("%q names %s, not the caller", err, misuse.File)
	}
}
