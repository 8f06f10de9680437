package run_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// tinyMessages returns the settings of a run without data that takes no time.
func tinyMessages(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	return configOf(t, "messages", append([]string{"batch=4", "bits=3", "hidden=8", "grid=5", "steps=7", "tick_kimg=.008", "keep=9"}, settings...)...)
}

// TestRunWithoutData checks the ticks, the checkpoints, the speed and the samples of
// a run without data.
func TestRunWithoutData(t *testing.T) {
	s := begin(t, t.TempDir(), tinyMessages(t))
	var rounds []int64
	s.Watch(onRound(func(r *run.Record) {
		rounds = append(rounds, r.Step)
		if want := float64(r.Step) * 4 / 1000; r.Kimg != want || !(r.SamplesPerS > 0) {
			t.Errorf("round %d: kimg %g, want %g, and %g samples a second", r.Step, r.Kimg, want, r.SamplesPerS)
		}
		if _, ok := r.Statistics["errors of Bob"]; !ok || len(r.Losses) != 3 || len(r.GradientNorms) != 3 {
			t.Errorf("round %d tells %+v", r.Step, r)
		}
	}))
	end(t, s)
	if diff := cmp.Diff([]int64{1, 2, 3, 4, 5, 6, 7}, rounds); diff != "" {
		t.Error(diff)
	}
	want := []int64{2, 4, 6, 7}
	var ticks []int64
	for _, r := range records(t, s.Folder) {
		ticks = append(ticks, r.Step)
		if r.Kimg != float64(r.Step)*4/1000 || !(r.SamplesPerS > 0) || !(r.Seconds > 0) {
			t.Errorf("the journal says of step %d: %+v", r.Step, r)
		}
	}
	if diff := cmp.Diff(want, ticks); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(append([]int64{0}, want...), steps(t, s.Folder.Checkpoints())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"Alice": 83, "Bob": 83, "Eve": 59}, s.Parameters()); diff != "" {
		t.Error(diff)
	}
	if name := s.Folder.Name(); name != "0001-messages" {
		t.Errorf("the run is called %s", name)
	}
	for name, there := range map[string]bool{"init": true, "step-00000007": true, "reals": false} {
		if _, err := os.Stat(filepath.Join(s.Folder.SampleFolder(), name+".png")); (err == nil) != there || !there && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("picture %s: error %v", name, err)
		}
	}
}

// TestLengthWithoutData computes the length of a run from kimg, which counts the
// minibatches of the game.
func TestLengthWithoutData(t *testing.T) {
	s := begin(t, t.TempDir(), tinyMessages(t, "steps=0", "kimg=.1"))
	if s.Rounds() != 25 {
		t.Errorf("%d rounds of 4 messages, want 25 for 0.1 kimg", s.Rounds())
	}
}

func TestRunWithoutDataResumesExactly(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{3, 4} {
		resumesExactly(t, at, func() *run.Config { return tinyMessages(t) })
	}
}

// TestDrawWithoutData draws messages, which are made from bits.
func TestDrawWithoutData(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyMessages(t)).Folder)
	messages := draw(t, g, 70, 1)
	if len(messages.Values) != 70*3 || messages.Field.String() != "3 numbers" {
		t.Errorf("%d numbers in 70 messages, %v", len(messages.Values), messages.Field)
	}
	for name, in := range messages.Inputs {
		for _, bit := range in.Floats {
			if bit != 1 && bit != -1 {
				t.Fatalf("a bit of %s is %g", name, bit)
			}
		}
	}
	if diff := cmp.Diff(messages.Inputs["plain"], messages.Inputs["key"]); diff == "" {
		t.Error("message and key are drawn from the same numbers")
	}
	if _, err := g.Interpolations(context.Background(), "", 2, 3, 1, nil); err != nil {
		t.Error(err)
	}
	if _, _, err := g.ClassRows(context.Background(), "", 9, 1, nil); err == nil || hint.Of(err) != "it takes no conditions" {
		t.Errorf("a row for each class: error %v", hint.Text(orNone(err)))
	}
}
