package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
)

func init() {
	define(Measure{
		Name:   "memorisation",
		Title:  "are the samples copies of training examples, and how many different ones are there",
		Source: "Gulrajani, Raffel and Metz 2019 on held-out data; Arora and Zhang 2017 for the support",
		N:      2000, Least: 2, Points: true, Images: true, Spaces: true,
		run: memorisation,
	})
}

// nearCopy is the part of its distance to held-out examples within which a
// sample that has a training example so near is called a copy of it.
const nearCopy = 1.0 / 3

// memorisation compares how near samples are to training examples with how near
// they are to as many examples that were held out, and looks for pairs of
// samples that are too near each other.
func memorisation(ctx context.Context, t *Task, r *Result) error {
	samples, train, held, err := t.memorisationSets(ctx)
	if err != nil {
		return err
	}
	got, err := t.copying(ctx, samples, train, held)
	if err != nil {
		return err
	}
	floor, err := t.copyingFloor(ctx, r, train, held)
	if err != nil {
		return err
	}
	r.Values = got.values(floor, t.Seed)
	if total(got.held) == 0 {
		r.warn("all samples are equal to held-out examples: the ratio of the distances says nothing")
	}
	pairs, err := t.collisions(ctx, samples, held)
	if err != nil {
		return err
	}
	var equal *Number
	if pairs.real == samples.Len() {
		equal = number(pairs.equal)
	}
	r.Protocol = fmt.Sprintf("mean Euclidean distance of a sample to the nearest of the first %d training examples, to the nearest of as many held-out ones, and their ratio; "+
		"duplicates equal one of all %d training examples, near ones are within %.2g of the distance to the nearest held-out one; "+
		"support = N(N-1)/2 / pairs, a pair being two samples nearer than any two different of %d held-out examples (by distance alone: no person has looked at the pairs, as Arora and Zhang have)",
		got.like, train.Len(), nearCopy, pairs.real)
	support := math.Inf(1)
	possible := float64(samples.Len()) * float64(samples.Len()-1) / 2
	if pairs.count > 0 {
		support = possible / pairs.count
	} else {
		r.warn("no two samples are as near as a pair: the support has at least %.3g examples, at 95%% confidence", possible/3)
	}
	r.Values = append(r.Values,
		Value{Name: "pairs", Value: Number(pairs.count), Floor: equal, Better: Lower},
		Value{Name: "support", Value: Number(support), Unit: "examples", Better: Higher})
	return nil
}

// memorisationSets returns the sets in the feature space.
func (t *Task) memorisationSets(ctx context.Context) (samples, train, held *Set, err error) {
	switch {
	case t.Train == nil:
		return nil, nil, nil, errors.New("it compares samples with training examples and there are none (hint: --data names the data that the generator learned from)")
	case t.Reference == nil:
		return nil, nil, nil, errors.New("it compares training examples with examples that were held out, and there are none (hint: --data names a set with a test part)")
	case t.Reference.Len() < 2:
		return nil, nil, nil, fmt.Errorf("%s: one held-out example is too few", t.Reference.Name)
	}
	if samples, err = t.features(ctx, t.Samples); err != nil {
		return nil, nil, nil, err
	}
	if train, err = t.knownFeatures(ctx, t.Train, t.Train.Len()); err != nil {
		return nil, nil, nil, err
	}
	held, err = t.knownFeatures(ctx, t.Reference, t.Reference.Len())
	return samples, train, held, err
}

// copying is what samples are to training and held-out examples.
type copying struct {
	like        int       // how many of each kind were compared
	train, held []float64 // distance of each sample to the nearest of them
	equal, near []float64 // whether each sample equals, or is near, any training example: 1 or 0
}

func (t *Task) copying(ctx context.Context, samples, train, held *Set) (*copying, error) {
	n := samples.Len()
	c := &copying{like: min(train.Len(), held.Len()), equal: make([]float64, n), near: make([]float64, n)}
	like, all, out := newNeighbourhood(n, 1), newNeighbourhood(n, 1), newNeighbourhood(n, 1)
	visit := func(i, j int, squared []float32) {
		all.visit(i, j, squared)
		if j < c.like {
			like.visit(i, j, squared[:min(c.like-j, len(squared))])
		}
	}
	if err := t.distances(ctx, "samples and training examples", samples, train, visit, nil); err != nil {
		return nil, err
	}
	if err := t.distances(ctx, "samples and held-out examples", samples, held.Slice(0, c.like), out.visit, nil); err != nil {
		return nil, err
	}
	for i := range n {
		if all.least[i] == 0 {
			c.equal[i] = 1
		}
		if all.least[i] == 0 || all.least[i] < nearCopy*nearCopy*out.least[i] {
			c.near[i] = 1
		}
	}
	c.train, c.held = roots(like.least), roots(out.least)
	return c, nil
}

