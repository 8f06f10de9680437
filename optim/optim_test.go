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

// descend takes n steps on the gradient 2(x - 3) by o and by hand.
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

func TestSGD(t *testing.T) {
	velocity := 0.0
	descend(t, SGD{Constant(0.05), Constant(0.9)}, 20, func(_ int, x, g float64) float64 {
		velocity = 0.9*velocity - 0.05*g
		return x + velocity
	})
}

func TestAdam(t *testing.T) {
	const rate, beta1, beta2, epsilon = 0.1, 0.5, 0.999, 1e-8
	var m, v float64
	descend(t, Adam{Constant(rate), beta1, beta2, epsilon}, 20, func(step int, x, g float64) float64 {
		m = beta1*m + (1-beta1)*g
		v = beta2*v + (1-beta2)*g*g
		n := float64(step + 1)
		return x - rate*m/(1-math.Pow(beta1, n))/(math.Sqrt(v/(1-math.Pow(beta2, n)))+epsilon)
	})
}

func TestAdamWithoutMomentum(t *testing.T) {
	var v float64
	descend(t, Adam{Constant(0.1), 0, 0.9, 1e-8}, 10, func(step int, x, g float64) float64 {
		v = 0.9*v + 0.1*g*g
		return x - 0.1*g/(math.Sqrt(v/(1-math.Pow(0.9, float64(step+1))))+1e-8)
	})
}

func TestSchedules(t *testing.T) {
	divided, rising := Divided(0.1, 1.000004, 1e-6), Rising(0.5, 0.7, 1, 250, 500)
	for _, step := range []float64{0, 1, 1000, 75_000, 150_000, 2_000_000, 10_000_000} {
		want := max(0.1*math.Pow(1.000004, -step), 1e-6)
		if got := value(t, divided(scalar(step))); math.Abs(got-want) > 1e-5*want {
			t.Errorf("the divided rate at step %g is %g, want %g", step, got, want)
		}
		epoch := math.Floor(step / 500)
		rise := 0.5 + 0.2*min(max((epoch-1)/249, 0), 1)
		if got := value(t, rising(scalar(step))); math.Abs(got-rise) > 1e-6 {
			t.Errorf("the rising momentum at step %g is %g, want %g", step, got, rise)
		}
	}
}

func TestAverage(t *testing.T) {
	if got := value(t, Average(scalar(2), scalar(6), 0.75)); !near(got, 3) {
		t.Errorf("the average of 2 and 6 with decay 0.75 is %g, want 3", got)
	}
}
