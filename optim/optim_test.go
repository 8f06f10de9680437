package optim

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

func scalar(v float64) *tensor.Tensor { return tensor.Scalar(tensor.Float32, v) }

func value(t *testing.T, x *tensor.Tensor) float64 {
	t.Helper()
	v, err := tensor.Eval([]*tensor.Tensor{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v[0].Data[0]
}

func near(a, b float64) bool { return math.Abs(a-b) <= 2e-6*(math.Abs(b)+1e-3) }

// at returns the value of a schedule at a step.
func at(t *testing.T, s Schedule, step float64) float64 { return value(t, s(scalar(step))) }

// descend performs n steps with o for the gradient 2(x - 3), and compares each with
// the formula hand.
func descend(t *testing.T, o Optimizer, n int, hand func(step int, x, g float64) float64) {
	t.Helper()
	x, want := 1.0, 1.0
	slots := make([]float64, len(o.Slots()))
	for step := range n {
		g := 2 * (x - 3)
		old := make([]*tensor.Tensor, len(slots))
		for i, s := range slots {
			old[i] = scalar(s)
		}
		next, nextSlots := o.Next(scalar(x), old, scalar(g), scalar(float64(step)))
		want = hand(step, want, 2*(want-3))
		x = value(t, next)
		for i, s := range nextSlots {
			slots[i] = value(t, s)
		}
		if !near(x, want) {
			t.Fatalf("%T is at %.9g after step %d, by hand at %.9g", o, x, step, want)
		}
	}
}
