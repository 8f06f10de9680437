package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
)

func init() {
	define(Measure{
		Name:   "mmd",
		Title:  "maximum mean discrepancy with a Gaussian kernel",
		Source: "Gretton, Borgwardt, Rasch, Schölkopf and Smola 2012, equation 3 and section 8",
		N:      10000, MinSamples: 3, Kinds: anything, Spaces: true,
		run: mmd,
	})
}

// medianOf is the number of real examples that give the bandwidth, their median distance.
const medianOf = 1000

// mmd reports the unbiased estimate of the squared discrepancy. It may be below 0 for
// equal distributions.
//
// The bandwidth sigma is a median distance (Gretton et al. 2012, section 8, the median
// heuristic). They take the median over both sets together, for one test of two sets.
// Here it is the median over real examples only. If sigma depended on the samples, each
// generator would have its own kernel and so its own distance, and sigma would grow as
// the samples get worse. All samples that are compared with the same real examples, and
// the baseline, have the same sigma. It is part of the protocol, so results with
// different sigmas cannot be compared. For this reason its examples are drawn from a
// fixed seed and not from the task's.
func mmd(ctx context.Context, t *Task, r *Result) error {
	measured, baseline, err := t.comparisons(ctx, r, 3)
	if err != nil {
		return err
	}
	sigma, err := t.cachedBandwidth(ctx, measured.reference)
	if err != nil {
		return err
	}
	r.Protocol = fmt.Sprintf("unbiased MMD^2 with k(x, y) = exp(-|x - y|^2 / (2 sigma^2)); "+
		"sigma = %g, also for the baseline, is the median distance between %s", sigma, medianExamples(measured.reference.Len()))
	of := &gaussianSums{t, 1 / (2 * sigma * sigma)}
	mean, stdErr, err := of.estimate(ctx, measured)
	if err != nil {
		return err
	}
	v := Value{Name: "MMD^2", Value: Number(mean), StdErr: number(stdErr), StdErrOf: "standard error by the jackknife over both sets", Better: Lower}
	if baseline != nil {
		type key struct {
			of    comparison
			sigma float64
		}
		real, err := memo(t.Cache, key{*baseline, sigma}, func() (float64, error) {
			mean, _, err := of.estimate(ctx, *baseline)
			return mean, err
		})
		if err != nil {
			return err
		}
		v.Baseline = number(real)
	}
	r.Values = []Value{v}
	return nil
}

// medianExamples names the real examples that give sigma, of a set of n.
func medianExamples(n int) string {
	if n <= medianOf {
		return fmt.Sprintf("%d real examples", n)
	}
	return fmt.Sprintf("%d real examples, drawn from seed %d", medianOf, realSeed)
}

// cachedBandwidth is bandwidth, computed once for a real set.
func (t *Task) cachedBandwidth(ctx context.Context, real *Set) (float64, error) {
	type key struct{ of *Set }
	return memo(t.Cache, key{real}, func() (float64, error) { return t.bandwidth(ctx, real) })
}

// bandwidth returns the median distance between real examples. It is rounded to four
// digits, so that rounding errors, which differ between processors, do not change the
// kernel.
func (t *Task) bandwidth(ctx context.Context, real *Set) (float64, error) {
	pool := real.draw(medianOf, realSeed, "mmd bandwidth")
	n := pool.Len()
	list := make([]float32, n*n)
	collect := func(i, j int, squared []float32) { copy(list[i*n+j:], squared) }
	if err := t.distances(ctx, "median distance", pool, pool, collect, nil); err != nil {
		return 0, err
	}
	slices.Sort(list)
	median := list[n*(n-1)/2] // the upper median of n(n-1) distances: the last n are the +Inf of an example with itself
	if median == 0 {
		return 0, fmt.Errorf("%s: most real examples are equal, so their median distance is 0 and cannot be the bandwidth", real.Name)
	}
	return strconv.ParseFloat(strconv.FormatFloat(math.Sqrt(float64(median)), 'g', 4, 64), 64)
}

// gaussianSums computes, for each example of a set, the sum of the kernel over other
// examples.
type gaussianSums struct {
	task  *Task
	scale float64 // 1 / (2 sigma^2)
}

// estimate returns the unbiased MMD^2 of a comparison and its standard error.
func (k *gaussianSums) estimate(ctx context.Context, c comparison) (mmd, standardError float64, err error) {
	type key struct {
		of    *Set
		scale float64
	}
	yy, err := memo(k.task.Cache, key{c.reference, k.scale}, func() ([]float64, error) { return k.within(ctx, "real examples", c.reference) })
	if err != nil {
		return 0, 0, err
	}
	d, err := k.discrepancy(ctx, c, yy)
	if err != nil {
		return 0, 0, err
	}
	mmd, standardError = d.estimate()
	return mmd, standardError, nil
}

// A discrepancy is the sums of the kernel for each sample x and each real example y: over
// the samples (xx, yx) and over the real examples (xy, yy).
type discrepancy struct{ xx, xy, yy, yx []float64 }

// discrepancy computes the sums. The caller has computed yy.
func (k *gaussianSums) discrepancy(ctx context.Context, c comparison, yy []float64) (*discrepancy, error) {
	xx, err := k.within(ctx, "samples", c.samples)
	if err != nil {
		return nil, err
	}
	xy, yx := make([]float64, c.samples.Len()), make([]float64, c.reference.Len())
	err = k.task.gaussianKernel(ctx, "samples and real examples", c.samples, c.reference, k.scale, addTo(xy), addTo(yx))
	return &discrepancy{xx, xy, yy, yx}, err
}

// within returns, for each example of s, the sum over all others of s.
func (k *gaussianSums) within(ctx context.Context, what string, s *Set) ([]float64, error) {
	sums := make([]float64, s.Len())
	return sums, k.task.gaussianKernel(ctx, what, s, s, k.scale, addTo(sums), nil)
}

// addTo returns a visit that adds the values of an example to its sum.
func addTo(sums []float64) visit {
	return func(i, _ int, values []float32) {
		var parts [4]float64 // four independent chains of additions are faster than one
		k := 0
		for ; k+4 <= len(values); k += 4 {
			parts[0] += float64(values[k])
			parts[1] += float64(values[k+1])
			parts[2] += float64(values[k+2])
			parts[3] += float64(values[k+3])
		}
		for ; k < len(values); k++ {
			parts[0] += float64(values[k])
		}
		sums[i] += parts[0] + parts[1] + (parts[2] + parts[3])
	}
}

// estimate returns the unbiased MMD^2 and its standard error, by a jackknife that leaves
// out one example at a time (Efron and Stein 1981).
func (d *discrepancy) estimate() (mmd, standardError float64) {
	n, m := float64(len(d.xx)), float64(len(d.yy))
	a, b, c := total(d.xx), total(d.yy), total(d.xy)
	of := func(a, n, b, m, c float64) float64 { return a/(n*(n-1)) + b/(m*(m-1)) - 2*c/(n*m) }
	without := make([]float64, len(d.xx))
	for i := range without {
		without[i] = of(a-2*d.xx[i], n-1, b, m, c-d.xy[i])
	}
	_, sdX := meanSD(without)
	without = make([]float64, len(d.yy))
	for j := range without {
		without[j] = of(a, n, b-2*d.yy[j], m-1, c-d.yx[j])
	}
	_, sdY := meanSD(without)
	return of(a, n, b, m, c), math.Sqrt((n-1)*sdX*sdX + (m-1)*sdY*sdY)
}
