package measure

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestPRDCMNIST compares with the published calibration of REFERENCE section 8: training
// images, and the same images blurred, against the test set. The publication does not
// name the images that were blurred, which have a density of 6.86. The density of ten
// thousand blurred training images is between 6.8 and 7.2, depending on the images. The
// other figures do not depend on them. The density of the first ten thousand is 7.07 by
// NumPy.
func TestPRDCMNIST(t *testing.T) {
	needsLong(t)
	train := mnist(t, data.Train).Slice(0, 10000)
	r := runMeasure(t, "prdc", Task{Samples: blurred(train), Train: train, Reference: mnist(t, data.Test)})
	for i, name := range []string{"precision", "recall", "density", "coverage"} {
		v := r.Values[i]
		real, blur := []float64{0.915, 0.920, 0.911, 0.936}[i], []float64{1.000, 0.010, 7.07, 0.932}[i]
		t.Logf("%s: real %.4f, blurred %.4f +- %.4f", name, *v.Baseline, v.Value, *v.StdErr)
		if v.Name != name || math.Abs(float64(*v.Baseline)-real) > 0.01 || math.Abs(float64(v.Value)-blur) > 0.01 {
			t.Errorf("%s: real %v, blurred %v, want %v and %v", v.Name, *v.Baseline, v.Value, real, blur)
		}
	}
}

// TestPRDCGaussians compares with the published figures of two draws from one Gaussian in 1000
// dimensions, within sampling error.
func TestPRDCGaussians(t *testing.T) {
	needsLong(t)
	r := runMeasure(t, "prdc", Task{Samples: points("samples", 10000, 1000, 0, 1), Reference: points("reference", 10000, 1000, 0, 1)})
	for i, want := range []float64{0.4772, 0.4705, 1.0555, 0.9735} {
		v := r.Values[i]
		t.Logf("%s %.4f +- %.4f", v.Name, v.Value, *v.StdErr)
		if math.Abs(float64(v.Value)-want) > 4*float64(*v.StdErr) {
			t.Errorf("%s is %v, want %v", v.Name, v.Value, want)
		}
	}
}

// plainBalls computes precision, recall, density and coverage by the formulas of their papers,
// with double loops.
func plainBalls(samples, reference *Set, k int, border bool) map[string]float64 {
	radius := func(s *Set) []float64 {
		var radii []float64
		for _, row := range plainDistances(s, s) {
			slices.Sort(row)
			radii = append(radii, row[k-1])
		}
		return radii
	}
	within := func(d, r float64) bool { return d < r || border && d == r }
	ofReal, ofSamples, table := radius(reference), radius(samples), plainDistances(reference, samples)
	n, m := float64(samples.Len()), float64(reference.Len())
	got := map[string]float64{}
	for j := range samples.Len() {
		balls := 0.0
		for i := range table {
			if within(table[i][j], ofReal[i]) {
				balls++
			}
		}
		got["precision"] += min(balls, 1) / n
		got["density"] += balls / n / float64(k)
	}
	for i, row := range table {
		if slices.ContainsFunc(row, func(d float64) bool { return within(d, ofReal[i]) }) {
			got["coverage"] += 1 / m
		}
		for j, d := range row {
			if within(d, ofSamples[j]) {
				got["recall"] += 1 / m
				break
			}
		}
	}
	return got
}

// TestPRDCAgreesWithItsDefinition compares with double loops in float64.
func TestPRDCAgreesWithItsDefinition(t *testing.T) {
	task := Task{Samples: points("samples", 300, 5, 0.3, 0.8), Train: points("train", 350, 5, 0, 1), Reference: points("reference", 400, 5, 0, 1)}
	for name, k := range map[string]int{"prdc": 5, "pr": 3} {
		r := runMeasure(t, name, task)
		border := name == "pr"
		want, baseline := plainBalls(task.Samples, task.Reference, k, border), plainBalls(task.Train.draw(300, task.Seed, "baseline"), task.Reference, k, border)
		for _, v := range r.Values {
			if math.Abs(float64(v.Value)-want[v.Name]) > 1e-9 || math.Abs(float64(*v.Baseline)-baseline[v.Name]) > 1e-9 {
				t.Errorf("%s: %s %v, baseline %v, want %v and %v", name, v.Name, v.Value, *v.Baseline, want[v.Name], baseline[v.Name])
			}
		}
		wantWarnings(t, r, "300 samples and not the 10000")
	}
}

// TestPRDCWarns checks the warnings: of a baseline of halves, of no baseline, of copies and of
// equal examples.
func TestPRDCWarns(t *testing.T) {
	reference := points("reference", 40, 2, 0, 1)
	few := "40 samples and not the 10000"
	r := runMeasure(t, "prdc", Task{Samples: points("samples", 40, 2, 0, 1), Reference: reference})
	wantWarnings(t, r, few, "the baseline compares 20 real examples with 20 others")
	r = runMeasure(t, "prdc", Task{Samples: points("samples", 10, 2, 0, 1), Reference: reference.Slice(0, 10)})
	wantWarnings(t, r, "10 samples and not the 10000", "no baseline")

	// All figures of a set against itself are 1, except density, which has no bound.
	r = runMeasure(t, "prdc", Task{Samples: reference, Reference: reference, Train: points("train", 40, 2, 0, 1)})
	wantWarnings(t, r, few, "40 of the 40 samples are exact copies")
	for _, name := range []string{"precision", "recall", "coverage"} {
		if v, _ := r.Find(name); v.Value != 1 {
			t.Errorf("%s of a set against itself is %v", name, v.Value)
		}
	}

	constant := points("samples", 40, 2, 0.3, 0)
	r = runMeasure(t, "prdc", Task{Samples: constant, Reference: reference, Train: points("train", 40, 2, 0, 1)})
	wantWarnings(t, r, few, "40 of the balls of samples have radius 0")
	if v, _ := r.Find("recall"); v.Value != 0 {
		t.Errorf("recall of a constant is %v", v.Value)
	}
}

func TestPRDCRefuses(t *testing.T) {
	m, _, _ := Find("prdc")
	for want, task := range map[string]Task{
		"5 samples are too few, want at least 6":       {Samples: points("s", 5, 2, 0, 1), Reference: points("r", 50, 2, 0, 1)},
		"5 real examples are too few, want at least 6": {Samples: points("s", 50, 2, 0, 1), Reference: points("r", 5, 2, 0, 1)},
		"no real examples to compare with":             {Samples: points("s", 50, 2, 0, 1)},
		"too near to compute distances":                {Samples: points("s", 50, 2, 0, 1e-25), Reference: points("r", 50, 2, 0, 1e-25)},
		"of shape [3]":                                 {Samples: points("s", 50, 2, 0, 1), Reference: points("r", 50, 3, 0, 1)},
	} {
		if _, err := m.Run(context.Background(), task); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}
