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
		N:      10000, MinSamples: 2, Kinds: anything, Spaces: true, PrefersClassifier: true,
		run: frechet,
	})
}

// biasOfFrechet is the end of the protocol.
const biasOfFrechet = "the estimate from finite samples is too large, and larger for fewer samples, so only results of equal numbers can be compared"

func frechet(ctx context.Context, t *Task, r *Result) error {
	measured, baseline, err := t.comparisons(ctx, r, 2)
	if err != nil {
		return err
	}
	reference, err := t.cachedFit(ctx, measured.reference)
	if err != nil {
		return err
	}
	distance, stdErr, samples, err := t.frechetWithError(ctx, measured.samples, reference)
	if err != nil {
		return err
	}
	warnSingular(r, measured.samples, samples, reference)
	warnSingular(r, measured.reference, reference, samples)
	value := Value{Name: "distance", Value: Number(distance), Better: Lower}
	if measured.samples.Len() >= 2*jackGroups {
		value.StdErr, value.StdErrOf = number(stdErr), jackknifed
	}
	if baseline != nil {
		found, err := memo(t.Cache, frechetBaseline{*baseline}, func() (float64, error) { return t.frechetBaseline(ctx, *baseline) })
		if err != nil {
			return err
		}
		value.Baseline = number(found)
	}
	r.Values = []Value{value}
	r.Protocol = fmt.Sprintf("squared Frechet distance |m1-m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) of the means and covariances, over n-1, of %d features, in float64; "+
		biasOfFrechet, measured.samples.Size())
	return nil
}

// A frechetBaseline is the cache's key for the result of [Task.frechetBaseline].
type frechetBaseline struct{ comparison }

// frechetBaseline returns the distance between the sets of c.
func (t *Task) frechetBaseline(ctx context.Context, c comparison) (float64, error) {
	samples, err := t.fit(ctx, c.samples)
	if err != nil {
		return 0, err
	}
	reference, err := t.cachedFit(ctx, c.reference)
	if err != nil {
		return 0, err
	}
	return frechetDistance(samples, reference)
}

// cachedFit is fit for a real set.
func (t *Task) cachedFit(ctx context.Context, s *Set) (gaussian, error) {
	type key struct{ of *Set }
	return memo(t.Cache, key{s}, func() (gaussian, error) { return t.fit(ctx, s) })
}

// fit returns the Gaussian of the moments of s.
func (t *Task) fit(ctx context.Context, s *Set) (gaussian, error) {
	groups, err := t.groupMoments(ctx, s)
	if err != nil {
		return gaussian{}, err
	}
	return merge(groups).gaussian()
}

// groupMoments returns the moments of random groups of examples, of equal sizes or
// sizes that differ by 1. Groups of consecutive examples would be of one class each if
// the examples are sorted, and the jackknife would be wrong.
func (t *Task) groupMoments(ctx context.Context, s *Set) ([]moments, error) {
	parts := randomGroups(s.Len(), min(jackGroups, s.Len()), t.Seed, "frechet groups")
	groups := make([]moments, len(parts))
	return groups, t.each(ctx, "moments of "+s.Name, len(parts), func(i int) error {
		part := s.Pick(parts[i])
		groups[i] = momentsOf(part.Values, part.Size())
		return nil
	})
}

// frechetWithError returns the distance of s from the reference, its standard error and
// the Gaussian of s. The standard error is over the examples of s with the reference
// fixed. It is 0 if s has too few examples.
func (t *Task) frechetWithError(ctx context.Context, s *Set, reference gaussian) (distance, stdErr float64, g gaussian, err error) {
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
	err = t.each(ctx, "standard error of "+s.Name, len(groups), func(i int) error {
		rest, err := merge(slices.Delete(slices.Clone(groups), i, i+1)).gaussian()
		if err != nil {
			return err
		}
		without[i], err = frechetDistance(rest, reference)
		return err
	})
	return distance, jackknife(without), g, err
}

// warnSingular warns of a covariance that has no inverse. It ignores features that are
// the same constant in both sets, because they add nothing to the distance.
func warnSingular(r *Result, s *Set, g, other gaussian) {
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
	zero := max(g.zero, constant) // if all are constant, rounding errors look like variance
	switch {
	case s.Len() <= d-idle:
		r.warn("%s: %d examples do not span %d features: the covariance is singular and the distance much too great", s.Name, s.Len(), d-idle)
	case zero > idle:
		r.warn("%s: the covariance is singular, %d of %d features are constant or follow from others", s.Name, zero-idle, d-idle)
	}
}
