package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/internal/stream"
)

func init() {
	define(Measure{
		Name:   "mmd",
		Title:  "maximum mean discrepancy with a Gaussian kernel",
		Source: "Gretton, Borgwardt, Rasch, Schölkopf and Smola 2012, equation 3 and section 8",
		N:      10000, Least: 3, Points: true, Images: true, Spaces: true,
		run: mmd,
	})
}

// medianDraws is how many examples of each set the bandwidth is found from.
const medianDraws = 500

// mmd reports the unbiased estimate of the squared discrepancy, which may be
// below 0 for sets that are alike.
func mmd(ctx context.Context, t *Task, r *Result) error {
	measured, floor, err := t.comparisons(ctx, r, 3)
	if err != nil {
		return err
	}
	sigma, err := t.medianDistance(ctx, measured)
	if err != nil {
		return err
	}
	r.Protocol = fmt.Sprintf("unbiased MMD^2 with k(x, y) = exp(-|x - y|^2 / (2 sigma^2)); sigma is the median distance between the examples of a pool, "+
		"up to %d drawn from each set by the seed; the floor has the same sigma", medianDraws)
	of := &kernelSums{t, 1 / (2 * sigma * sigma)}
	yy, err := of.within(ctx, "real examples", measured.reference)
	if err != nil {
		return err
	}
	got, err := of.discrepancy(ctx, measured, yy)
	if err != nil {
		return err
	}
	mean, spread := got.estimate()
	v := Value{Name: "MMD^2", Value: Number(mean), Spread: number(spread), SpreadOf: "standard error by the jackknife over both sets", Better: Lower}
	if floor != nil {
		if floor.reference != measured.reference {
			if yy, err = of.within(ctx, "real examples", floor.reference); err != nil {
				return err
			}
		}
		real, err := of.discrepancy(ctx, *floor, yy)
		if err != nil {
			return err
		}
		mean, _ := real.estimate()
		v.Floor = number(mean)
	}
	r.Values = []Value{v, {Name: "sigma", Value: Number(sigma), Better: NearFloor}}
	return nil
}

// medianDistance returns the median distance between the examples of a pool of
// both sets.
func (t *Task) medianDistance(ctx context.Context, c comparison) (float64, error) {
	pool := &Set{Name: c.samples.Name + " and " + c.reference.Name, Shape: c.samples.Shape}
	for k, s := range []*Set{c.samples, c.reference} {
		for _, i := range stream.New(t.Seed, fmt.Sprint("measure mmd: pool ", k)).Perm(make([]int32, s.Len()))[:min(medianDraws, s.Len())] {
			pool.Values = append(pool.Values, s.At(int(i))...)
		}
	}
	n := pool.Len()
	list := make([]float32, n*n)
	collect := func(i, j int, squared []float32) { copy(list[i*n+j:], squared) }
	if err := t.distances(ctx, "median distance", pool, pool, collect, nil); err != nil {
		return 0, err
	}
	slices.Sort(list)
	median := list[n*(n-1)/2] // the upper one of n(n-1) distances: the last n are those to itself
	if median == 0 {
		return 0, errors.New("most examples of the samples and the real examples are equal: their median distance is 0 and gives no bandwidth")
	}
	return math.Sqrt(float64(median)), nil
}

// kernelSums computes sums of the kernel between each example of a set and all
// others.
type kernelSums struct {
	task  *Task
	scale float64 // 1 / (2 sigma^2)
}

// A discrepancy holds, for each sample x and real example y, the sums of the
// kernel with the samples and with the real examples.
type discrepancy struct{ xx, xy, yy, yx []float64 }

// discrepancy sums over both sets; yy are the sums within the reference.
func (k *kernelSums) discrepancy(ctx context.Context, c comparison, yy []float64) (*discrepancy, error) {
	xx, err := k.within(ctx, "samples", c.samples)
	if err != nil {
		return nil, err
	}
	xy, yx := make([]float64, c.samples.Len()), make([]float64, c.reference.Len())
	err = k.task.kernel(ctx, "samples and real examples", c.samples, c.reference, k.scale, addTo(xy), addTo(yx))
	return &discrepancy{xx, xy, yy, yx}, err
}

// within returns the sum of each example of s with all others.
func (k *kernelSums) within(ctx context.Context, what string, s *Set) ([]float64, error) {
	sums := make([]float64, s.Len())
	return sums, k.task.kernel(ctx, what, s, s, k.scale, addTo(sums), nil)
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

func total(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum
}
