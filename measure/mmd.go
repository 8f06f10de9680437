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
		N:      10000, Least: 3, Kinds: anything, Spaces: true,
		run: mmd,
	})
}

// medianOf is how many real examples the bandwidth is found from.
const medianOf = 1000

// mmd reports the unbiased estimate of the squared discrepancy, which may be
// below 0 for sets that are alike.
//
// Its bandwidth sigma is a median distance (Gretton et al. 2012, section 8, the
// median heuristic). They take that of both sets together, for one test of two
// sets. Here it is that of the real examples alone, which samples like them would
// not change: a sigma that the samples move is another kernel, so another
// distance, for each generator, and grows as they get worse. One sigma judges all
// samples that are held against the same real examples, and the floor. It is part
// of the protocol, in which results must agree to be compared.
func mmd(ctx context.Context, t *Task, r *Result) error {
	measured, floor, err := t.comparisons(ctx, r, 3)
	if err != nil {
		return err
	}
	sigma, err := t.knownBandwidth(ctx, measured.reference)
	if err != nil {
		return err
	}
	r.Protocol = fmt.Sprintf("unbiased MMD^2 with k(x, y) = exp(-|x - y|^2 / (2 sigma^2)); "+
		"sigma = %g, for the floor, too, the median distance between %d real examples, taken evenly", sigma, min(medianOf, measured.reference.Len()))
	of := &gaussianSums{t, 1 / (2 * sigma * sigma)}
	mean, spread, err := of.estimate(ctx, measured)
	if err != nil {
		return err
	}
	v := Value{Name: "MMD^2", Value: Number(mean), Spread: number(spread), SpreadOf: "standard error by the jackknife over both sets", Better: Lower}
	if floor != nil {
		type key struct {
			of    comparison
			sigma float64
		}
		real, err := once(t.Known, key{*floor, sigma}, func() (float64, error) {
			mean, _, err := of.estimate(ctx, *floor)
			return mean, err
		})
		if err != nil {
			return err
		}
		v.Floor = number(real)
	}
	r.Values = []Value{v}
	return nil
}

// knownBandwidth returns the sigma for a real set: the same for the same set.
func (t *Task) knownBandwidth(ctx context.Context, real *Set) (float64, error) {
	type key struct{ of *Set }
	return once(t.Known, key{real}, func() (float64, error) { return t.bandwidth(ctx, real) })
}

// bandwidth returns the median distance between real examples, taken evenly from
// the set, in four digits: rounding errors, which differ from one processor to
// another, make no other kernel.
func (t *Task) bandwidth(ctx context.Context, real *Set) (float64, error) {
	n := min(medianOf, real.Len())
	pool := &Set{Name: real.Name, Field: real.Field}
	for i := range n {
		pool.Values = append(pool.Values, real.At(i*real.Len()/n)...)
	}
	list := make([]float32, n*n)
	collect := func(i, j int, squared []float32) { copy(list[i*n+j:], squared) }
	if err := t.distances(ctx, "median distance", pool, pool, collect, nil); err != nil {
		return 0, err
	}
	slices.Sort(list)
	median := list[n*(n-1)/2] // the upper one of n(n-1) distances: the last n are those to itself
	if median == 0 {
		return 0, fmt.Errorf("%s: most real examples are equal: their median distance is 0 and gives no bandwidth", real.Name)
	}
	return strconv.ParseFloat(strconv.FormatFloat(math.Sqrt(float64(median)), 'g', 4, 64), 64)
}

// gaussianSums computes sums of the kernel between each example of a set and all
// others.
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
	yy, err := once(k.task.Known, key{c.reference, k.scale}, func() ([]float64, error) { return k.within(ctx, "real examples", c.reference) })
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

// A discrepancy holds, for each sample x and real example y, the sums of the
// kernel with the samples and with the real examples.
type discrepancy struct{ xx, xy, yy, yx []float64 }

// discrepancy sums over both sets; yy are the sums within the reference.
func (k *gaussianSums) discrepancy(ctx context.Context, c comparison, yy []float64) (*discrepancy, error) {
	xx, err := k.within(ctx, "samples", c.samples)
	if err != nil {
		return nil, err
	}
	xy, yx := make([]float64, c.samples.Len()), make([]float64, c.reference.Len())
	err = k.task.gaussianKernel(ctx, "samples and real examples", c.samples, c.reference, k.scale, addTo(xy), addTo(yx))
	return &discrepancy{xx, xy, yy, yx}, err
}

// within returns the sum of each example of s with all others.
func (k *gaussianSums) within(ctx context.Context, what string, s *Set) ([]float64, error) {
	sums := make([]float64, s.Len())
	return sums, k.task.gaussianKernel(ctx, what, s, s, k.scale, addTo(sums), nil)
}

// addTo returns a visit that adds values to the sum of their example.
func addTo(sums []float64) visit {
	return func(i, _ int, values []float32) {
		var parts [4]float64 // that do not wait for one another
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

// estimate returns the unbiased MMD^2 and its standard error: every example is
// left out in turn (Efron and Stein 1981).
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
