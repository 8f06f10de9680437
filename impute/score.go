package impute

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
)

// A Method is a way to fill the missing numbers of a table.
type Method struct {
	Name string
	fill func(ctx context.Context, device *engine.Device, g Training, t *Table) ([]float32, error)
}

// GAIN returns the method that trains the recipe gain with these settings, KEY=VALUE, in
// addition to those of the training. It rounds as [Table.Round] does.
func GAIN(name string, set ...string) Method {
	return Method{name, func(ctx context.Context, device *engine.Device, g Training, t *Table) ([]float32, error) {
		g.Set = slices.Concat(g.Set, set)
		m, err := g.Train(ctx, device, t)
		if err != nil {
			return nil, err
		}
		filled, err := m.Fill(ctx, t, g.Seed)
		if err != nil {
			return nil, err
		}
		t.Round(filled)
		return filled, nil
	}}
}

// Methods returns GAIN and the methods to compare it with: GAIN without its adversary,
// iterated ridge regression and the means of the columns.
func Methods() []Method {
	return []Method{
		GAIN("GAIN"),
		GAIN("GAIN without the adversary", "adversary=false"),
		{"iterated ridge regression", func(ctx context.Context, _ *engine.Device, _ Training, t *Table) ([]float32, error) {
			return Ridge(ctx, t)
		}},
		{"column mean", func(_ context.Context, _ *engine.Device, _ Training, t *Table) ([]float32, error) {
			return Mean(t), nil
		}},
	}
}

// A Scoring is how methods are compared on a table: some observed numbers are hidden
// completely at random, and each method fills them. The protocol of Yoon et al. 2018 hides a
// fifth, and trains on all rows and fills all.
type Scoring struct {
	Share    float64  // of the observed numbers that are hidden
	Methods  []Method // nil: [Methods]
	Training          // of GAIN; its seed also decides which numbers are hidden
}

// A Result is the error of a method.
type Result struct {
	Method  string
	RMSE    float64 // see [RMSE]
	Seconds float64
}

// Score returns the errors of the methods. If ctx ends, its error is returned.
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
	methods := s.Methods
	if methods == nil {
		methods = Methods()
	}
	var results []Result
	for _, m := range methods {
		began := time.Now()
		filled, err := m.fill(ctx, device, s.Training, t)
		if err != nil {
			return nil, err
		}
		r := Result{m.Name, RMSE(filled, t, whole), time.Since(began).Seconds()}
		if math.IsNaN(r.RMSE) {
			return nil, fmt.Errorf("%s: %s gave numbers that are not finite", whole.Name, m.Name)
		}
		results = append(results, r)
	}
	return results, nil
}
