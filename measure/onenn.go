package measure

import "context"

func init() {
	define(Measure{
		Name:   "1nn",
		Title:  "can the nearest neighbour tell samples from real examples",
		Source: "Lopez-Paz and Oquab 2017; both halves as Xu et al. 2018",
		N:      10000, Least: 2, Kinds: anything, Spaces: true,
		run: oneNN,
	})
}

// oneNN classifies every example of both sets by its nearest neighbour among all
// others: half of it right is the best that samples can reach in theory; what
// real examples reach is the floor. The halves matter: copies are mistaken for
// real and few modes are not, whatever the mean says.
func oneNN(ctx context.Context, t *Task, r *Result) error {
	measured, floor, err := t.comparisons(ctx, r, 2)
	if err != nil {
		return err
	}
	n := min(measured.samples.Len(), measured.reference.Len())
	r.N, r.M = n, n
	r.Protocol = "leave-one-out: an example is told right if the nearest of all other samples and real examples, as many of the one as of the other, is of its own kind, and half right if both kinds are as near"
	got, err := t.toldRight(ctx, measured)
	if err != nil {
		return err
	}
	var real *told
	if floor != nil {
		type key struct{ of comparison }
		real, err = once(t.Known, key{*floor}, func() (*told, error) { return t.toldRight(ctx, *floor) })
		if err != nil {
			return err
		}
	}
	r.Values = []Value{
		toldValue("accuracy", "standard error over examples", got, real, func(t *told) []float64 { return append(t.real[:len(t.real):len(t.real)], t.fake...) }),
		toldValue("real", "standard error over real examples", got, real, func(t *told) []float64 { return t.real }),
		toldValue("fake", "standard error over samples", got, real, func(t *told) []float64 { return t.fake }),
	}
	return nil
}

// told says of each example whether its nearest neighbour is of its kind: 1, 0,
// or 1/2 for a tie.
type told struct{ real, fake []float64 }

// toldRight classifies the examples of both sets, as many of the one as of the
// other.
func (t *Task) toldRight(ctx context.Context, c comparison) (*told, error) {
	n := min(c.samples.Len(), c.reference.Len())
	own, err := t.knownRadii(ctx, c.reference, n, 1)
	if err != nil {
		return nil, err
	}
	c = comparison{c.samples.Slice(0, n), c.reference.Slice(0, n)}
	ownFake, err := t.radii(ctx, "nearest samples", c.samples, 1)
	if err != nil {
		return nil, err
	}
	toFake, toReal := newNeighbourhood(n, 1), newNeighbourhood(n, 1)
	if err := t.distances(ctx, "real examples and samples", c.reference, c.samples, toFake.visit, toReal.visit); err != nil {
		return nil, err
	}
	return &told{nearerTo(own, toFake.least), nearerTo(ownFake, toReal.least)}, nil
}

// nearerTo says for each example whether its own kind is nearer.
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

func toldValue(name, spreadOf string, got, floor *told, part func(*told) []float64) Value {
	mean, spread := meanSE(part(got))
	v := Value{Name: name, Value: Number(mean), Spread: number(spread), SpreadOf: spreadOf, Better: NearFloor}
	if floor != nil {
		mean, _ := meanSE(part(floor))
		v.Floor = number(mean)
	}
	return v
}
