package measure

import (
	"context"
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestWilson compares with published intervals: Newcombe 1998, Table I, method 3.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718}, {20, 20, .8389, 1}} {
		if low, high := Wilson(c.k, c.n); math.Abs(low-c.low) > 6e-5 || math.Abs(high-c.high) > 6e-5 {
			t.Errorf("%d of %d: %.5f to %.5f, want %.4f to %.4f", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

// TestClassifierError counts the errors of two classifiers.
func TestClassifierError(t *testing.T) {
	real := &Set{Name: "real", Field: data.Point(1), Values: []float32{0, 1, 2, 3}, Labels: []int32{0, 0, 1, 1}, Classes: 2}
	above := func(limit float32) func(context.Context, *Set) ([]int32, error) {
		return func(_ context.Context, s *Set) ([]int32, error) {
			classes := make([]int32, s.Len())
			for i, v := range s.Values {
				if v > limit {
					classes[i] = 1
				}
			}
			return classes, nil
		}
	}
	r := runMeasure(t, "error", Task{Reference: real, Classifiers: []Classifier{
		{Name: "step 1 of a run", Output: "C", Classes: 2, Classify: above(0)}, {Output: "D", Classes: 2, Classify: above(5)},
	}})
	if r.Values[0].Name != "error" || r.Values[0].Value != .25 || r.Values[3].Name != "error of D" || r.Values[3].Value != .5 || r.N != 4 || len(r.Warnings) > 0 {
		t.Errorf("%+v", r)
	}
	if g := r.Groups[0]; g.Samples[0] != 1 || g.Samples[1] != 0 {
		t.Errorf("%+v", g)
	}
	m, _, _ := Find("error")
	unlabelled := *real
	unlabelled.Labels, unlabelled.Classes = nil, 0
	for want, task := range map[string]Task{
		"error: there is no classifier to judge":        {Reference: real},
		"error: there are no real examples to classify": {Classifiers: []Classifier{{Classes: 2}}},
		"error: the classes of real are not known":      {Classifiers: []Classifier{{Classes: 2}}, Reference: &unlabelled},
		"error: output C knows 3 classes, real has 2":   {Classifiers: []Classifier{{Output: "C", Classes: 3}}, Reference: real},
	} {
		if _, err := m.Run(t.Context(), task); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", hint.Text(err), want)
		}
	}
}
