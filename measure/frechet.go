package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
)

func init() {
	define(Measure{
		Name:   "frechet",
		Title:  "Frechet distance of Gaussians fitted to the features",
		Source: "Dowson and Landau 1982; for generators Heusel et al. 2017, in other features",
		N:      10000, Least: 2, Kinds: anything, Spaces: true, Seen: true,
		run: frechet,
	})
}

func frechet(ctx context.Context, t *Task, r *Result) error {
	measured, floor, err := t.comparisons(ctx, r, 2)
	if err != nil {
		return err
	}
	reference, err := t.knownFit(ctx, measured.reference)
	if err != nil {
		return err
	}
	distance, spread, samples, err := t.frechetTo(ctx, measured.samples, reference)
	if err != nil {
		return err
	}
	doubt(r, measured.samples, samples, reference)
	doubt(r, measured.reference, reference, samples)
	value := Value{Name: "distance", Value: Number(distance), Better: Lower}
	if measured.samples.Len() >= 2*jackGroups {
		value.Spread, value.SpreadOf = number(spread), jackknifed
	}
	if floor != nil {
		found, err := once(t.Known, frechetFloor{*floor}, func() (float64, error) { return t.frechetFloor(ctx, *floor) })
		if err != nil {
			return err
		}
		value.Floor = number(found)
	}
	r.Values = []Value{value}
	r.Protocol = fmt.Sprintf("squared Frechet distance |m1-m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) of the means and covariances, over n-1, of %d features, in float64; "+
		"finite samples are too far apart, by more the fewer they are, so only equal numbers compare", measured.samples.Size())
	return nil
}

// A frechetFloor is the key of what [Task.frechetFloor] found.
type frechetFloor struct{ comparison }

// frechetFloor returns the distance between the sets of c.
func (t *Task) frechetFloor(ctx context.Context, c comparison) (float64, error) {
	samples, err := t.fit(ctx, c.samples)
	if err != nil {
		return 0, err
	}
	reference, err := t.knownFit(ctx, c.reference)
	if err != nil {
		return 0, err
	}
	return frechetDistance(samples, reference)
}

// knownFit returns the Gaussian of the moments of a real set: the same for the
// same set, if the task has a Known.
func (t *Task) knownFit(ctx context.Context, s *Set) (gaussian, error) {
	type key struct{ of *Set }
	return once(t.Known, key{s}, func() (gaussian, error) { return t.fit(ctx, s) })
}

// fit returns the Gaussian of the moments of s.
func (t *Task) fit(ctx context.Context, s *Set) (gaussian, error) {
	groups, err := t.groupMoments(ctx, s)
	if err != nil {
		return gaussian{}, err
	}
	return merge(groups).gaussian()
}

// groupMoments returns the moments of consecutive groups of examples, as even
// as can be.
func (t *Task) groupMoments(ctx context.Context, s *Set) ([]moments, error) {
	n := min(jackGroups, s.Len())
	groups := make([]moments, n)
	return groups, t.each(ctx, "moments of "+s.Name, n, func(i int) error {
		part := s.Slice(s.Len()*i/n, s.Len()*(i+1)/n)
		groups[i] = momentsOf(part.Values, part.Size())
		return nil
	})
}

// frechetTo returns the distance of s from the reference, its standard error
// over draws of s, the reference held, if there are enough of them, and the
// Gaussian of s.
func (t *Task) frechetTo(ctx context.Context, s *Set, reference gaussian) (distance, spread float64, g gaussian, err error) {
	groups, err := t.groupMoments(ctx, s)
	if err != nil {
		return 0, 0, g, err
	}
	if g, err = merge(groups).gaussian(); err != nil {
		return 0, 0, g, err
	}
	distance, err = frechetDistance(g, reference)
	if err != nil || s.Len() < 2*jackGroups {
		return distance, 0, g, err
	}
	without := make([]float64, len(groups))
	err = t.each(ctx, "spread of "+s.Name, len(groups), func(i int) error {
		rest, err := merge(slices.Delete(slices.Clone(groups), i, i+1)).gaussian()
		if err != nil {
			return err
		}
		without[i], err = frechetDistance(rest, reference)
		return err
	})
	return distance, jackknife(without), g, err
}

// doubt warns of a covariance that has no inverse. Features that are one and the
// same constant in both sets do not count: they add nothing to the distance.
func doubt(r *Result, s *Set, g, other gaussian) {
	d := s.Size()
	constant, idle := 0, 0
	for k, v := range g.mean {
		if !g.constant(k) {
			continue
		}
		constant++
		if other.constant(k) && math.Abs(v-other.mean[k]) <= 1e-12*math.Abs(v) {
			idle++
		}
	}
	zero := max(g.zero, constant) // all are constant: rounding looks like variance
	switch {
	case s.Len() <= d-idle:
		r.warn("%s: %d examples do not span %d features: the covariance is singular and the distance much too great", s.Name, s.Len(), d-idle)
	case zero > idle:
		r.warn("%s: the covariance is singular, %d of %d features are constant or follow from others", s.Name, zero-idle, d-idle)
	}
}
