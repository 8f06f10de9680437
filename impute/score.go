package impute

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
)

// A Scoring is how methods are compared on a table: some observed numbers are hidden
// completely at random, and each method fills them. The protocol of Yoon et al. 2018 hides a
// fifth, and trains and fills all rows.
type Scoring struct {
	Share float64 // of the observed numbers that are hidden
	Training
}

// A Result is the error of a method.
type Result struct {
	Method  string
	RMSE    float64 // see [RMSE]
	Seconds float64
}

// The names of the methods of [Scoring.Score].
const (
	MethodGAIN        = "GAIN"
	MethodNoAdversary = "GAIN without the adversary"
	MethodRidge       = "iterated ridge regression"
	MethodMean        = "column mean"
)

// Score compares GAIN with itself without the adversary, with iterated ridge regression and
// with the means of the columns. All fill the same numbers, which Seed decides. Progress is
// that of each of the two trainings. If ctx ends, its error is returned.
func (s Scoring) Score(ctx context.Context, device *engine.Device, whole *Table) ([]Result, error) {
	t, err := whole.Hide(s.Share, s.Seed)
	if err != nil {
		return nil, err
	}
	if t.Missing() == whole.Missing() {
		return nil, hint.Add(fmt.Errorf("%s: none of its %d numbers was hidden", whole.Name, len(t.X)-whole.Missing()), "a larger table, or a larger share")
	}
	if err := t.Check(); err != nil {
		return nil, hint.Add(fmt.Errorf("after numbers were hidden, %w", err), "another seed, or leave that column out")
	}
	train := func(more ...string) func() ([]float32, error) {
		return func() ([]float32, error) {
			g := s.Training
			g.Set = append(append([]string{}, s.Set...), more...)
			m, err := g.Train(ctx, device, t)
			if err != nil {
				return nil, err
			}
			filled, err := m.Fill(ctx, t, s.Seed)
			if err == nil {
				t.Round(filled)
			}
			return filled, err
		}
	}
	var results []Result
	for _, method := range []struct {
		name string
		fill func() ([]float32, error)
	}{
		{MethodGAIN, train()},
		{MethodNoAdversary, train("adversary=false")},
		{MethodRidge, func() ([]float32, error) { return Ridge(ctx, t) }},
		{MethodMean, func() ([]float32, error) { return Mean(t), nil }},
	} {
		began := time.Now()
		filled, err := method.fill()
		if err != nil {
			return nil, err
		}
		r := Result{method.name, RMSE(filled, t, whole), time.Since(began).Seconds()}
		if math.IsNaN(r.RMSE) {
			return nil, fmt.Errorf("%s: %s gave numbers that are not finite", whole.Name, method.name)
		}
		results = append(results, r)
	}
	return results, nil
}
