package command

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/measure"
)

func TestFigure(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 25: "25", -1: "-1", .5: "0.5000", -.25: "-0.2500", 9.99999: "10.0000", 225.314: "225.31",
		12345.67: "12345.7", .00012: "1.20e-04", 2e12: "2.00e+12", math.Inf(1): "+Inf", math.NaN(): "NaN",
	} {
		if got := figure(measure.Number(v)); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}

func TestVerdict(t *testing.T) {
	n := func(v float64) *measure.Number { m := measure.Number(v); return &m }
	for _, test := range []struct {
		name     string
		now, was measure.Value
		want     string
	}{
		{"higher", measure.Value{Value: 2, Better: measure.Higher}, measure.Value{Value: 1}, "better"},
		{"lower", measure.Value{Value: 2, Better: measure.Lower}, measure.Value{Value: 1}, "worse"},
		{"near", measure.Value{Value: 2, Baseline: n(1.9), Better: measure.NearBaseline}, measure.Value{Value: 1, Baseline: n(1.9)}, "better"},
		{"far", measure.Value{Value: 3, Baseline: n(1.9), Better: measure.NearBaseline}, measure.Value{Value: 1, Baseline: n(1.9)}, "worse"},
		{"noise", measure.Value{Value: 2, StdErr: n(.8), Better: measure.Higher}, measure.Value{Value: 1, StdErr: n(.8)}, "alike"},
		{"equal", measure.Value{Value: 1, Better: measure.Higher}, measure.Value{Value: 1}, "alike"},
		{"none", measure.Value{Value: measure.Number(math.NaN()), Better: measure.Higher}, measure.Value{Value: 1}, ""},
	} {
		if got := verdict(test.now, test.was); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestResultText(t *testing.T) {
	n := func(v float64) *measure.Number { m := measure.Number(v); return &m }
	r := &measure.Result{
		Measure: "classes", Space: "lenet@1/mnist", Samples: "samples.npy", Reference: "mnist test", N: 100, M: 10000,
		Seed: 3, Drawn: []string{"100 of 200 samples", "100 of 500 training examples for the baseline"},
		Protocol: strings.Repeat("a sentence about what was computed of what, ", 3) + "and how",
		Values: []measure.Value{
			{Name: "score", Value: 7.5, StdErr: n(.25), StdErrOf: "sd of 20 draws", Baseline: n(9.5), Better: measure.Higher},
			{Name: "KL", Value: .125, Unit: "nats", Better: measure.Lower},
		},
		Groups:   []measure.Group{{Name: "class", Of: []string{"0", "1"}, Samples: []measure.Number{60, 40}, Real: []measure.Number{50, 50}}},
		Warnings: []string{strings.Repeat("what makes it less than it seems ", 3)},
	}
	want := `classes in lenet@1/mnist: 100 samples, samples.npy, against 10000 of mnist test
  warning: what makes it less than it seems what makes it less than it seems
    what makes it less than it seems
  figure      value       ±  baseline  better
  score      7.5000  0.2500    9.5000  higher
  KL (nats)  0.1250       -         -  lower
  class  samples  baseline
  0           60        50
  1           40        50
  ± sd of 20 draws
  drawn without replacement from seed 3: 100 of 200 samples; 100 of 500 training
  examples for the baseline
  a sentence about what was computed of what, a sentence about what was computed
  of what, a sentence about what was computed of what, and how

`
	if diff := cmp.Diff(want, resultText(r, nil)); diff != "" {
		t.Error(diff)
	}
	before := *r
	before.Samples = "earlier.npy"
	before.Values = []measure.Value{{Name: "score", Value: 7}}
	text := resultText(r, &before)
	for _, line := range []string{
		"  compared with earlier.npy\n",
		"  score      7.5000  0.2500       7  +0.5000  better\n",
		"  KL (nats)  0.1250       -       -        -\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("%s\nlacks the line %q", text, line)
		}
	}
}

// TestStdErrs lists which figure has which standard error, if they differ.
func TestStdErrs(t *testing.T) {
	r := &measure.Result{Values: []measure.Value{
		{Name: "precision", StdErrOf: "over samples"}, {Name: "recall", StdErrOf: "over real examples"},
		{Name: "density", StdErrOf: "over samples"}, {Name: "copies"},
	}}
	if got, want := stdErrs(r), "± of precision and density: over samples; of recall: over real examples"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
