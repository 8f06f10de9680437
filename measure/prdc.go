package measure

import "context"

const (
	prdcNeighbours = 5
	prNeighbours   = 3
)

const (
	prdcProtocol = "Each example has a ball: its radius is the distance to its 5th nearest neighbour in its own set. " +
		"The border does not belong to the ball. " +
		"Precision: share of samples in a ball of a real example. " +
		"Recall: share of real examples in a ball of a sample. " +
		"Density: mean number of real balls around a sample, divided by 5. " +
		"Coverage: share of real balls that hold a sample."
	prProtocol = "Each example has a ball: its radius is the distance to its 3rd nearest neighbour in its own set. " +
		"The border belongs to the ball. " +
		"Precision: share of samples in a ball of a real example. " +
		"Recall: share of real examples in a ball of a sample."
)

func init() {
	define(Measure{
		Name:   "prdc",
		Title:  "precision, recall, density and coverage by balls around nearest neighbours",
		Source: "Naeem, Oh, Uh, Choi and Yoo 2020, and its code",
		N:      10000, MinSamples: prdcNeighbours + 1, Kinds: anything, Spaces: true,
		run: prdc,
	})
	define(Measure{
		Name:   "pr",
		Title:  "improved precision and recall",
		Source: "Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019, and its code",
		N:      10000, MinSamples: prNeighbours + 1, Kinds: anything, Spaces: true,
		run: pr,
	})
}

func prdc(ctx context.Context, t *Task, r *Result) error {
	r.Protocol = prdcProtocol
	return ballMeasure(ctx, t, r, prdcNeighbours, false, "precision", "recall", "density", "coverage")
}

func pr(ctx context.Context, t *Task, r *Result) error {
	r.Protocol = prProtocol
	return ballMeasure(ctx, t, r, prNeighbours, true, "precision", "recall")
}

// ballMeasure reports the named figures of balls that reach to the k-th neighbour.
func ballMeasure(ctx context.Context, t *Task, r *Result, k int, border bool, names ...string) error {
	measured, baseline, err := t.comparisons(ctx, r, k+1)
	if err != nil {
		return err
	}
	got, err := t.balls(ctx, measured, k, border)
	if err != nil {
		return err
	}
	var real *balls
	if baseline != nil {
		type key struct {
			of     comparison
			k      int
			border bool
		}
		real, err = memo(t.Cache, key{*baseline, k, border}, func() (*balls, error) { return t.balls(ctx, *baseline, k, border) })
		if err != nil {
			return err
		}
	}
	for _, name := range names {
		r.Values = append(r.Values, got.value(name, real))
	}
	got.warn(r)
	return nil
}

// balls is the position of each example relative to the balls of the other set.
type balls struct {
	precision, density []float64 // of each sample: 1 if it is in a real ball, else 0; the number of real balls that it is in, divided by k
	recall, coverage   []float64 // of each real example: 1 if it is in a sample's ball; 1 if its own ball has a sample
	points             [2]int    // number of balls with radius 0, of samples and of real examples
}

// balls computes the balls of two sets and the positions of their examples.
func (t *Task) balls(ctx context.Context, c comparison, k int, border bool) (*balls, error) {
	radii, err := t.cachedRadii(ctx, c.reference, k)
	if err != nil {
		return nil, err
	}
	around, err := t.radii(ctx, "radii of samples", c.samples, k)
	if err != nil {
		return nil, err
	}
	n, m := c.samples.Len(), c.reference.Len()
	b := &balls{precision: make([]float64, n), density: make([]float64, n), recall: make([]float64, m), coverage: make([]float64, m)}
	b.points = [2]int{countZeros(around), countZeros(radii)}
	within := func(squared, radius float32) bool { return squared < radius || border && squared == radius }
	real := func(i, j int, squared []float32) {
		if b.recall[i] == 1 && b.coverage[i] == 1 {
			return
		}
		for k, d := range squared {
			if within(d, around[j+k]) {
				b.recall[i] = 1
			}
			if within(d, radii[i]) {
				b.coverage[i] = 1
			}
		}
	}
	fake := func(j, i int, squared []float32) {
		for k, d := range squared {
			if within(d, radii[i+k]) {
				b.precision[j] = 1
				b.density[j]++
			}
		}
	}
	if err := t.distances(ctx, "real examples and samples", c.reference, c.samples, real, fake); err != nil {
		return nil, err
	}
	for j := range b.density {
		b.density[j] /= float64(k)
	}
	return b, nil
}

// countZeros returns the number of zeros in list.
func countZeros(list []float32) int {
	n := 0
	for _, v := range list {
		if v == 0 {
			n++
		}
	}
	return n
}

// value returns the figure called name. Its baseline is that of baseline, unless that is
// nil.
func (b *balls) value(name string, baseline *balls) Value {
	mean, stdErr := meanSE(b.list(name))
	v := Value{Name: name, Value: Number(mean), StdErr: number(stdErr), Better: Higher}
	switch name {
	case "precision", "density":
		v.StdErrOf = "standard error over the samples, for fixed balls"
	default:
		v.StdErrOf = "standard error over the real examples, for fixed balls"
	}
	if name == "density" {
		v.Better = NearBaseline
	}
	if baseline != nil {
		mean, _ := meanSE(baseline.list(name))
		v.Baseline = number(mean)
	}
	return v
}

// list returns the values of all examples for the figure called name, which is their mean.
func (b *balls) list(name string) []float64 {
	return map[string][]float64{
		"precision": b.precision, "recall": b.recall, "density": b.density, "coverage": b.coverage,
	}[name]
}

// warn warns of balls with radius 0.
func (b *balls) warn(r *Result) {
	for i, name := range []string{"samples", "real examples"} {
		if n := b.points[i]; n > 0 {
			r.warn("%d of the balls of %s have radius 0, because their neighbours are equal", n, name)
		}
	}
}
