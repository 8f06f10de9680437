package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// plainMMD is the unbiased estimate by direct double sums.
func plainMMD(x, y *Set, sigma float64) float64 {
	mean := func(a, b *Set, pairs int) float64 {
		sum := 0.0
		for _, row := range plainDistances(a, b) {
			for _, d := range row {
				sum += math.Exp(-d / (2 * sigma * sigma))
			}
		}
		return sum / float64(pairs)
	}
	n, m := x.Len(), y.Len()
	return mean(x, x, n*(n-1)) + mean(y, y, m*(m-1)) - 2*mean(x, y, n*m)
}

// plainSigma is the median distance between all examples of s, in four digits.
func plainSigma(t *testing.T, s *Set) float64 {
	t.Helper()
	var list []float64
	for i, row := range plainDistances(s, s) {
		list = append(list, row[:i]...)
	}
	slices.Sort(list)
	sigma, err := strconv.ParseFloat(fmt.Sprintf("%.4g", math.Sqrt(list[len(list)/2])), 64)
	if err != nil {
		t.Fatal(err)
	}
	return sigma
}

func TestMMDAgreesWithItsDefinition(t *testing.T) {
	task := Task{Samples: points("samples", 150, 4, 0.5, 1), Reference: points("reference", 220, 4, 0, 1), Train: points("train", 150, 4, 0, 1), Seed: 3}
	r := runMeasure(t, "mmd", task)
	sigma := plainSigma(t, task.Reference)
	if want := fmt.Sprintf("; sigma = %g, also for the baseline, is the median distance between 220 real examples", sigma); !strings.Contains(r.Protocol, want) {
		t.Errorf("the protocol %q does not say %q", r.Protocol, want)
	}
	v := r.Values[0]
	if want := plainMMD(task.Samples, task.Reference, sigma); math.Abs(float64(v.Value)-want) > 1e-7 {
		t.Errorf("MMD^2 is %v, want %v", v.Value, want)
	}
	if want := plainMMD(task.Train, task.Reference, sigma); math.Abs(float64(*v.Baseline)-want) > 1e-7 {
		t.Errorf("baseline is %v, want %v", *v.Baseline, want)
	}
}

// TestMMDOfHalves checks that the baseline, with a half of the real examples as reference, has
// the bandwidth of all of them.
func TestMMDOfHalves(t *testing.T) {
	task := Task{Samples: points("samples", 150, 4, 0.5, 1), Reference: points("reference", 220, 4, 0, 1), Seed: 3}
	first, second := task.drawHalves(task.Reference, 110)
	r := runMeasure(t, "mmd", task)
	want := plainMMD(first, second, plainSigma(t, task.Reference))
	if got := float64(*r.Values[0].Baseline); math.Abs(got-want) > 1e-7 {
		t.Errorf("baseline is %v, want %v", got, want)
	}
}

// TestMMDHasOneKernel checks that the kernel does not depend on the samples or the seed, and
// that it depends on the real examples.
func TestMMDHasOneKernel(t *testing.T) {
	real, train := points("real", 1300, 3, 0, 1), points("train", 150, 3, 0, 1)
	task := Task{Samples: points("near", 150, 3, 0.1, 1), Train: train, Reference: real, Cache: &Cache{}}
	near := runMeasure(t, "mmd", task)
	task.Samples, task.Seed, task.Cache = points("far", 150, 3, 9, 4), 1, nil
	far := runMeasure(t, "mmd", task)
	if err := Comparable(near, far); err != nil {
		t.Error(err)
	}
	if *near.Values[0].Baseline != *far.Values[0].Baseline {
		t.Errorf("the baselines are %v and %v", *near.Values[0].Baseline, *far.Values[0].Baseline)
	}
	task.Reference = points("real", 1300, 3, 0, 1.01)
	if err := Comparable(far, runMeasure(t, "mmd", task)); err == nil || !strings.Contains(err.Error(), "the protocol is ") {
		t.Errorf("kernels of two bandwidths: %v", err)
	}
}

// TestMMDBearsOutliers moves one sample far away. This moves the mean, which is subtracted
// from all, but must not change the distances between the others.
func TestMMDBearsOutliers(t *testing.T) {
	for _, far := range []float32{1e4, 1e8, 1e15} {
		task := Task{Samples: points("samples", 150, 4, 0.5, 1), Reference: points("reference", 220, 4, 0, 1)}
		task.Samples.Values[0] = far
		v := runMeasure(t, "mmd", task).Values[0]
		if want := plainMMD(task.Samples, task.Reference, plainSigma(t, task.Reference)); !(math.Abs(float64(v.Value)-want) <= 1e-7) {
			t.Errorf("a sample at %g: MMD^2 is %v, want %v", far, v.Value, want)
		}
	}
}

// TestMMDStdErr compares the jackknife with the standard deviation of the estimate over
// draws.
func TestMMDStdErr(t *testing.T) {
	task := newTask(t)
	x, y := points("x", 6000, 2, 0.4, 1), points("y", 6000, 2, 0, 1)
	var estimates, errors []float64
	for k := range 60 {
		real := y.Slice(100*k, 100*k+100)
		of := &gaussianSums{task, 1 / (2 * 1.5 * 1.5)}
		estimate, standardError, err := of.estimate(context.Background(), comparison{x.Slice(100*k, 100*k+100), real})
		if err != nil {
			t.Fatal(err)
		}
		estimates, errors = append(estimates, estimate), append(errors, standardError)
	}
	_, sd := meanSD(estimates)
	if mean, _ := meanSD(errors); math.Abs(mean/sd-1) > 0.25 {
		t.Errorf("the jackknife gives %v, draws vary by %v", mean, sd)
	}
}

func TestMMDRefusesConstants(t *testing.T) {
	m, _, _ := Find("mmd")
	same := points("same", 20, 2, 0.5, 0)
	if _, err := m.Run(context.Background(), Task{Samples: same, Reference: same}); err == nil || !strings.Contains(err.Error(), "cannot be the bandwidth") {
		t.Errorf("got %v", err)
	}
}
