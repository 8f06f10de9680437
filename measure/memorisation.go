package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
)

// pairsByDistance is a part of the protocol. Older versions had other words for it.
const pairsByDistance = "(by distance only; in Arora and Zhang 2017 a person decides which pairs are duplicates)"

func init() {
	define(Measure{
		Name:   "memorisation",
		Title:  "are the samples copies of training examples, and how many different ones are there",
		Source: "Gulrajani, Raffel and Metz 2019 on held-out data; Arora and Zhang 2017 for the support",
		N:      2000, MinSamples: 2, Kinds: anything, Spaces: true,
		run: memorisation,
	})
}

// nearCopy is the bound for near duplicates: a sample is one if its distance to the
// nearest training example is less than nearCopy of its distance to the nearest held-out
// example.
const nearCopy = 1.0 / 3

// memorisation compares the distance of samples to training examples with their distance
// to held-out examples of the same number. It also counts pairs of samples that are
// nearly equal.
func memorisation(ctx context.Context, t *Task, r *Result) error {
	samples, train, held, err := t.memorisationSets(ctx)
	if err != nil {
		return err
	}
	got, err := t.copying(ctx, samples, train, held)
	if err != nil {
		return err
	}
	real, against, err := t.heldOutBaseline(ctx, r, held)
	if err != nil {
		return err
	}
	var baseline *copying
	if real != nil {
		if baseline, err = t.cachedCopying(ctx, real, train, against); err != nil {
			return err
		}
	}
	r.Values = got.values(baseline, t.Seed)
	if total(got.held) == 0 {
		r.warn("all samples are equal to held-out examples: the ratio of the distances has no meaning")
	}
	pairs, err := t.collisions(ctx, samples, held)
	if err != nil {
		return err
	}
	if math.IsInf(float64(pairs.limit), 1) {
		return hint.Add(fmt.Errorf("%s: all %d held-out examples are equal, so there is no distance that defines a pair", held.Name, pairs.of), "check the data")
	}
	r.addDraw(got.compared, train.Len(), "training examples, for the distance to train")
	r.addDraw(got.compared, held.Len(), "held-out examples, for the distance to held-out")
	r.addDraw(pairs.of, held.Len(), "held-out examples, for the pairs")
	if pairs.of < samples.Len() {
		r.addDraw(pairs.of, samples.Len(), "samples, for the pairs")
		r.warn("pairs are searched among %d samples, drawn at random, because there are no more held-out examples", pairs.of)
	}
	var usual *Number
	if real != nil {
		found, err := t.cachedCollisions(ctx, real, against)
		if err != nil {
			return err
		}
		if !math.IsInf(float64(found.limit), 1) {
			usual = number(found.count)
		}
	}
	r.Protocol = fmt.Sprintf("mean Euclidean distance of a sample to the nearest of %d training examples and to the nearest of %d held-out ones, both drawn at random if there are more, and the ratio of these means; "+
		"duplicates are equal to one of all %d training examples, near duplicates are nearer to one than %.2g of the distance to the nearest held-out example; "+
		"support = N(N-1)/2 / pairs, where a pair is two of N = %d samples that are nearer to each other than any two different ones of N held-out examples "+pairsByDistance+"; "+
		"real examples have about one pair",
		got.compared, got.compared, train.Len(), nearCopy, pairs.of)
	support := math.Inf(1)
	possible := float64(pairs.of) * float64(pairs.of-1) / 2
	if pairs.count > 0 {
		support = possible / pairs.count
	} else {
		r.warn("no two samples are a pair: the support has at least %.3g examples, at 95%% confidence", possible/3)
	}
	r.Values = append(r.Values,
		Value{Name: "pairs", Value: Number(pairs.count), Baseline: usual, Better: Lower},
		Value{Name: "support", Value: Number(support), Unit: "examples", Better: Higher})
	return nil
}

// memorisationSets returns the sets, in the feature space.
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
	if train, err = t.cachedFeatures(ctx, t.Train); err != nil {
		return nil, nil, nil, err
	}
	held, err = t.cachedFeatures(ctx, t.Reference)
	return samples, train, held, err
}

// copying is the relation of each sample to the training and held-out examples.
type copying struct {
	compared    int       // number of training examples, and of held-out ones, for the distances
	train, held []float64 // distance of each sample to the nearest of them
	equal, near []float64 // 1 if the sample is equal, or near, to any training example, else 0
}

