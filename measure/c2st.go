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
		Title:  "classifier two-sample test: accuracy of a small network on samples and real examples",
		Source: "Lopez-Paz and Oquab 2017, section 3",
		N:      10000, MinSamples: c2stMinSamples, Kinds: anything, Spaces: true,
		run: c2st,
	})
}

// c2stMinSamples is the smallest number of examples of each kind.
const c2stMinSamples = 100

func c2st(ctx context.Context, t *Task, r *Result) error {
	measured, baseline, err := t.comparisons(ctx, r, c2stMinSamples)
	if err != nil {
		return err
	}
	n := min(measured.samples.Len(), measured.reference.Len())
	r.N, r.M = n, n
	r.addDraw(n, measured.samples.Len(), "samples compared")
	r.addDraw(n, measured.reference.Len(), "real examples compared")
	test, err := t.classifierTest(ctx, "samples", measured)
	if err != nil {
		return err
	}
	found, stdErr := test.figures(nil), bootstrap(t.Seed, len(test.scores), test.resampled)
	for i, name := range []string{"accuracy", "auc"} {
		r.Values = append(r.Values, Value{Name: name, Value: Number(found[i]), StdErr: number(stdErr[i]),
			StdErrOf: fmt.Sprintf("sd of %d bootstrap resamples of the held-out examples", resamples), Better: Lower})
	}
	if baseline != nil {
		type key struct {
			of   comparison
			seed uint64
		}
		real, err := memo(t.Cache, key{*baseline, t.Seed}, func() (*heldOutScores, error) { return t.classifierTest(ctx, "baseline", *baseline) })
		if err != nil {
			return err
		}
		for i, v := range real.figures(nil) {
			r.Values[i].Baseline = number(v)
		}
	}
	r.Protocol = fmt.Sprintf("equal numbers of samples and real examples, each divided into random halves: a network of %d hidden rectifiers learns to classify them on one half "+
		"(%d epochs of Adam, rate %g falling to 0, minibatches of %d, dropout %g, features scaled to mean 0 and sd 1); accuracy at the threshold 1/2 and area under the ROC curve are of the other half; 1/2 is chance",
		c2stHidden, c2stEpochs, c2stRate, c2stBatch, c2stDropout)
	return nil
}

// heldOutScores is the scores of the network for the held-out examples.
type heldOutScores struct {
	scores []float32 // logits, ascending
	fake   []bool    // whether the example is a sample
}

// classifierTest trains the network on one half of the examples and returns its scores of
// the other half. If one set is larger, it draws the size of the smaller.
func (t *Task) classifierTest(ctx context.Context, what string, c comparison) (*heldOutScores, error) {
	n := min(c.samples.Len(), c.reference.Len())
	fake, real, half := c.samples, c.reference, n/2
	halves := func(s *Set, name string) (train, held *Set) {
		var order []int
		for _, i := range random.New(t.Seed, "c2st "+what+" "+name).Perm(make([]int32, s.Len())) {
			order = append(order, int(i))
		}
		return s.Pick(order[:half]), s.Pick(order[half:n])
	}
	fakeTrain, fakeHeld := halves(fake, "fake")
	realTrain, realHeld := halves(real, "real")
	scores, err := t.trainClassifier(ctx, what, fakeTrain, realTrain, fakeHeld, realHeld)
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
	h := &heldOutScores{}
	for _, o := range all {
		h.scores, h.fake = append(h.scores, o.score), append(h.fake, o.fake)
	}
	return h, nil
}

// resampled returns the figures of the examples drawn.
func (h *heldOutScores) resampled(draw []int) []float64 {
	counts := make([]int, len(h.scores))
	for _, i := range draw {
		counts[i]++
	}
	return h.figures(counts)
}

// figures returns the accuracy and the area under the ROC curve. The accuracy is the mean
// of two shares: of samples and of real examples that are classified correctly. The area
// is the probability that a sample has a higher score than a real example. Ties count
// half. Example i counts counts[i] times, or once if counts is nil.
func (h *heldOutScores) figures(counts []int) []float64 {
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
