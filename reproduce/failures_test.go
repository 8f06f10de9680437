package reproduce

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/referee"
)

// TestFailures makes the page from very short trainings.
func TestFailures(t *testing.T) {
	target, err := Find("failures")
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	settings := Settings{Out: out, Command: "gander reproduce failures", Trials: 1, Threads: 1, hurry: 200}
	if err := target.Make(context.Background(), settings); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(out, "failures.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| provoked | runs |", "| healthy | 8 |", "| nan | 2 |", "of the recipe `wgan-gp-points`: named right", "## Remedies", "![samples](healthy-ring8.png)"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestConfusion(t *testing.T) {
	f := &failuresFound{Provoked: []*provoked{
		{provocation: provocation{Failure: referee.Healthy}, Runs: []*failedRun{{Verdict: referee.Healthy}, {Verdict: referee.Unknown, Accused: true}, {Verdict: referee.Collapse, Accused: true}}},
		{provocation: provocation{Failure: referee.Collapse}, Runs: []*failedRun{
			{Verdict: referee.Collapse, Named: 100, Cured: []bool{true}}, {Verdict: referee.Collapse, Named: 900, Late: true, Cured: []bool{false, true}}, {Verdict: referee.DWins},
		}},
	}}
	if got, want := f.Totals(), (totalRow{Failed: 3, Right: 2, Something: 3, InTime: 1, Healthy: 3, Accused: 1, Passing: 1, Treated: 2, First: 1, SecondTried: 1, Second: 1}); got != want {
		t.Errorf("totals %+v, want %+v", got, want)
	}
	rows := f.Confusion()
	if len(rows) != 2 || rows[1].Second != 1 || rows[1].SecondTried != 1 || len(f.Verdicts()) != 4 {
		t.Errorf("rows %+v of %v", rows, f.Verdicts())
	}
}

func TestCured(t *testing.T) {
	healthy := &provoked{provocation: provocation{Failure: referee.Healthy, system: failingPoints}}
	for _, v := range []float64{.8, .9, 1} {
		healthy.Runs = append(healthy.Runs, &failedRun{figures: map[string]float64{referee.Coverage: v, referee.Overfit: 0}})
	}
	s := spreadsOf([]*provoked{healthy})["unrolled"]
	for _, test := range []struct {
		failure           referee.Failure
		coverage, overfit float64
		want              bool
	}{{referee.Collapse, .75, 1, true}, {referee.Collapse, .65, 0, false}, {referee.DOverfits, .9, 1, false}, {referee.DOverfits, .9, 0, true}} {
		if got := s.cured(test.failure, map[string]float64{referee.Coverage: test.coverage, referee.Overfit: test.overfit}); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
