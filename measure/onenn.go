package measure

import "context"

func init() {
	define(Measure{
		Name:   "1nn",
		Title:  "accuracy of a nearest-neighbour classifier of samples and real examples",
		Source: "Lopez-Paz and Oquab 2017; both halves as Xu et al. 2018",
		N:      10000, MinSamples: 2, Kinds: anything, Spaces: true,
		run: oneNN,
	})
}

const oneNNProtocol = "leave-one-out: an example is classified correctly if its nearest neighbour among all other samples and real examples, equally many of each, is of its own kind; it counts as half correct if the nearest of both kinds are equally near"

// oneNN classifies every example of both sets by its nearest neighbour among all others.
// An accuracy of 1/2 is the best that samples can reach in theory. The accuracies of the
// two kinds are reported too, because their mean hides faults: copies of real examples
// are classified as real, and samples of few modes are not.
func oneNN(ctx context.Context, t *Task, r *Result) error {
	measured, baseline, err := t.comparisons(ctx, r, 2)
	if err != nil {
		return err
	}
	n := min(measured.samples.Len(), measured.reference.Len())
	r.N, r.M = n, n
	r.Protocol = oneNNProtocol
	r.addDraw(n, measured.samples.Len(), "samples compared")
	r.addDraw(n, measured.reference.Len(), "real examples compared")
	got, err := t.leaveOneOut(ctx, measured)
	if err != nil {
		return err
	}
	var real *oneNNScores
	if baseline != nil {
		type key struct{ of comparison }
		real, err = memo(t.Cache, key{*baseline}, func() (*oneNNScores, error) { return t.leaveOneOut(ctx, *baseline) })
		if err != nil {
			return err
		}
	}
	r.Values = []Value{
		accuracyValue("accuracy", "standard error over examples", got, real, func(t *oneNNScores) []float64 { return append(t.real[:len(t.real):len(t.real)], t.fake...) }),
		accuracyValue("real", "standard error over real examples", got, real, func(t *oneNNScores) []float64 { return t.real }),
		accuracyValue("fake", "standard error over samples", got, real, func(t *oneNNScores) []float64 { return t.fake }),
	}
	return nil
}

// oneNNScores has a number for each example: 1 if its nearest neighbour is of the same
// kind, 0 if it is of the other, 1/2 for a tie.
type oneNNScores struct{ real, fake []float64 }

// leaveOneOut classifies the examples of both sets. If one set is larger, it draws the size
// of the smaller.
func (t *Task) leaveOneOut(ctx context.Context, c comparison) (*oneNNScores, error) {
	n := min(c.samples.Len(), c.reference.Len())
	c = comparison{c.samples.draw(n, t.Seed, "1nn samples"), t.cachedDraw(c.reference, n, "1nn reference")}
	own, err := t.cachedRadii(ctx, c.reference, 1)
	if err != nil {
		return nil, err
	}
	ownFake, err := t.radii(ctx, "nearest samples", c.samples, 1)
	if err != nil {
		return nil, err
	}
	toFake, toReal := newNeighbourhood(n, 1), newNeighbourhood(n, 1)
	if err := t.distances(ctx, "real examples and samples", c.reference, c.samples, toFake.visit, toReal.visit); err != nil {
		return nil, err
	}
	return &oneNNScores{nearerTo(own, toFake.least), nearerTo(ownFake, toReal.least)}, nil
}

// nearerTo returns the score of each example from its squared distances to its own kind
// and to the other.
func nearerTo(own, other []float32) []float64 {
	list := make([]float64, len(own))
	for i, d := range own {
		switch {
		case d < other[i]:
			list[i] = 1
		case d == other[i]:
			list[i] = 0.5
		}
	}
	return list
}

// accuracyValue returns the mean of the part of the scores, with its baseline unless
// that is nil.
func accuracyValue(name, stdErrOf string, got, baseline *oneNNScores, part func(*oneNNScores) []float64) Value {
	mean, stdErr := meanSE(part(got))
	v := Value{Name: name, Value: Number(mean), StdErr: number(stdErr), StdErrOf: stdErrOf, Better: NearBaseline}
	if baseline != nil {
		mean, _ := meanSE(part(baseline))
		v.Baseline = number(mean)
	}
	return v
}