// copying compares samples with all training examples and, for the distances, with the
// same number of training and of held-out examples: all examples of the smaller set, and
// examples drawn at random from the larger one.
func (t *Task) copying(ctx context.Context, samples, train, held *Set) (*copying, error) {
	n := samples.Len()
	c := &copying{compared: min(train.Len(), held.Len()), equal: make([]float64, n), near: make([]float64, n)}
	drawn := make([]bool, train.Len())
	for _, j := range drawIndices(train.Len(), c.compared, t.Seed, "memorisation training") {
		drawn[j] = true
	}
	some, all, out := newNeighbourhood(n, 1), newNeighbourhood(n, 1), newNeighbourhood(n, 1)
	visit := func(i, j int, squared []float32) {
		all.visit(i, j, squared)
		for k, d := range squared {
			if drawn[j+k] {
				some.least[i] = min(some.least[i], d)
			}
		}
	}
	if err := t.distances(ctx, "samples and training examples", samples, train, visit, nil); err != nil {
		return nil, err
	}
	if err := t.distances(ctx, "samples and held-out examples", samples, t.cachedDraw(held, c.compared, "memorisation held-out"), out.visit, nil); err != nil {
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
	c.train, c.held = roots(some.least), roots(out.least)
	return c, nil
}

// roots returns the square roots of a list.
func roots(squared []float32) []float64 {
	list := make([]float64, len(squared))
	for i, v := range squared {
		list[i] = math.Sqrt(float64(v))
	}
	return list
}

// heldOutBaseline returns the sets of the baseline: what replaces the samples, and the
// held-out examples. The first is validation examples. If there are too few, the two
// sets are halves of the held-out examples. If there are too few of these, both are nil.
func (t *Task) heldOutBaseline(ctx context.Context, r *Result, held *Set) (real, against *Set, err error) {
	if t.heldOut() >= t.N {
		real, err = t.cachedFeatures(ctx, t.baselineDraw(r, t.Validation, "validation"))
		return real, held, err
	}
	if halves := t.halves(r, held, 1, "validation"); halves != nil {
		return halves.samples, halves.reference, nil
	}
	return nil, nil, nil
}

// cachedCopying is copying, computed once for real sets.
func (t *Task) cachedCopying(ctx context.Context, real, train, held *Set) (*copying, error) {
	type key struct{ real, train, held *Set }
	return memo(t.Cache, key{real, train, held}, func() (*copying, error) { return t.copying(ctx, real, train, held) })
}

// values returns the figures. Their baselines are those of baseline, unless that is nil.
func (c *copying) values(baseline *copying, seed uint64) []Value {
	ratio := func(c *copying) float64 { return total(c.train) / total(c.held) }
	mean := func(list func(*copying) []float64) func(*copying) float64 {
		return func(c *copying) float64 { return total(list(c)) / float64(len(c.train)) }
	}
	figures := []struct {
		Value
		of func(*copying) float64
	}{
		{Value{Name: "ratio", Better: NearBaseline}, ratio},
		{Value{Name: "distance to train", Better: NearBaseline}, mean(func(c *copying) []float64 { return c.train })},
		{Value{Name: "distance to held-out", Better: NearBaseline}, mean(func(c *copying) []float64 { return c.held })},
		{Value{Name: "duplicates", Better: Lower}, mean(func(c *copying) []float64 { return c.equal })},
		{Value{Name: "near duplicates", Better: Lower}, mean(func(c *copying) []float64 { return c.near })},
	}
	stdErr := bootstrap(seed, len(c.train), func(draw []int) []float64 {
		drawn, list := c.pick(draw), []float64{}
		for _, f := range figures {
			list = append(list, f.of(drawn))
		}
		return list
	})
	var values []Value
	for k, f := range figures {
		v := f.Value
		v.Value, v.StdErr, v.StdErrOf = Number(f.of(c)), number(stdErr[k]), bootstrapped
		if baseline != nil {
			v.Baseline = number(f.of(baseline))
		}
		values = append(values, v)
	}
	return values
}

// pick returns the part of c that is about the samples drawn.
func (c *copying) pick(draw []int) *copying {
	p := &copying{compared: c.compared}
	for _, i := range draw {
		p.train, p.held = append(p.train, c.train[i]), append(p.held, c.held[i])
		p.equal, p.near = append(p.equal, c.equal[i]), append(p.near, c.near[i])
	}
	return p
}

// collisions is the number of pairs of samples that are nearer to each other than a
// limit: the least distance of two different held-out examples.
type collisions struct {
	of    int     // number of samples, and of held-out examples
	limit float32 // squared distance; +Inf if all held-out examples are equal
	count float64
}

// collisions counts the pairs. If one of the two sets is larger, it draws the size of the
// smaller.

func (t *Task) collisions(ctx context.Context, samples, held *Set) (*collisions, error) {
	c := &collisions{of: min(samples.Len(), held.Len()), limit: float32(math.Inf(1))}
	held, samples = t.cachedDraw(held, c.of, "memorisation pairs held-out"), samples.draw(c.of, t.Seed, "memorisation pairs")
	// One minimum for each row, because several threads visit rows at the same time.
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

// cachedCollisions is collisions, computed once for real sets.
func (t *Task) cachedCollisions(ctx context.Context, real, held *Set) (*collisions, error) {
	type key struct{ real, held *Set }
	return memo(t.Cache, key{real, held}, func() (*collisions, error) { return t.collisions(ctx, real, held) })
}