func roots(squared []float32) []float64 {
	list := make([]float64, len(squared))
	for i, v := range squared {
		list[i] = math.Sqrt(float64(v))
	}
	return list
}

// copyingFloor puts validation examples in place of the samples or, if there are
// too few, one half of the held-out ones, which are then compared with the other
// half. It is nil if there are too few for that, too.
func (t *Task) copyingFloor(ctx context.Context, r *Result, train, held *Set) (*copying, error) {
	if t.Validation != nil && t.Validation.Len() >= t.N {
		real, err := t.knownFeatures(ctx, t.Validation, t.N)
		if err != nil {
			return nil, err
		}
		return t.knownCopying(ctx, real, train, held)
	}
	halves := t.halves(r, held, 1, "validation")
	if halves == nil {
		return nil, nil
	}
	return t.knownCopying(ctx, halves.samples, train, halves.reference)
}

// knownCopying is copying for sets that are real and asked for again.
func (t *Task) knownCopying(ctx context.Context, real, train, held *Set) (*copying, error) {
	type key struct{ real, train, held *Set }
	return once(t.Known, key{real, train, held}, func() (*copying, error) { return t.copying(ctx, real, train, held) })
}

// values returns the figures beside those of floor, which may be nil.
func (c *copying) values(floor *copying, seed uint64) []Value {
	ratio := func(c *copying) float64 { return total(c.train) / total(c.held) }
	mean := func(list func(*copying) []float64) func(*copying) float64 {
		return func(c *copying) float64 { return total(list(c)) / float64(len(c.train)) }
	}
	figures := []struct {
		Value
		of func(*copying) float64
	}{
		{Value{Name: "ratio", Better: NearFloor}, ratio},
		{Value{Name: "distance to train", Better: NearFloor}, mean(func(c *copying) []float64 { return c.train })},
		{Value{Name: "distance to held-out", Better: NearFloor}, mean(func(c *copying) []float64 { return c.held })},
		{Value{Name: "duplicates", Better: Lower}, mean(func(c *copying) []float64 { return c.equal })},
		{Value{Name: "near duplicates", Better: Lower}, mean(func(c *copying) []float64 { return c.near })},
	}
	spread := bootstrap(seed, len(c.train), func(draw []int) []float64 {
		drawn, list := c.pick(draw), []float64{}
		for _, f := range figures {
			list = append(list, f.of(drawn))
		}
		return list
	})
	var values []Value
	for k, f := range figures {
		v := f.Value
		v.Value, v.Spread, v.SpreadOf = Number(f.of(c)), number(spread[k]), bootstrapped
		if floor != nil {
			v.Floor = number(f.of(floor))
		}
		values = append(values, v)
	}
	return values
}

// pick returns what is known of some samples.
func (c *copying) pick(draw []int) *copying {
	p := &copying{like: c.like}
	for _, i := range draw {
		p.train, p.held = append(p.train, c.train[i]), append(p.held, c.held[i])
		p.equal, p.near = append(p.equal, c.equal[i]), append(p.near, c.near[i])
	}
	return p
}

// collisions counts the pairs of samples that are nearer than the nearest two
// different ones of as many held-out examples.
type collisions struct {
	count float64
	real  int     // how many held-out examples
	equal float64 // pairs of them that are equal: what they themselves would count
}

func (t *Task) collisions(ctx context.Context, samples, held *Set) (*collisions, error) {
	real := held.Slice(0, min(samples.Len(), held.Len()))
	least := newNeighbourhood(real.Len(), 1)
	twins := make([]float64, real.Len())
	different := func(i, _ int, squared []float32) {
		for _, d := range squared {
			if d > 0 {
				least.least[i] = min(least.least[i], d)
			} else {
				twins[i]++
			}
		}
	}
	if err := t.distances(ctx, "held-out examples", real, real, different, nil); err != nil {
		return nil, err
	}
	limit := least.least[0]
	for _, d := range least.least {
		limit = min(limit, d)
	}
	if math.IsInf(float64(limit), 1) {
		return nil, fmt.Errorf("%s: all %d held-out examples are equal, so that there is no distance to call near (hint: look at the data)", held.Name, real.Len())
	}
	counts := make([]float64, samples.Len())
	count := func(i, _ int, squared []float32) {
		for _, d := range squared {
			if d < limit {
				counts[i]++
			}
		}
	}
	if err := t.distances(ctx, "samples", samples, samples, count, nil); err != nil {
		return nil, err
	}
	return &collisions{total(counts) / 2, real.Len(), total(twins) / 2}, nil
}
