package measure

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

func init() {
	define(Measure{
		Name:   "c2st",
		Title:  "classifier two-sample test: can a small network tell samples from real examples",
		Source: "Lopez-Paz and Oquab 2017, section 3",
		N:      10000, Least: c2stLeast, Kinds: anything, Spaces: true,
		run: c2st,
	})
}

// c2stLeast is the least number of examples of each kind.
const c2stLeast = 100

func c2st(ctx context.Context, t *Task, r *Result) error {
	measured, floor, err := t.comparisons(ctx, r, c2stLeast)
	if err != nil {
		return err
	}
	n := min(measured.samples.Len(), measured.reference.Len())
	r.N, r.M = n, n
	test, err := t.hear(ctx, "samples", measured)
	if err != nil {
		return err
	}
	found, spread := test.figures(nil), bootstrap(t.Seed, len(test.scores), test.resampled)
	for i, name := range []string{"accuracy", "auc"} {
		r.Values = append(r.Values, Value{Name: name, Value: Number(found[i]), Spread: number(spread[i]),
			SpreadOf: fmt.Sprintf("sd of %d bootstrap resamples of the held-out examples", resamples), Better: Lower})
	}
	if floor != nil {
		type key struct {
			of   comparison
			seed uint64
		}
		real, err := once(t.Known, key{*floor, t.Seed}, func() (*hearing, error) { return t.hear(ctx, "floor", *floor) })
		if err != nil {
			return err
		}
		for i, v := range real.figures(nil) {
			r.Values[i].Floor = number(v)
		}
	}
	r.Protocol = fmt.Sprintf("as many samples as real examples, halves of each drawn at random: a network of %d hidden rectifiers learns to tell them apart on one half "+
		"(%d epochs of Adam, rate %g falling to 0, minibatches of %d, dropout %g, features brought to mean 0 and sd 1), accuracy at 1/2 and area under the ROC curve are of the other; 1/2 is chance",
		c2stHidden, c2stEpochs, c2stRate, c2stBatch, c2stDropout)
	return nil
}

// A hearing is what the network said of held-out examples.
type hearing struct {
	scores []float32 // logits, ascending
	fake   []bool    // whether it was a sample
}

// hear trains the network on one half of the examples and hears it on the other.
func (t *Task) hear(ctx context.Context, what string, c comparison) (*hearing, error) {
	n := min(c.samples.Len(), c.reference.Len())
	fake, real, half := c.samples, c.reference, n/2
	picked := func(s *Set, name string) (learn, held *Set) {
		var order []int
		for _, i := range random.New(t.Seed, "c2st "+what+" "+name).Perm(make([]int32, n)) {
			order = append(order, int(i))
		}
		return s.Pick(order[:half]), s.Pick(order[half:])
	}
	fakeLearn, fakeHeld := picked(fake, "fake")
	realLearn, realHeld := picked(real, "real")
	scores, err := t.learnToTell(ctx, what, fakeLearn, realLearn, fakeHeld, realHeld)
	if err != nil {
		return nil, err
	}
	type one struct {
		score float32
		fake  bool
	}
	all := make([]one, len(scores))
	for i, v := range scores {
		if math.IsNaN(float64(v)) {
			return nil, hint.Add(fmt.Errorf("%s: the classifier's scores are not finite", fake.Name), "scale the data")
		}
		all[i] = one{v, i < fakeHeld.Len()}
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(a.score, b.score) })
	h := &hearing{}
	for _, o := range all {
		h.scores, h.fake = append(h.scores, o.score), append(h.fake, o.fake)
	}
	return h, nil
}

// resampled returns the figures of the examples that were drawn.
func (h *hearing) resampled(draw []int) []float64 {
	counts := make([]int, len(h.scores))
	for _, i := range draw {
		counts[i]++
	}
	return h.figures(counts)
}

// figures returns the accuracy, the mean of the shares of samples and of real
// examples that are told right, and the area under the ROC curve, the
// probability that a sample has a greater score than a real example, ties
// counting half. Example i counts counts[i] times, or once if counts is nil.
func (h *hearing) figures(counts []int) []float64 {
	times := func(i int) float64 {
		if counts == nil {
			return 1
		}
		return float64(counts[i])
	}
	var fakes, reals, rightFakes, rightReals, pairs float64
	for i := 0; i < len(h.scores); {
		tiedFakes, tiedReals := 0.0, 0.0
		score := h.scores[i]
		for ; i < len(h.scores) && h.scores[i] == score; i++ {
			if h.fake[i] {
				tiedFakes += times(i)
			} else {
				tiedReals += times(i)
			}
		}
		pairs += tiedFakes * (reals + tiedReals/2)
		fakes, reals = fakes+tiedFakes, reals+tiedReals
		if score > 0 {
			rightFakes += tiedFakes
		} else {
			rightReals += tiedReals
		}
	}
	return []float64{(rightFakes/fakes + rightReals/reals) / 2, pairs / (fakes * reals)}
}
