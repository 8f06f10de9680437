package optim

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestHistoricalAverage compares with a list of all past values, for an optimiser with
// momentum and for one with two slots.
func TestHistoricalAverage(t *testing.T) {
	const weight = .4
	pulled := func() func(x, g float64) float64 {
		var past []float64
		return func(x, g float64) float64 {
			if len(past) > 0 {
				mean := 0.0
				for _, p := range past {
					mean += p / float64(len(past))
				}
				g += 2 * weight * (x - mean)
			}
			past = append(past, x)
			return g
		}
	}
	velocity, gradient := 0.0, pulled()
	descend(t, HistoricalAverage(SGD{Constant(.05), Constant(.9)}, weight), 30, func(_ int, x, g float64) float64 {
		velocity = .9*velocity - .05*gradient(x, g)
		return x + velocity
	})
	var m, v float64
	gradient = pulled()
	adam := Adam{LearningRate: Constant(.1), Beta1: .5, Beta2: .9, Epsilon: 1e-8}
	descend(t, HistoricalAverage(adam, weight), 30, func(step int, x, g float64) float64 {
		g = gradient(x, g)
		m, v = .5*m+.5*g, .9*v+.1*g*g
		n := float64(step + 1)
		return x - .1*m/(1-math.Pow(.5, n))/(math.Sqrt(v/(1-math.Pow(.9, n)))+1e-8)
	})
}

// TestHistoricalAverageOfWeight0 changes nothing.
func TestHistoricalAverageOfWeight0(t *testing.T) {
	descend(t, HistoricalAverage(descent(.05), 0), 10, func(_ int, x, g float64) float64 { return x - .05*g })
}

// TestHistoricalAverageSettles plays x y, where both players take simultaneous steps.
// Without the term they go round and away from the equilibrium 0; with it they come
// nearer (Salimans et al. 2016, section 3.3).
func TestHistoricalAverageSettles(t *testing.T) {
	away := func(o Optimizer) float64 {
		x, y := scalar(1), scalar(0)
		state := [2][]*tensor.Tensor{}
		for i := range state {
			state[i] = slices.Repeat([]*tensor.Tensor{scalar(0)}, len(o.Slots()))
		}
		for step := range 300 {
			n := scalar(float64(step))
			nx, sx := o.Next(x, state[0], y, n)
			ny, sy := o.Next(y, state[1], x.Neg(), n)
			got, err := tensor.Eval(slices.Concat([]*tensor.Tensor{nx, ny}, sx, sy), nil)
			if err != nil {
				t.Fatal(err)
			}
			fixed := make([]*tensor.Tensor, len(got))
			for i := range got {
				fixed[i] = tensor.Const(got[i])
			}
			x, y = fixed[0], fixed[1]
			state[0], state[1] = fixed[2:2+len(sx)], fixed[2+len(sx):]
		}
		return math.Hypot(value(t, x), value(t, y))
	}
	if without, with := away(descent(.1)), away(HistoricalAverage(descent(.1), .2)); without < 2 || with > .2 {
		t.Errorf("after 300 steps the distance from the equilibrium is %g without historical averaging, %g with it", without, with)
	}
}

// TestHistoricalAveragePassesGradients wants the limit of an inner optimiser to be
// applied to the gradients of all parameters, and the slots to have the names of both.
func TestHistoricalAveragePassesGradients(t *testing.T) {
	o := L2(HistoricalAverage(ClipGlobalNorm(Adam{LearningRate: Constant(.1)}, .5), 1), 0)
	if got := o.Slots(); !slices.Equal(got, []string{"moment1", "moment2", "history"}) {
		t.Errorf("the slots are %q", got)
	}
	got := o.Transform([]*tensor.Tensor{drawn("a", 3, 4), drawn("b", 5)})
	if n := length(data(t, got[0]), data(t, got[1])); !near(n, .5) {
		t.Errorf("the gradients have the norm %g, want .5", n)
	}
}
