package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

// few writes a dataset of 300 images of 4 x 4 pixels, and returns its path.
func few(t *testing.T) string {
	t.Helper()
	pixels := make([]byte, 300*16)
	for i := range pixels {
		pixels[i] = byte(i * i % 251)
	}
	var b bytes.Buffer
	path := filepath.Join(t.TempDir(), "few.npy")
	err := format.EncodeNPY(&b, []int{300, 4, 4}, pixels)
	if err = errors.Join(err, os.WriteFile(path, b.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
	return path
}

// measures returns what a run's journal says of its measuring, by step.
func measures(t *testing.T, f run.Folder) map[int64][]*measure.Result {
	t.Helper()
	all := map[int64][]*measure.Result{}
	err := run.ReadJournal(f.JournalFile(), func(line []byte) error {
		var r run.Record
		err := json.Unmarshal(line, &r)
		if len(r.Measures) > 0 {
			all[r.Step] = r.Measures
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// checkpointBytes returns the bytes of the checkpoint of a step.
func checkpointBytes(t *testing.T, f run.Folder, step int64) []byte {
	t.Helper()
	content, err := os.ReadFile(f.Checkpoints().Path(step))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestMeasuringChangesNothing compares the checkpoints of a run that measures and of
// one that does not.
func TestMeasuringChangesNothing(t *testing.T) {
	t.Parallel()
	path := few(t)
	plain := begin(t, t.TempDir(), tiny(t, "data.name="+path))
	end(t, plain)
	measured := begin(t, t.TempDir(), tiny(t, "data.name="+path, "train.measure=parzen@30", "train.best=parzen"))
	end(t, measured)
	for _, step := range []int64{0, 2, 4, 6} {
		if !bytes.Equal(checkpointBytes(t, plain.Folder, step), checkpointBytes(t, measured.Folder, step)) {
			t.Errorf("the checkpoints of step %d differ", step)
		}
	}
	if got := measures(t, plain.Folder); len(got) > 0 {
		t.Errorf("the plain run has measured: %v", got)
	}
	for step, results := range measures(t, measured.Folder) {
		r := results[0]
		if r.Reference != path+" validation" || r.N != 30 || !strings.Contains(r.Samples, "step ") {
			t.Errorf("step %d: %d samples of %s against %s", step, r.N, r.Samples, r.Reference)
		}
	}
}

func TestMeasureTicks(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t, "data.name="+few(t), "train.measure=parzen@30", "measure_ticks=3", "steps=9"))
	end(t, s)
	var steps []int64
	for step := range int64(10) {
		if measures(t, s.Folder)[step] != nil {
			steps = append(steps, step)
		}
	}
	if diff := cmp.Diff([]int64{6, 9}, steps); diff != "" { // ticks at 2, 4, 6, 8, and the end
		t.Error(diff)
	}
	if best := s.Best(); best.Step != -1 {
		t.Errorf("step %d is the best of a run that chooses none", best.Step)
	}
	if _, err := s.Folder.Best(); err == nil || !strings.Contains(hint.Text(err), "its train.best names no figure") {
		t.Errorf("error %v", err)
	}
}

// TestBestCheckpoint checks that a run keeps its best checkpoint, and that it ends if
// there is no better one.
func TestBestCheckpoint(t *testing.T) {
	t.Parallel()
	settings := []string{"data.name=" + few(t), "train.measure=parzen@30", "train.best=parzen:validation log-likelihood",
		"steps=40", "keep=1", "patience=3", "model.learning_rate=1"}
	s := begin(t, t.TempDir(), tiny(t, settings...))
	end(t, s)
	best, err := s.Folder.Best()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Best(), best); diff != "" {
		t.Errorf("the session and the journal differ: %s", diff)
	}
	highest, at := math.Inf(-1), int64(0)
	for step := range int64(41) {
		for _, r := range measures(t, s.Folder)[step] {
			if v, ok := r.Find("validation log-likelihood"); ok && float64(v.Value) > highest {
				highest, at = float64(v.Value), step
			}
		}
	}
	if best.Step != at || float64(best.Figure.Value) != highest {
		t.Errorf("best is step %d with %v, the journal has %v at step %d", best.Step, best.Figure.Value, highest, at)
	}
	if want := best.Step + 3*2; s.Step() != want || s.Ended() == "" {
		t.Errorf("ended at step %d (%q), want %d", s.Step(), s.Ended(), want)
	}
	if diff := cmp.Diff([]int64{best.Step, s.Step()}, steps(t, s.Folder.Checkpoints())); diff != "" {
		t.Error(diff)
	}
	g, err := run.OpenBestGenerator(device(t), s.Folder)
	if err != nil || g.Step != best.Step {
		t.Errorf("opened step %v, error %v", g, err)
	}
	_, _, err = run.Resume(device(t), s.Folder, func(*run.Config) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "has ended early: no better validation log-likelihood in 3 measurings") || hint.Of(err) != "--set train.patience=6 continues the training" {
		t.Errorf("resumed with error %v", err)
	}
	resumesToTheSame(t, s, settings)
}

// resumesToTheSame trains the run of whole again, interrupted every third
// round, and wants the same end.
func resumesToTheSame(t *testing.T, whole *run.Session, settings []string) {
	t.Helper()
	s := begin(t, t.TempDir(), tiny(t, settings...))
	for {
		ctx, stop := context.WithCancel(context.Background())
		s.Watch(onRound(func(r *run.Record) {
			if r.Step%3 == 0 {
				stop()
			}
		}))
		err := s.Train(ctx)
		stop()
		if err = errors.Join(err, s.Close()); err == nil {
			break
		}
		if !errors.Is(err, run.ErrInterrupted) {
			t.Fatal(err)
		}
		if s.Ended() != "" {
			break
		}
		s = goOn(t, s.Folder, 40)
	}
	if diff := cmp.Diff(whole.Best(), s.Best()); diff != "" {
		t.Errorf("after interrupts: %s", diff)
	}
	if !bytes.Equal(checkpointBytes(t, whole.Folder, whole.Step()), checkpointBytes(t, s.Folder, whole.Step())) {
		t.Error("the last checkpoints differ")
	}
}

func TestMeasureSettingsRefused(t *testing.T) {
	path := few(t)
	for say, settings := range map[string][]string{
		`train.measure: unknown measure "parzan" (hint: did you mean parzen?)`:                                             {"train.measure=parzan"},
		`train.measure: measure "parzen@x": "x" is no number of samples`:                                                   {"train.measure=parzen@x"},
		`train.measure has parzen twice`:                                                                                   {"train.measure=parzen,parzen@30"},
		`train.measure: parzen of 1 samples, it takes at least 2`:                                                          {"train.measure=parzen@1"},
		`train.measure: unknown measure "nothing"`:                                                                         {"train.measure=parzen@30 mmd@30 nothing"},
		`train.best = "prdc": the run does not measure that`:                                                               {"train.measure=parzen@30", "best=prdc"},
		`train.best: parzen has no figure "score" (hint: it has validation log-likelihood, sigma)`:                         {"train.measure=parzen@30", "best=parzen:score"},
		`train.measure: classes: feature space pixels has no classes`:                                                      {"train.measure=classes@100"},
		`train.measure: modes cannot measure the examples of `:                                                             {"train.measure=modes"},
		`train.measure: 1nn-error needs samples with classes, and output G of recipe digits has no class as its condition`: {"train.measure=1nn-error@30"},
		`train.patience needs train.best`:                                                                                  {"train.measure=parzen@30", "patience=2"},
	} {
		parent := t.TempDir()
		_, err := run.Start(device(t), tiny(t, append(settings, "data.name="+path)...), parent)
		if err == nil || !strings.HasPrefix(hint.Text(err), say) {
			t.Errorf("error %v, want %q", err, say)
		}
		if entries, err := os.ReadDir(parent); err != nil || len(entries) > 0 {
			t.Errorf("%s: %v was left, error %v", say, entries, err)
		}
	}
}

// TestForeignJournalLines reads what others may have added: a line without a
// step, and a result that is none.
func TestForeignJournalLines(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t, "data.name="+few(t), "train.measure=parzen@30", "train.best=parzen", "keep=1"))
	end(t, s)
	journal, err := os.ReadFile(s.Folder.JournalFile())
	if err != nil {
		t.Fatal(err)
	}
	journal = append(bytes.Replace(journal, []byte(`"measures":[`), []byte(`"measures":[null,`), 1), "{\"note\":\"the end\"}\n"...)
	if err := os.WriteFile(s.Folder.JournalFile(), journal, 0o666); err != nil {
		t.Fatal(err)
	}
	best, err := s.Folder.Best()
	if diff := cmp.Diff(s.Best(), best); err != nil || diff != "" {
		t.Errorf("error %v, best %s", err, diff)
	}
	if last, err := run.LastRecord(s.Folder.JournalFile()); err != nil || last.Step != 6 || last.Seconds == 0 {
		t.Errorf("last record %v, error %v", last, err)
	}
	if err := os.Remove(s.Folder.Checkpoints().Path(s.Best().Step)); err != nil {
		t.Fatal(err)
	}
	_, err = run.OpenBestGenerator(device(t), s.Folder)
	if !errors.Is(err, run.ErrNoBest) || !strings.Contains(hint.Text(err), "has not saved its best checkpoint, that of step ") {
		t.Errorf("best without its checkpoint: error %v", err)
	}
}
