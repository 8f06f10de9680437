package measure

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

func init() {
	define(Measure{
		Name:   "kernel",
		Title:  "kernel distance: unbiased estimate of the squared maximum mean discrepancy of the features",
		Source: "Binkowski et al. 2018, section 3, in other features",
		N:      10000, MinSamples: 100, Kinds: anything, Spaces: true, PrefersClassifier: true,
		run: kernel,
	})
}

// The protocol of Binkowski et al. 2018.
const (
	kernelSubsets = 100
	kernelSize    = 1000 // examples in a subset of each side
)

func kernel(ctx context.Context, t *Task, r *Result) error {
	measured, baseline, err := t.comparisons(ctx, r, 2)
	if err != nil {
		return err
	}
	mean, stdErr, size, err := t.kernelDistance(ctx, "samples", measured)
	if err != nil {
		return err
	}
	if size < kernelSize {
		r.warn("subsets have %d examples and not the %d of the protocol, because there are no more", size, kernelSize)
	}
	value := Value{Name: "distance", Value: Number(mean), StdErr: number(stdErr),
		StdErrOf: fmt.Sprintf("from the standard deviation over %d subsets", kernelSubsets), Better: Lower}
	switch n, m := measured.samples.Len(), measured.reference.Len(); {
	case n == size && m == size:
		r.warn("no standard error: every subset has all samples and all real examples")
		value.StdErr, value.StdErrOf = nil, ""
	case n == size:
		r.warn("every subset has all samples: the standard error is only of the choice of real examples")
	case m == size:
		r.warn("every subset has all real examples: the standard error is only of the choice of samples")
	}
	if baseline != nil {
		type key struct {
			of   comparison
			seed uint64
		}
		found, err := memo(t.Cache, key{*baseline, t.Seed}, func() (float64, error) {
			mean, _, _, err := t.kernelDistance(ctx, "baseline", *baseline)
			return mean, err
		})
		if err != nil {
			return err
		}
		value.Baseline = number(found)
	}
	r.Values = []Value{value}
	r.Protocol = fmt.Sprintf("unbiased estimate of the squared maximum mean discrepancy of %d features under the kernel (x.y/d + 1)^3, d their number: "+
		"the mean over %d random subsets of %d examples of each side, which may overlap; around 0 for equal distributions, and then often below", measured.samples.Size(), kernelSubsets, size)
	return nil
}

// kernelDistance returns the mean discrepancy over random subsets, its standard error,
// and the size of the subsets. The subsets of the reference are the same for all
// samples and for the baseline.
func (t *Task) kernelDistance(ctx context.Context, what string, c comparison) (mean, stdErr float64, size int, err error) {
	size = min(kernelSize, c.samples.Len(), c.reference.Len())
	yy, err := t.cachedWithin(ctx, c.reference, size)
	if err != nil {
		return 0, 0, 0, err
	}
	k, err := newKernelProgram(t.Device, size, c.samples.Size(), true)
	if err != nil {
		return 0, 0, 0, err
	}
	pickX, pickY := newPicker(t.Seed, "kernel "+what, c.samples.Len()), newReferencePicker(t.Seed, c.reference)
	found := make([]float64, kernelSubsets)
	for i := range found {
		if err := ctx.Err(); err != nil {
			return 0, 0, 0, err
		}
		pickInto(k.x, c.samples, pickX.next(size))
		pickInto(k.y, c.reference, pickY.next(size))
		k.program.Run()
		found[i] = discrepancyOf(size, k.within(), yy[i], k.between())
		if math.IsInf(found[i], 0) || math.IsNaN(found[i]) {
			return 0, 0, 0, hint.Add(fmt.Errorf("%s: the kernel of features is beyond what float32 holds", c.samples.Name), "scale the data")
		}
		t.progress("subsets of "+what, i+1, kernelSubsets)
	}
	mean, stdErr = subsetsError(found, size, min(c.samples.Len(), c.reference.Len()))
	return mean, stdErr, size, nil
}

// subsetsError returns the mean of estimates and its standard error. Each estimate is
// from a subset of size examples of all. The standard deviation of the estimates is the
// standard error of one subset. The mean is as exact as an estimate from all examples: its
// standard error is smaller by sqrt(size/all). It is not more exact: subsets
// overlap, so more of them add no information.
func subsetsError(estimates []float64, size, all int) (mean, stdErr float64) {
	mean, sd := meanSD(estimates)
	return mean, sd * math.Sqrt(float64(size)/float64(all))
}

// discrepancyOf returns the squared maximum mean discrepancy of two sets of m = size
// examples (Gretton et al. 2012, equation 3): (xx + yy)/(m(m-1)) - 2 xy/m^2. xx is the
// sum of k(x_i, x_j) over i != j, yy the same of y, and xy the sum of all k(x_i, y_j).
func discrepancyOf(size int, xx, yy, xy float64) float64 {
	m := float64(size)
	return (xx+yy)/(m*(m-1)) - 2*xy/(m*m)
}

// cachedWithin is kernelWithin, computed once for a real set.
func (t *Task) cachedWithin(ctx context.Context, real *Set, size int) ([]float64, error) {
	type key struct {
		of   *Set
		size int
		seed uint64
	}
	return memo(t.Cache, key{real, size, t.Seed}, func() ([]float64, error) { return t.kernelWithin(ctx, real, size) })
}

// kernelWithin returns the sum of the kernel within each subset of a real set,
// [kernelSubsets].
func (t *Task) kernelWithin(ctx context.Context, real *Set, size int) ([]float64, error) {
	k, err := newKernelProgram(t.Device, size, real.Size(), false)
	if err != nil {
		return nil, err
	}
	pick, sums := newReferencePicker(t.Seed, real), make([]float64, kernelSubsets)
	for i := range sums {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pickInto(k.x, real, pick.next(size))
		k.program.Run()
		sums[i] = k.within()
		t.progress("subsets of real examples", i+1, kernelSubsets)
	}
	return sums, nil
}

// A picker draws subsets. No subset has an example twice.
type picker struct {
	random *random.Stream
	order  []int32
}

func newPicker(seed uint64, name string, n int) *picker {
	p := &picker{random.New(seed, name), make([]int32, n)}
	for i := range p.order {
		p.order[i] = int32(i)
	}
	return p
}

// newReferencePicker returns the picker of the subsets of a reference.
func newReferencePicker(seed uint64, real *Set) *picker {
	return newPicker(seed, "kernel reference", real.Len())
}

// next returns k different indices, the first k of a shuffle. They are valid until the
// next call.
func (p *picker) next(k int) []int32 {
	for i := range k {
		j := i + p.random.Intn(len(p.order)-i)
		p.order[i], p.order[j] = p.order[j], p.order[i]
	}
	return p.order[:k]
}

// pickInto copies the picked examples of s into dst, [len(pick), s.Size()].
func pickInto(dst []float32, s *Set, pick []int32) {
	for i, k := range pick {
		copy(dst[i*s.Size():], s.At(int(k)))
	}
}
