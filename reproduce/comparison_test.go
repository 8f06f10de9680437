package reproduce

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestComparisonPage makes the smallest comparison twice: the second call uses the runs of
// the first.
func TestComparisonPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander", Trials: 2,
		Set: []string{"hidden=4", "latent=3", "batch=10", "train.steps=8", "train.tick_kimg=0.02", "train.grid=4"}}
	want := wantPage(t, unrolledRing, s, `^\| 0 steps \| \d\.\d{3} ± `, `^\| 5 steps \| 2 \| 8 \|`, "^- `model.hidden = 4` instead of 128$")
	folders, err := run.List(filepath.Join(s.Out, "runs", "5-steps"))
	if err != nil || len(folders) != 2 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	if got := wantPage(t, unrolledRing, s); untimed(got) != untimed(want) {
		t.Errorf("the second call gives\n%s\nthe first\n%s", got, want)
	}
	s.Set, s.Out = []string{"unroll=3"}, t.TempDir()
	if err := unrolledRing.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), "the methods of unrolled-ring differ in it (hint: leave it out)") {
		t.Errorf("a setting in which the methods differ gives %v", err)
	}
}

// TestMethodsFit builds the settings of all runs of the comparisons of stacked MNIST.
func TestMethodsFit(t *testing.T) {
	for _, target := range []Target{stackedMNIST, stackedLosses} {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		s := Settings{Out: t.TempDir(), Epochs: .01, Set: []string{"train.grid=4"}}
		if err := target.Make(ctx, s); !errors.Is(err, run.ErrInterrupted) && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", target.Name, err)
		}
	}
}
