package invert

import (
	"math"
	"testing"
)

// minimised returns the result of a search after a number of judgements.
func minimised(from []float32, steps int, f func(x []float32) (moved []float32, value float64, gradient []float32)) *search {
	s := newSearch(from)
	for range steps {
		moved, value, gradient := f(s.trial)
		s.judged(judgement{moved, value, gradient, moved})
	}
	return s
}

// valley is Rosenbrock's function of each pair of numbers, whose minimum is at 1.
func valley(x []float32) (moved []float32, value float64, gradient []float32) {
	gradient = make([]float32, len(x))
	for i := 0; i < len(x); i += 2 {
		a, b := float64(x[i]), float64(x[i+1])
		value += (1-a)*(1-a) + 100*(b-a*a)*(b-a*a)
		gradient[i] = float32(-2*(1-a) - 400*a*(b-a*a))
		gradient[i+1] = float32(200 * (b - a*a))
	}
	return x, value, gradient
}

func TestSearch(t *testing.T) {
	s := minimised([]float32{-1.2, 1, -1.2, 1}, 120, valley)
	for k, v := range s.best {
		if math.Abs(float64(v)-1) > 1e-2 {
			t.Errorf("number %d is %g, want 1, after value %g", k, v, s.value)
		}
	}
	// Each number has another curvature, from 1 to 10,000.
	s = minimised(make([]float32, 9), 200, func(x []float32) ([]float32, float64, []float32) {
		value, gradient := 0.0, make([]float32, len(x))
		for k, v := range x {
			curve := math.Pow(10, float64(k)/2)
			value += curve * (float64(v) - 1) * (float64(v) - 1) / 2
			gradient[k] = float32(curve * (float64(v) - 1))
		}
		return x, value, gradient
	})
	for k, v := range s.best {
		if math.Abs(float64(v)-1) > 1e-3 {
			t.Errorf("number %d is %g, want 1, after value %g", k, v, s.value)
		}
	}
}

// TestSearchWithin moves each trial into a box, in which the minimum is at a corner. The
// gradient of a number at its limit is 0 if it leads out.
func TestSearchWithin(t *testing.T) {
	s := minimised([]float32{0, 0}, 60, func(x []float32) ([]float32, float64, []float32) {
		moved := []float32{min(max(x[0], -1), 1), min(max(x[1], -1), 1)}
		a, b := float64(moved[0])-3, float64(moved[1])-.5
		gradient := []float32{float32(2*a + b/2), float32(2*b + a/2)}
		for k, v := range moved {
			if v == 1 && gradient[k] < 0 {
				gradient[k] = 0
			}
		}
		return moved, a*a + b*b + a*b/2, gradient
	})
	if math.Abs(float64(s.best[0])-1) > 1e-3 || math.Abs(float64(s.best[1])-1) > 1e-3 {
		t.Errorf("the minimum is found at %v, want the corner [1 1]", s.best)
	}
}

// TestSearchStays gives it values that are not finite, and a minimum from the start.
func TestSearchStays(t *testing.T) {
	nan := math.NaN()
	s := minimised([]float32{2}, 5, func(x []float32) ([]float32, float64, []float32) { return x, nan, []float32{float32(nan)} })
	if s.best[0] != 2 || !math.IsInf(s.value, 1) {
		t.Errorf("without a value it is at %v with %g", s.best, s.value)
	}
	s = minimised([]float32{2}, 50, func(x []float32) ([]float32, float64, []float32) {
		if x[0] < 1.9 {
			return x, nan, []float32{0}
		}
		return x, float64(x[0]), []float32{1}
	})
	if v := s.best[0]; v < 1.9 || v > 1.95 {
		t.Errorf("at the edge of what is finite it is at %v", v)
	}
	s = minimised([]float32{1}, 100, func(x []float32) ([]float32, float64, []float32) {
		return x, math.Pow(float64(x[0])-1, 2), []float32{2 * (x[0] - 1)}
	})
	if s.best[0] != 1 || s.value != 0 {
		t.Errorf("at the minimum it goes to %v with %g", s.best, s.value)
	}
}
