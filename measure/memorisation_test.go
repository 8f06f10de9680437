package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestMemorisation copies some training examples, exactly and almost.
func TestMemorisation(t *testing.T) {
	const n = 200
	train, held := points("train", 900, 10, 0, 1), points("held", 300, 10, 0, 1)
	samples := points("samples", n, 10, 0, 1)
	drawn := drawIndices(900, 300, 0, "memorisation training") // the number of held-out examples
	for i, rest := 0, 0; i < 20; rest++ {
		if !slices.Contains(drawn, rest) {
			copy(samples.At(i), train.At(rest))
			i++
		}
	}
	for i := 20; i < 50; i++ {
		copy(samples.At(i), train.At(drawn[i]))
		samples.At(i)[3] += 0.01
	}
	r := runMeasure(t, "memorisation", Task{Samples: samples, Train: train, Reference: held, Validation: points("validation", n, 10, 0, 1)})
	for name, want := range map[string]float64{
		"duplicates": 20.0 / n, "near duplicates": 50.0 / n,
		"distance to train":    meanNearest(samples, train.draw(300, 0, "memorisation training")),
		"distance to held-out": meanNearest(samples, held),
		"ratio":                meanNearest(samples, train.draw(300, 0, "memorisation training")) / meanNearest(samples, held),
	} {
		if v, _ := r.Find(name); math.Abs(float64(v.Value)-want) > 1e-5 {
			t.Errorf("%s is %v, want %v", name, v.Value, want)
		}
	}
	ratio, _ := r.Find("ratio")
	if ratio.Value > *ratio.Baseline-3**ratio.StdErr || math.Abs(float64(*ratio.Baseline)-1) > 0.05 {
		t.Errorf("ratio %v +- %v, baseline %v: want it below the baseline, which is 1", ratio.Value, *ratio.StdErr, *ratio.Baseline)
	}
	wantWarnings(t, r, "200 samples and not the 2000", "20 of the 200 samples are exact copies", "no two samples are a pair")
}

// meanNearest returns the mean distance of samples to the nearest of real.
func meanNearest(samples, real *Set) float64 {
	sum := 0.0
	for _, row := range plainDistances(samples, real) {
		sum += math.Sqrt(slices.Min(row))
	}
	return sum / float64(samples.Len())
}

// TestSupport draws samples from a small set and checks the estimate of its size.
func TestSupport(t *testing.T) {
	const support, n = 400, 500
	of, samples := points("support", support, 8, 0, 1), points("samples", n, 8, 0, 1)
	draw := points("draw", n, 1, 0, 1)
	for i := range n {
		at := int(math.Abs(float64(draw.Values[i]))*1e4) % support
		copy(samples.At(i), of.At(at))
	}
	r := runMeasure(t, "memorisation", Task{Samples: samples, Train: points("train", n, 8, 0, 1), Reference: points("held", n, 8, 0, 1)})
	if v, _ := r.Find("support"); math.Abs(float64(v.Value)/support-1) > 0.2 {
		t.Errorf("support of %v examples, want about %d", v.Value, support)
	}
	if v, _ := r.Find("pairs"); v.Baseline == nil || *v.Baseline > 10 || v.Value < 50 {
		t.Errorf("%v pairs, with the baseline %v, want many above few", v.Value, v.Baseline)
	}
	wantWarnings(t, r, "500 samples and not the 2000", "the baseline compares 250 real examples with 250 others: there are fewer than 500 validation examples")
}

// TestMemorisationOfHeldOutExamples has only distances of 0 to divide by.
func TestMemorisationOfHeldOutExamples(t *testing.T) {
	held := points("held", 40, 2, 0, 1)
	r := runMeasure(t, "memorisation", Task{Samples: held, Train: points("train", 40, 2, 0, 1), Reference: held, Validation: points("validation", 40, 2, 0, 1)})
	if v, _ := r.Find("ratio"); v.StdErr != nil || v.Baseline == nil {
		t.Errorf("ratio %v, standard error %v, baseline %v: want a baseline and no standard error", v.Value, v.StdErr, v.Baseline)
	}
	wantWarnings(t, r, "40 samples and not", "40 of the 40 samples are exact copies", "all samples are equal to held-out examples", "no two samples are a pair")
}

