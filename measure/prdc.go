package measure

import (
	"context"
	"fmt"
)

const (
	prdcNeighbours = 5
	prNeighbours   = 3
)

func init() {
	define(Measure{
		Name:   "prdc",
		Title:  "precision, recall, density and coverage by balls around nearest neighbours",
		Source: "Naeem, Oh, Uh, Choi and Yoo 2020, and its code",
		N:      10000, Least: prdcNeighbours + 1, Kinds: anything, Spaces: true,
		run: prdc,
	})
	define(Measure{
		Name:   "pr",
		Title:  "improved precision and recall",
		Source: "Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019, and its code",
		N:      10000, Least: prNeighbours + 1, Kinds: anything, Spaces: true,
		run: pr,
	})
}

func prdc(ctx context.Context, t *Task, r *Result) error {
	r.Protocol = fmt.Sprintf("a ball reaches from each example to its %d-th nearest of its own set, itself left out, border excluded: "+
		"precision is the share of samples in a ball of a real example, recall of real examples in a ball of a sample, "+
		"density the mean number of real balls a sample is in divided by %d, coverage the share of real balls with a sample", prdcNeighbours, prdcNeighbours)
	return ballMeasure(ctx, t, r, prdcNeighbours, false, "precision", "recall", "density", "coverage")
}

func pr(ctx context.Context, t *Task, r *Result) error {
	r.Protocol = fmt.Sprintf("a ball reaches from each example to its %d-rd nearest of its own set, itself left out, border included: "+
		"precision is the share of samples in a ball of a real example, recall of real examples in a ball of a sample", prNeighbours)
	return ballMeasure(ctx, t, r, prNeighbours, true, "precision", "recall")
}

// ballMeasure reports the named figures of the balls of k neighbours.
func ballMeasure(ctx context.Context, t *Task, r *Result, k int, border bool, names ...string) error {
	measured, floor, err := t.comparisons(ctx, r, k+1)
	if err != nil {
		return err
	}
	got, err := t.balls(ctx, measured, k, border)
	if err != nil {
		return err
	}
	var real *balls
	if floor != nil {
		type key struct {
			of     comparison
			k      int
			border bool
		}
		real, err = once(t.Known, key{*floor, k, border}, func() (*balls, error) { return t.balls(ctx, *floor, k, border) })
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

// balls says of each example how it lies to the balls of the other set.
type balls struct {
	precision, density []float64 // of each sample: in a real ball or not (1 or 0), in how many by k
	recall, coverage   []float64 // of each real example: in a sample's ball or not; its own has a sample or not
	points             [2]int    // balls of radius 0, of samples and of real examples
}

// balls compares two sets.
func (t *Task) balls(ctx context.Context, c comparison, k int, border bool) (*balls, error) {
	radii, err := t.knownRadii(ctx, c.reference, c.reference.Len(), k)
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

func countZeros(list []float32) int {
	n := 0
	for _, v := range list {
		if v == 0 {
			n++
		}
	}
	return n
}

// value returns the figure of that name beside that of the floor, which may be
// nil.
func (b *balls) value(name string, floor *balls) Value {
	mean, spread := meanSE(b.list(name))
	v := Value{Name: name, Value: Number(mean), Spread: number(spread), Better: Higher}
	switch name {
	case "precision", "density":
		v.SpreadOf = "standard error over samples, balls held"
	default:
		v.SpreadOf = "standard error over real examples, balls held"
	}
	if name == "density" {
		v.Better = NearFloor
	}
	if floor != nil {
		mean, _ := meanSE(floor.list(name))
		v.Floor = number(mean)
	}
	return v
}

func (b *balls) list(name string) []float64 {
	return map[string][]float64{
		"precision": b.precision, "recall": b.recall, "density": b.density, "coverage": b.coverage,
	}[name]
}

// warn says what makes the balls odd.
func (b *balls) warn(r *Result) {
	for i, name := range []string{"samples", "real examples"} {
		if n := b.points[i]; n > 0 {
			r.warn("%d of the balls of %s have radius 0, as their neighbours are equal", n, name)
		}
	}
}
