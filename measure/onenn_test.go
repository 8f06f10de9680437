package measure

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestOneNNMNIST compares with the published baseline: training images as samples.
func TestOneNNMNIST(t *testing.T) {
	needsLong(t)
	r := runMeasure(t, "1nn", Task{Samples: mnist(t, data.Train).Slice(0, 10000), Reference: mnist(t, data.Test)})
	for name, want := range map[string]float64{"accuracy": 0.560, "real": 0.561, "fake": 0.559} {
		if v, _ := r.Find(name); math.Abs(float64(v.Value)-want) > 0.001 {
			t.Errorf("%s is %v, want %v", name, v.Value, want)
		}
	}
}

// TestOneNNAgreesWithItsDefinition compares with a classifier of the pooled
// examples. One of the sets is larger.
func TestOneNNAgreesWithItsDefinition(t *testing.T) {
	const n = 200
	task := Task{Samples: points("samples", n, 3, 0.5, 0.7), Reference: points("reference", n+50, 3, 0, 1), Train: points("train", n, 3, 0, 1)}
	r := runMeasure(t, "1nn", task)
	if r.N != n || r.M != n {
		t.Errorf("compared %d with %d, want %d with as many", r.N, r.M, n)
	}
	for _, baseline := range []bool{false, true} {
		samples := task.Samples
		if baseline {
			samples = task.Train
		}
		pool := &Set{Name: "pool", Field: samples.Field, Values: append(slices.Clone(samples.Values), task.Reference.draw(n, task.Seed, "1nn reference").Values...)}
		right := [2]float64{}
		for i, row := range plainDistances(pool, pool) {
			if slices.Index(row, slices.Min(row))/n == i/n {
				right[i/n]++
			}
		}
		for name, want := range map[string]float64{"fake": right[0] / n, "real": right[1] / n, "accuracy": (right[0] + right[1]) / n / 2} {
			v, _ := r.Find(name)
			got := float64(v.Value)
			if baseline {
				got = float64(*v.Baseline)
			}
			if math.Abs(got-want) > 1e-12 {
				t.Errorf("%s is %v, want %v (baseline: %v)", name, got, want, baseline)
			}
		}
	}
}

// TestOneNNExtremes measures sets far from each other, and copies, which must tie.
func TestOneNNExtremes(t *testing.T) {
	near, far := points("near", 50, 2, 0, 1), points("far", 50, 2, 100, 1)
	for _, c := range []struct {
		reference *Set
		want      float64
	}{{far, 1}, {near, 0}} {
		r := runMeasure(t, "1nn", Task{Samples: near, Reference: c.reference})
		for _, v := range r.Values {
			if float64(v.Value) != c.want {
				t.Errorf("%s against %s: %s is %v, want %v", near.Name, c.reference.Name, v.Name, v.Value, c.want)
			}
		}
	}
	equal := points("equal", 50, 2, 1, 0)
	if v, _ := runMeasure(t, "1nn", Task{Samples: equal, Reference: equal}).Find("accuracy"); v.Value != 0.5 {
		t.Errorf("accuracy among equal points is %v, want 1/2", v.Value)
	}
}