// TestPairsOfPerfectSamples checks that there is about one pair, for samples from the real
// distribution and in the baseline, with few and with many held-out examples.
func TestPairsOfPerfectSamples(t *testing.T) {
	const draws = 40
	for _, held := range []int{60, 200} {
		var found, baseline float64
		for i := range draws {
			name := func(what string) string { return fmt.Sprintf("%s %d of %d", what, i, held) }
			task := Task{Samples: points(name("samples"), 200, 5, 0, 1), Train: points(name("train"), 9, 5, 0, 1),
				Validation: points(name("validation"), 200, 5, 0, 1), Reference: points(name("held"), held, 5, 0, 1)}
			r := runMeasure(t, "memorisation", task)
			if v, _ := r.Find("pairs"); v.Baseline == nil {
				t.Fatal("pairs have no baseline")
			} else {
				found, baseline = found+float64(v.Value)/draws, baseline+float64(*v.Baseline)/draws
			}
			if warned := strings.Contains(strings.Join(r.Warnings, "; "), "among 60 samples"); warned != (held == 60) {
				t.Errorf("%d held-out examples: warnings %q", held, r.Warnings)
			}
		}
		if found < 0.4 || found > 3 || baseline < 0.4 || baseline > 3 { // 1 and 1, with deviations of some 0.25
			t.Errorf("with %d held-out examples there are %.2f pairs on average, in the baseline %.2f", held, found, baseline)
		}
	}
}

// TestPairsOfEqualExamples counts equal samples, and equal examples of the baseline, as
// pairs. Equal held-out examples do not change the limit.
func TestPairsOfEqualExamples(t *testing.T) {
	four := func(name string) *Set {
		s := points(name, 60, 2, 0, 1)
		for i := range 3 {
			copy(s.At(50+i), s.At(0)) // six pairs
		}
		return s
	}
	task := Task{Samples: points("samples", 60, 2, 0, 1), Train: points("train", 60, 2, 0, 1), Validation: points("validation", 60, 2, 0, 1), Reference: four("held")}
	pairs := func() (found, baseline float64) {
		v, _ := runMeasure(t, "memorisation", task).Find("pairs")
		if v.Baseline == nil {
			t.Fatal("pairs have no baseline")
		}
		return float64(v.Value), float64(*v.Baseline)
	}
	found, baseline := pairs()
	task.Samples, task.Validation = four("samples"), four("validation")
	if more, higher := pairs(); more-found < 6 || higher-baseline < 6 {
		t.Errorf("%v pairs, with the baseline %v; with six equal pairs in each %v and %v", found, baseline, more, higher)
	}
}

// TestMemorisationInTraining compares with the validation examples, which then cannot replace
// the samples in the baseline.
func TestMemorisationInTraining(t *testing.T) {
	validation := points("validation", 400, 5, 0, 1)
	r := runMeasure(t, "memorisation", Task{Samples: points("samples", 150, 5, 0, 1), Train: points("train", 400, 5, 0, 1), Validation: validation, Reference: validation})
	if v, _ := r.Find("ratio"); v.Baseline == nil || math.Abs(float64(*v.Baseline)-1) > 0.1 {
		t.Errorf("the ratio has the baseline %v, want about 1", v.Baseline)
	}
}

func TestMemorisationRefuses(t *testing.T) {
	m, _, _ := Find("memorisation")
	s := points("s", 9, 2, 0, 1)
	still := points("still", 9, 2, 1, 0)
	for _, task := range []Task{{Samples: s, Train: s}, {Samples: s, Reference: s}, {Samples: s, Train: s, Reference: s.Slice(0, 1)}, {Samples: s, Train: s, Reference: still}} {
		if _, err := m.Run(context.Background(), task); err == nil || !strings.HasPrefix(err.Error(), "memorisation: ") {
			t.Errorf("got %v", err)
		}
	}
}
