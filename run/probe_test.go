package run_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

// TestProbesChangeNothing trains with probes, without them, and with an interruption. The
// checkpoints have equal bytes, and an interrupted run has equal probes.
func TestProbesChangeNothing(t *testing.T) {
	var states [][]byte
	for _, probes := range []string{"true", "false"} {
		s := begin(t, t.TempDir(), tiny(t, "steps=6", "tick_kimg=.004", "probes="+probes))
		end(t, s)
		c, err := run.LoadCheckpoint(s.Folder.Checkpoints().Path(6))
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, tensor := range c.Tensors {
			all = append(all, tensor.Data...)
		}
		states = append(states, all)
	}
	if string(states[0]) != string(states[1]) {
		t.Error("probes change the bytes of the training")
	}
	whole := begin(t, t.TempDir(), tiny(t, "steps=6", "tick_kimg=.004"))
	end(t, whole)
	part := begin(t, t.TempDir(), tiny(t, "steps=3", "tick_kimg=.004"))
	end(t, part)
	end(t, goOn(t, part.Folder, 6))
	if a, b := probesOf(t, whole.Folder), probesOf(t, part.Folder); a != b {
		t.Errorf("the probes of a resumed run are\n%s\nwant\n%s", b, a)
	}
}

// probesOf returns the probes of a journal as text.
func probesOf(t *testing.T, f run.Folder) (text string) {
	t.Helper()
	err := run.ReadJournal(f.JournalFile(), func(line []byte) error {
		var r run.Record
		err := json.Unmarshal(line, &r)
		probes, _ := json.Marshal(r.Probes)
		text += string(probes) + r.Covered + "\n"
		for _, name := range []string{referee.Diversity, referee.Coverage, referee.Drift, referee.Gap, referee.Dead, "gradient.G.0.weight"} {
			if _, ok := r.Probes[name]; !ok {
				t.Errorf("step %d lacks the probe %s", r.Step, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTreat applies a remedy to a run that does not move. The files then belong to the
// remedy, so that the run can be resumed.
func TestTreat(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t, "steps=12", "tick_kimg=.004", "learning_rate=1e-9", "remedy=auto"))
	if next, _, err := s.Treat(device(t)); next != nil || err != nil {
		t.Errorf("treated without a failure: error %v", err)
	}
	if err := s.Train(context.Background()); err != nil || s.Done() || s.Ended() == "" {
		t.Fatalf("step %d, ended %q, error %v", s.Step(), s.Ended(), err)
	}
	next, treatment, err := s.Treat(device(t))
	if err != nil || next == nil || treatment.Remedy.Settings[0] != "model.learning_rate=0.002" || treatment.Step != next.Step() || next.Step() >= s.Step() {
		t.Fatalf("%+v, error %v", treatment, err)
	}
	if err := errors.Join(s.Close(), next.Close()); err != nil { // as if the process had ended here
		t.Fatal(err)
	}
	if c, err := s.Folder.Config(); err != nil || c.Model.(*recipe.Digits).LearningRate != .002 {
		t.Errorf("settings %+v, error %v", c, err)
	}
	end(t, goOn(t, s.Folder, int64(next.Step())+2))
	found, err := s.Folder.Findings()
	if err != nil || len(found) != 1 || found[0].Failure != referee.Stuck || found[0].Applied != treatment.Remedy.What {
		t.Errorf("found %v, error %v", found, err)
	}
	v, err := s.Folder.Verdict()
	if err != nil || v.Now[0].Failure != referee.Unknown || len(v.Past) != 1 || v.Past[0].Failure != referee.Stuck {
		t.Errorf("verdict %+v, error %v", v, err)
	}
}

// TestTooShort warns of runs with too few ticks for the referee, if it matters, and names ticks that are
// short enough.
func TestTooShort(t *testing.T) {
	for _, c := range []struct {
		settings []string
		want     string
	}{
		{[]string{"steps=20", "tick_kimg=.06"}, ""}, // it does not matter
		{[]string{"steps=20", "tick_kimg=.06", "remedy=auto"}, "the run is too short for the referee to judge it: it has 2 ticks, and 10 are needed; --set train.tick_kimg=0.008 makes the ticks short enough, or train longer (--kimg or --steps)"},
		{[]string{"steps=20", "tick_kimg=.008", "remedy=auto"}, ""},
		{[]string{"steps=20", "tick_kimg=.02", "stop_on=[\"collapse\"]"}, "the run is too short for the referee to see every failure: it has 4 ticks, and 10 are needed; --set train.tick_kimg=0.008 makes the ticks short enough, or train longer (--kimg or --steps)"},
		{[]string{"steps=1", "tick_kimg=.06", "remedy=auto"}, "the run is too short for the referee to judge it: it has 1 tick, and 10 are needed; train longer (--kimg or --steps)"},
	} {
		s := begin(t, t.TempDir(), tiny(t, c.settings...))
		if got := s.TooShort(); got != c.want {
			t.Errorf("%v: %q, want %q", c.settings, got, c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestFewHeldOut trains on labelled images of which the held-out part has too few in a class. The
// training begins, and there are probes of samples.
func TestFewHeldOut(t *testing.T) {
	config := configOf(t, "ssl-feature-matching", "data.name="+pictures(t, 2, 30, 4), "labelled=40", "hidden=8,8", "hidden_g=8",
		"batch=4", "steps=2", "tick_kimg=.004", "grid=4")
	s := begin(t, t.TempDir(), config)
	end(t, s)
	last := records(t, s.Folder)[1]
	if _, ok := last.Probes["diversity"]; !ok || last.ProbeError != "" {
		t.Errorf("probes %v, error %q", last.Probes, last.ProbeError)
	}
}
