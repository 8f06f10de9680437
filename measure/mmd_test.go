package measure

import (
	"context"
	"math"
	"slices"
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

func TestMMDAgreesWithItsDefinition(t *testing.T) {
	task := Task{Samples: points("samples", 150, 4, 0.5, 1), Reference: points("reference", 220, 4, 0, 1), Train: points("train", 150, 4, 0, 1), Seed: 3}
	r := runMeasure(t, "mmd", task)
	pool := &Set{Name: "pool", Shape: []int{4}, Values: append(slices.Clone(task.Samples.Values), task.Reference.Values...)}
	var list []float64
	for i, row := range plainDistances(pool, pool) {
		list = append(list, row[:i]...)
	}
	slices.Sort(list)
	sigma, _ := r.Find("sigma")
	if want := math.Sqrt(list[len(list)/2]); math.Abs(float64(sigma.Value)-want) > 1e-5 {
		t.Errorf("sigma is %v, want the median distance %v", sigma.Value, want)
	}
	v, _ := r.Find("MMD^2")
	if want := plainMMD(task.Samples, task.Reference, float64(sigma.Value)); math.Abs(float64(v.Value)-want) > 1e-7 {
		t.Errorf("MMD^2 is %v, want %v", v.Value, want)
	}
	if want := plainMMD(task.Train, task.Reference, float64(sigma.Value)); math.Abs(float64(*v.Floor)-want) > 1e-7 {
		t.Errorf("floor is %v, want %v", *v.Floor, want)
	}
}

// TestMMDBearsOutliers moves one sample far away: it moves the mean, beside which
// the others are compared, but no distance between them.
func TestMMDBearsOutliers(t *testing.T) {
	for _, far := range []float32{1e4, 1e8, 1e15} {
		task := Task{Samples: points("samples", 150, 4, 0.5, 1), Reference: points("reference", 220, 4, 0, 1)}
		task.Samples.Values[0] = far
		r := runMeasure(t, "mmd", task)
		sigma, _ := r.Find("sigma")
		v, _ := r.Find("MMD^2")
		if want := plainMMD(task.Samples, task.Reference, float64(sigma.Value)); !(math.Abs(float64(v.Value)-want) <= 1e-7) {
			t.Errorf("a sample at %g: MMD^2 is %v, want %v", far, v.Value, want)
		}
	}
}

// TestMMDSpread compares the jackknife with what the estimate does over draws.
func TestMMDSpread(t *testing.T) {
	task := newTask(t)
	x, y := points("x", 6000, 2, 0.4, 1), points("y", 6000, 2, 0, 1)
	var estimates, errors []float64
	for k := range 60 {
		real := y.Slice(100*k, 100*k+100)
		of := &kernelSums{task, 1 / (2 * 1.5 * 1.5)}
		yy, err := of.within(context.Background(), "", real)
		if err != nil {
			t.Fatal(err)
		}
		d, err := of.discrepancy(context.Background(), comparison{x.Slice(100*k, 100*k+100), real}, yy)
		if err != nil {
			t.Fatal(err)
		}
		estimate, standardError := d.estimate()
		estimates, errors = append(estimates, estimate), append(errors, standardError)
	}
	_, sd := meanSD(estimates)
	if mean, _ := meanSD(errors); math.Abs(mean/sd-1) > 0.25 {
		t.Errorf("the jackknife says %v, draws vary by %v", mean, sd)
	}
}

func TestMMDRefusesConstants(t *testing.T) {
	m, _, _ := Find("mmd")
	same := points("same", 20, 2, 0.5, 0)
	if _, err := m.Run(context.Background(), Task{Samples: same, Reference: same}); err == nil || !strings.Contains(err.Error(), "no bandwidth") {
		t.Errorf("got %v", err)
	}
}
