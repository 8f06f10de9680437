package measure

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestParzenMNIST compares with the published calibration: 10000 training images as samples,
// unchanged (the baseline) and blurred.
func TestParzenMNIST(t *testing.T) {
	needsLong(t)
	train := mnist(t, data.Train).Slice(40000, 50000)
	r := runMeasure(t, "parzen", Task{
		Samples: blurred(train), Train: train, Validation: mnist(t, data.Validation), Reference: mnist(t, data.Test),
	})
	score, _ := r.Find("log-likelihood")
	t.Logf("real %.2f, blurred %.2f +- %.2f", *score.Baseline, score.Value, *score.StdErr)
	if got := *score.Baseline; got < 236.5 || got > 238.5 {
		t.Errorf("real images score %v, want 236.5 to 238.5", got)
	}
	if got := float64(score.Value); math.Abs(got-304) > 1 {
		t.Errorf("blurred images score %v, want about 304", got)
	}
	if sigma, _ := r.Find("sigma"); math.Abs(float64(sigma.Value)-math.Pow(10, -7.0/9)) > 1e-9 {
		t.Errorf("sigma is %v, want 0.167", sigma.Value)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "above that of real") {
		t.Errorf("warnings %q, want one that the score is above that of real images", r.Warnings)
	}
}

// TestLogLikelihood compares with the formula, for more samples than a tile has.
func TestLogLikelihood(t *testing.T) {
	samples, examples := points("samples", tileRows+100, 3, 0.4, 0.3), points("examples", 20, 3, 0.5, 0.3)
	sigmas := []float64{0.03, 0.2, 1}
	got, err := newTask(t).logLikelihood(context.Background(), "", samples, examples, sigmas)
	if err != nil {
		t.Fatal(err)
	}
	table := plainDistances(examples, samples)
	for k, sigma := range sigmas {
		for i, row := range table {
			sum := 0.0
			for _, d := range row {
				sum += math.Exp(-d/(2*sigma*sigma)) / math.Pow(sigma*math.Sqrt(2*math.Pi), 3)
			}
			if want := math.Log(sum / float64(len(row))); math.Abs(got[k][i]-want) > 1e-4 {
				t.Errorf("sigma %v: example %d has %v nats, want %v", sigma, i, got[k][i], want)
			}
		}
	}
}

// TestLogLikelihoodFarAway checks densities that underflow.
func TestLogLikelihoodFarAway(t *testing.T) {
	samples := &Set{Name: "samples", Field: data.Point(1), Values: []float32{0, 0}}
	examples := &Set{Name: "examples", Field: data.Point(1), Values: []float32{1000}}
	got, err := newTask(t).logLikelihood(context.Background(), "", samples, examples, []float64{0.1})
	if err != nil {
		t.Fatal(err)
	}
	if want := -1e6/0.02 - math.Log(0.1*math.Sqrt(2*math.Pi)); math.Abs(got[0][0]/want-1) > 1e-6 {
		t.Errorf("got %v nats, want %v", got[0][0], want)
	}
}

// TestParzenOfValidation checks that there is no test score without a reference, and that a
// sigma from the fine grid is not worse.
func TestParzenOfValidation(t *testing.T) {
	task := Task{Samples: points("samples", 300, 2, 0.5, 0.4), Validation: points("validation", 1200, 2, 0.5, 0.4)}
	coarse := runMeasure(t, "parzen", task)
	task.Fine = true
	fine := runMeasure(t, "parzen", task)
	for _, r := range []*Result{coarse, fine} {
		if r.M != 1000 || r.Reference != "validation" || len(r.Values) != 2 || r.Values[0].Name != "validation log-likelihood" {
			t.Errorf("got %+v", r)
		}
	}
	if a, b := coarse.Values[0].Value, fine.Values[0].Value; b < a {
		t.Errorf("a fine sigma scores %v, a coarse one %v", b, a)
	}
	if coarse.Protocol == fine.Protocol {
		t.Error("another grid has the same protocol")
	}
	wantWarnings(t, coarse, "300 samples and not the 10000", "no baseline")
}

func TestParzenWarns(t *testing.T) {
	r := runMeasure(t, "parzen", Task{
		Samples: points("samples", 50, 1, 0, 0.001), Train: points("train", 50, 1, 0, 0.001), Validation: points("validation", 100, 1, 0, 0.001),
	})
	wantWarnings(t, r, "50 samples and not the 10000", "100 validation examples", "edge of its grid")
	m, _, _ := Find("parzen")
	if _, err := m.Run(context.Background(), Task{Samples: points("samples", 50, 1, 0, 1)}); err == nil || !strings.Contains(hint.Text(err), "hint:") {
		t.Errorf("without validation examples: %v", err)
	}
}
