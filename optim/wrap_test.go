package optim

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// drawn returns a constant of normal numbers.
func drawn(name string, shape ...int) *tensor.Tensor {
	a := tensor.NewArray(tensor.Float32, shape...)
	s := random.New(1, name)
	for i := range a.Data {
		a.Data[i] = float64(float32(s.Normal()))
	}
	return tensor.Const(a)
}

func data(t *testing.T, x *tensor.Tensor) []float64 {
	t.Helper()
	v, err := tensor.Eval([]*tensor.Tensor{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v[0].Data
}

func length(lists ...[]float64) float64 {
	sum := 0.0
	for _, v := range slices.Concat(lists...) {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// TestGlobalNormIsThatOfAllGradients puts ClipGlobalNorm inside other wrappers. They
// must pass the gradients of all parameters to it.
func TestGlobalNormIsThatOfAllGradients(t *testing.T) {
	gradients := []*tensor.Tensor{drawn("a", 3, 4), drawn("b", 5)}
	a, b := data(t, gradients[0]), data(t, gradients[1])
	norm := length(a, b)
	for _, limit := range []float64{norm / 3, norm * 3} {
		got := L2(ClipWeights(ClipGlobalNorm(descent(1), limit), 1), 1).Transform(gradients)
		factor := min(1, limit/norm)
		for i, want := range [][]float64{a, b} {
			for j, v := range data(t, got[i]) {
				if !near(v, want[j]*factor) {
					t.Fatalf("limit %g: element %d of gradient %d is %g, want %g", limit, j, i, v, want[j]*factor)
				}
			}
		}
	}
}

func TestGlobalNormOfZerosIsZero(t *testing.T) {
	got := ClipGlobalNorm(descent(1), 1).Transform([]*tensor.Tensor{tensor.Zeros(tensor.Float32, 2)})
	if v := data(t, got[0]); v[0] != 0 || v[1] != 0 {
		t.Errorf("zero gradients become %v", v)
	}
	if got := ClipGlobalNorm(descent(1), 1).Transform(nil); len(got) != 0 {
		t.Errorf("no gradients become %v", got)
	}
}

func TestNormOfOneParameter(t *testing.T) {
	g := drawn("g", 4, 3)
	o := ClipNorm(descent(1), 0.25)
	next, _ := o.Next(tensor.Zeros(tensor.Float32, 4, 3), []*tensor.Tensor{tensor.Zeros(tensor.Float32, 4, 3)}, g, scalar(0))
	if got := length(data(t, next)); !near(got, 0.25) {
		t.Errorf("the step has length %g, want 0.25", got)
	}
}

// TestColumnNorms compares the length of the weights of each unit before and after
// the limit is applied.
func TestColumnNorms(t *testing.T) {
	for _, c := range []struct {
		shape, axes []int // axes: the axes of the weights of one unit
		limit       float64
	}{{[]int{4, 5}, []int{0}, 1.5}, {[]int{5, 2, 3}, []int{1, 2}, 2.5}, {[]int{6}, nil, 0.1}} {
		w := drawn("w", c.shape...)
		zero := tensor.Zeros(tensor.Float32, c.shape...)
		next, _ := MaxColumnNorm(descent(1), c.limit).Next(w, []*tensor.Tensor{zero}, zero, scalar(0))
		if c.axes == nil {
			if !slices.Equal(data(t, next), data(t, w)) {
				t.Error("the constraint changes a bias")
			}
			continue
		}
		norms := func(x *tensor.Tensor) []float64 { return data(t, x.Square().Sum(c.axes...).Sqrt()) }
		changed := 0
		before := norms(w)
		for unit, got := range norms(next) {
			if want := min(before[unit], c.limit); !near(got, want) {
				t.Errorf("shape %v: unit %d has length %g, want %g", c.shape, unit, got, want)
			}
			if before[unit] > c.limit {
				changed++
			}
		}
		if changed == 0 || changed == len(before) {
			t.Errorf("shape %v: %d of %d units are too long: the test wants some", c.shape, changed, len(before))
		}
	}
}
