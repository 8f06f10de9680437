package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
)

func init() {
	define(Measure{
		Name:   "memorisation",
		Title:  "are the samples copies of training examples, and how many different ones are there",
		Source: "Gulrajani, Raffel and Metz 2019 on held-out data; Arora and Zhang 2017 for the support",
		N:      2000, Least: 2, Kinds: anything, Spaces: true,
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
	real, against, err := t.heldOutFloor(ctx, r, held)
	if err != nil {
		return err
	}
	var floor *copying
	if real != nil {
		if floor, err = t.knownCopying(ctx, real, train, against); err != nil {
			return err
		}
	}
	r.Values = got.values(floor, t.Seed)
	if total(got.held) == 0 {
		r.warn("all samples are equal to held-out examples: the ratio of the distances says nothing")
	}
	pairs, err := t.collisions(ctx, samples, held)
	if err != nil {
		return err
	}
	if math.IsInf(float64(pairs.limit), 1) {
		return hint.Add(fmt.Errorf("%s: all %d held-out examples are equal, so that there is no distance to call near", held.Name, pairs.of), "look at the data")
	}
	if pairs.of < samples.Len() {
		r.warn("pairs are looked for among the first %d samples, as there are no more held-out examples", pairs.of)
	}
	var usual *Number
	if real != nil {
		found, err := t.knownCollisions(ctx, real, against)
		if err != nil {
			return err
		}
		if !math.IsInf(float64(found.limit), 1) {
			usual = number(found.count)
		}
	}
	r.Protocol = fmt.Sprintf("mean Euclidean distance of a sample to the nearest of the first %d training examples, to the nearest of as many held-out ones, and their ratio; "+
		"duplicates equal one of all %d training examples, near ones are within %.2g of the distance to the nearest held-out one; "+
		"support = N(N-1)/2 / pairs, a pair being two of N = %d samples that are nearer than any two different of as many held-out examples (by distance alone: no person has looked at the pairs, as Arora and Zhang have); "+
		"about one pair is to be expected of real examples",
		got.like, train.Len(), nearCopy, pairs.of)
	support := math.Inf(1)
	possible := float64(pairs.of) * float64(pairs.of-1) / 2
	if pairs.count > 0 {
		support = possible / pairs.count
	} else {
		r.warn("no two samples are as near as a pair: the support has at least %.3g examples, at 95%% confidence", possible/3)
	}
	r.Values = append(r.Values,
		Value{Name: "pairs", Value: Number(pairs.count), Floor: usual, Better: Lower},
		Value{Name: "support", Value: Number(support), Unit: "examples", Better: Higher})
	return nil
}

// memorisationSets returns the sets in the feature space.
func (t *Task) memorisationSets(ctx context.Context) (samples, train, held *Set, err error) {
	switch {
	case t.Train == nil:
		return nil, nil, nil, hint.Add(errors.New("it compares samples with training examples and there are none"), "set Task.Train: name the data that the generator learned from")
	case t.Reference == nil:
		return nil, nil, nil, hint.Add(errors.New("it compares training examples with examples that were held out, and there are none"), "set Task.Reference: take data with a test part")
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

// heldOutFloor returns what stands for the samples in the floor, and for the
// held-out examples: validation examples, or if there are too few, one half of the
// held-out ones and the other half. They are nil if there are too few for that, too.
func (t *Task) heldOutFloor(ctx context.Context, r *Result, held *Set) (real, against *Set, err error) {
	if t.heldOut() >= t.N {
		real, err = t.knownFeatures(ctx, t.Validation, t.N)
		return real, held, err
	}
	if halves := t.halves(r, held, 1, "validation"); halves != nil {
		return halves.samples, halves.reference, nil
	}
	return nil, nil, nil
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

// collisions are the pairs of samples that are nearer than the limit: than the
// nearest two different ones of as many held-out examples.
type collisions struct {
	of    int // so many samples, and held-out examples
	limit float32
	count float64
}

func (t *Task) collisions(ctx context.Context, samples, held *Set) (*collisions, error) {
	c := &collisions{of: min(samples.Len(), held.Len()), limit: float32(math.Inf(1))}
	held, samples = held.Slice(0, c.of), samples.Slice(0, c.of)
	// Of each row on its own, as rows are visited by several at a time.
	least := newNeighbourhood(c.of, 1).least
	different := func(i, _ int, squared []float32) {
		for _, d := range squared {
			if d > 0 {
				least[i] = min(least[i], d)
			}
		}
	}
	if err := t.distances(ctx, "held-out examples", held, held, different, nil); err != nil {
		return nil, err
	}
	c.limit = slices.Min(least)
	counts := make([]float64, c.of)
	count := func(i, _ int, squared []float32) {
		for _, d := range squared {
			if d < c.limit {
				counts[i]++
			}
		}
	}
	if err := t.distances(ctx, "samples", samples, samples, count, nil); err != nil {
		return nil, err
	}
	c.count = total(counts) / 2
	return c, nil
}

// knownCollisions is collisions for sets that are real and asked for again.
func (t *Task) knownCollisions(ctx context.Context, real, held *Set) (*collisions, error) {
	type key struct{ real, held *Set }
	return once(t.Known, key{real, held}, func() (*collisions, error) { return t.collisions(ctx, real, held) })
}
