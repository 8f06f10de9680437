package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// tiny returns the settings of a run on the embedded digits that takes no time:
// 4 images a round, and a tick every other round.
func tiny(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	r, err := recipe.Find("digits")
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	defaults := []string{"hidden=8", "batch=4", "latent=4", "grid=70", "steps=6", "tick_kimg=.008", "keep=9"}
	for _, s := range append(defaults, settings...) {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func device(t *testing.T) *engine.Device {
	d := engine.NewDevice(1)
	t.Cleanup(d.Close)
	return d
}

func begin(t *testing.T, parent string, c *run.Config) *run.Session {
	t.Helper()
	s, err := run.Start(device(t), c, parent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// goOn resumes a run with the given number of rounds.
func goOn(t *testing.T, f run.Folder, rounds int64) *run.Session {
	t.Helper()
	s, skipped, err := run.Resume(device(t), f, func(c *run.Config) error { c.Train.Steps = rounds; return nil })
	if err != nil || len(skipped) > 0 {
		t.Fatalf("skipped %v, error %v", skipped, err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// end trains a session to its end and closes it.
func end(t *testing.T, s *run.Session) {
	t.Helper()
	if err := errors.Join(s.Train(context.Background()), s.Close()); err != nil {
		t.Fatal(err)
	}
}

// journalSteps returns the steps of a run's journal.
func journalSteps(t *testing.T, f run.Folder) (all []int64) {
	t.Helper()
	err := run.ReadJournal(f.JournalFile(), func(line []byte) error {
		var r run.Record
		err := json.Unmarshal(line, &r)
		if r.Step == 0 {
			return err // what the referee says at the end of a run that diverged
		}
		all = append(all, r.Step)
		if len(r.Losses) != 2 || len(r.Statistics) != 2 || len(r.GradientNorms) != 2 {
			t.Errorf("the line %s lacks figures", line)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSession(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t, "steps=5"))
	var rounds, ticks []int64
	s.Watch(onRound(func(r *run.Record) { rounds = append(rounds, r.Step) }))
	s.Watch(onTick(func(r *run.Record) {
		ticks = append(ticks, r.Step)
		if want := float64(r.Step) * 4 / 1000; r.Kimg != want {
			t.Errorf("step %d is kimg %v, want %v", r.Step, r.Kimg, want)
		}
	}))
	if s.Step() != 0 || s.Rounds() != 5 || s.Done() {
		t.Errorf("step %d of %d, done %v", s.Step(), s.Rounds(), s.Done())
	}
	if diff := cmp.Diff(map[string]int{"D": 784*8 + 8 + 8*8 + 8 + 8 + 1, "G": 4*8 + 8 + 8*8 + 8 + 8*784 + 784}, s.Parameters()); diff != "" {
		t.Error(diff)
	}
	end(t, s)
	if !s.Done() {
		t.Error("not done")
	}
	if diff := cmp.Diff([]int64{1, 2, 3, 4, 5}, rounds); diff != "" {
		t.Error(diff)
	}
	want := []int64{2, 4, 5}
	if diff := cmp.Diff(want, ticks); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, journalSteps(t, s.Folder)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(append([]int64{0}, want...), steps(t, s.Folder.Checkpoints())); diff != "" {
		t.Error(diff)
	}
}

// eventNames collects what a session tells, in order.
type eventNames []string

func (names *eventNames) Watch(e run.Event) {
	name := fmt.Sprintf("%T", e)
	if m, ok := e.(*run.Measuring); ok && (m.What == "" || m.Done > m.Total || m.Total < 1) {
		name = fmt.Sprintf("%+v", e)
	}
	if n := len(*names); name != "*run.Measuring" || n == 0 || (*names)[n-1] != name { // however often
		*names = append(*names, name)
	}
}

// TestEvents watches a session that measures, and one that diverges, by two
// watchers each.
func TestEvents(t *testing.T) {
	for _, c := range []struct {
		config *run.Config
		want   eventNames
	}{
		{tiny(t, "steps=3", "data.name="+few(t), "train.measure=parzen@30"), eventNames{
			"*run.Round", "*run.Round", "*run.Measuring", "*run.Tick", "*run.Round", "*run.Measuring", "*run.Tick"}},
		{tiny(t, "learning_rate=1e39", "tick_kimg=.004"), eventNames{"*run.Round", "*run.Alarm"}},
	} {
		s := begin(t, t.TempDir(), c.config)
		var first, second eventNames
		s.Watch(&first)
		s.Watch(&second)
		err := s.Train(context.Background())
		var diverged *game.DivergedError
		if alarm := first[len(first)-1] == "*run.Alarm"; alarm != errors.As(err, &diverged) {
			t.Errorf("error %v after %v", err, first)
		}
		if diff := cmp.Diff(c.want, first); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("another watcher is told of others: %s", diff)
		}
	}
}

// TestInterrupt interrupts sessions at moments of every kind. Each saves its training
// once, and resuming gives the same result as a run without interruption.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	whole := begin(t, t.TempDir(), tiny(t))
	end(t, whole)
	want, err := os.ReadFile(whole.Folder.Checkpoints().Path(6))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		at    func(s *run.Session, stop func())
		saved []int64
	}{
		{"before the first round", func(_ *run.Session, stop func()) { stop() }, nil},
		{"between ticks", func(s *run.Session, stop func()) { s.Watch(onRound(onStep(3, stop))) }, []int64{2, 3}},
		{"as a tick is due", func(s *run.Session, stop func()) { s.Watch(onRound(onStep(4, stop))) }, []int64{2, 4}},
		{"after a tick", func(s *run.Session, stop func()) { s.Watch(onTick(onStep(4, stop))) }, []int64{2, 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begin(t, t.TempDir(), tiny(t))
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			test.at(s, stop)
			if err := s.Train(ctx); !errors.Is(err, run.ErrInterrupted) {
				t.Errorf("error %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(test.saved, journalSteps(t, s.Folder)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(append([]int64{0}, test.saved...), steps(t, s.Folder.Checkpoints())); diff != "" {
				t.Error(diff)
			}
			end(t, goOn(t, s.Folder, 6))
			wantContent(t, s.Folder.Checkpoints().Path(6), string(want))
		})
	}
	t.Run("in the last round", func(t *testing.T) {
		s := begin(t, t.TempDir(), tiny(t))
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		s.Watch(onRound(onStep(6, stop)))
		if err := s.Train(ctx); err != nil {
			t.Errorf("error %v for a run that is complete", err)
		}
	})
}

// onRound and onTick are watchers of one kind of event.
type (
	onRound func(*run.Record)
	onTick  func(*run.Record)
)

func (do onRound) Watch(e run.Event) {
	if r, ok := e.(*run.Round); ok {
		do(r.Record)
	}
}

func (do onTick) Watch(e run.Event) {
	if r, ok := e.(*run.Tick); ok {
		do(r.Record)
	}
}

func onStep(step int64, do func()) func(*run.Record) {
	return func(r *run.Record) {
		if r.Step == step {
			do()
		}
	}
}

// TestResumeFromBeforeTheFirstCheckpoint resumes runs that were killed before their
// first checkpoint.
func TestResumeFromBeforeTheFirstCheckpoint(t *testing.T) {
	t.Parallel()
	whole := begin(t, t.TempDir(), tiny(t))
	end(t, whole)
	want, err := os.ReadFile(whole.Folder.Checkpoints().Path(6))
	if err != nil {
		t.Fatal(err)
	}
	s := begin(t, t.TempDir(), tiny(t))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{s.Folder.Checkpoints().Path(0), s.Folder.JournalFile(), filepath.Join(s.Folder.SampleFolder(), "init.png")} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	end(t, goOn(t, s.Folder, 6))
	wantContent(t, s.Folder.Checkpoints().Path(6), string(want))
	if _, err := os.Stat(filepath.Join(s.Folder.SampleFolder(), "init.png")); err != nil {
		t.Error(err)
	}
}

// TestDivergedIsNotSaved checks the files of a run that diverges. A loss, a sample or
// a parameter is the first number that is not finite.
func TestDivergedIsNotSaved(t *testing.T) {
	for rate, say := range map[string]string{
		"1e30":  "a pixel of the samples is not finite",
		"1e39":  " are not finite",
		"1e300": " are not finite",
	} {
		s := begin(t, t.TempDir(), tiny(t, "learning_rate="+rate, "tick_kimg=.004"))
		err := s.Train(context.Background())
		var diverged *game.DivergedError
		if !errors.As(err, &diverged) || !strings.Contains(hint.Text(err), say) || diverged.Step != 1 {
			t.Errorf("learning rate %s: error %v, want %q in step 1", rate, err, say)
		}
		if diff := cmp.Diff([]int64{0}, steps(t, s.Folder.Checkpoints())); diff != "" {
			t.Errorf("learning rate %s: %s", rate, diff)
		}
		aside, err := run.LoadCheckpoint(filepath.Join(string(s.Folder.Checkpoints()), "diverged-step-00000001.safetensors"))
		if err != nil || aside.Step != 1 {
			t.Errorf("set aside: %+v, error %v", aside, err)
		}
		if len(journalSteps(t, s.Folder)) > 0 {
			t.Error("the journal tells of it as of a tick")
		}
	}
}

func TestStartLeavesNoFolder(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "runs")
	for _, c := range []*run.Config{tiny(t, "name=nowhere"), tiny(t, "steps=0", "kimg=1e300")} {
		if s, err := run.Start(device(t), c, parent); err == nil {
			t.Errorf("started %v", s)
		}
		if _, err := os.Stat(parent); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a folder is left: %v", err)
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t))
	same := func(*run.Config) error { return nil }
	if _, _, err := run.Resume(device(t), s.Folder, same); !errors.Is(err, run.ErrLocked) {
		t.Errorf("while it trains: error %v", err)
	}
	end(t, s)
	if _, _, err := run.Resume(device(t), s.Folder, same); err == nil || !strings.Contains(hint.Text(err), "is complete: 6 of 6 rounds (hint: ") {
		t.Errorf("when it is complete: error %v", err)
	}
	shorter := func(c *run.Config) error { c.Train.Steps = 4; return nil }
	if _, _, err := run.Resume(device(t), s.Folder, shorter); err == nil || !strings.Contains(err.Error(), "has already 6 rounds, which is more than 4") {
		t.Errorf("when it is longer: error %v", err)
	}
	no := errors.New("no")
	if _, _, err := run.Resume(device(t), s.Folder, func(*run.Config) error { return no }); !errors.Is(err, no) {
		t.Errorf("change refuses: error %v", err)
	}
	goOn(t, s.Folder, 7) // the lock is free again
}

// TestSamplesAreTheSameEverywhere draws the samples of a run's grids by its
// generator.
func TestSamplesAreTheSameEverywhere(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t, "seed=5"))
	end(t, s)
	g := generator(t, s.Folder)
	images := drawImages(t, g, 70, 5)
	grid, err := picture.Grid(images, 0, picture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	text := map[string]string{"gander:run": s.Folder.Name(), "gander:seed": "5", "gander:step": "6"}
	if err := picture.EncodePNG(&file, grid, text); err != nil {
		t.Fatal(err)
	}
	wantContent(t, filepath.Join(s.Folder.SampleFolder(), "step-00000006.png"), file.String())

	few := drawImages(t, g, 3, 5)
	if !bytes.Equal(few.Pixels, images.Slice(0, 3).Pixels) {
		t.Error("the first 3 of 70 samples are not those of 3")
	}
	if other := drawImages(t, g, 3, 6); bytes.Equal(few.Pixels, other.Pixels) {
		t.Error("another seed gives the same samples")
	}
}

func generator(t *testing.T, f run.Folder) *run.Generator {
	t.Helper()
	g, skipped, err := run.OpenGenerator(device(t), f)
	if err != nil || len(skipped) > 0 {
		t.Fatalf("skipped %v, error %v", skipped, err)
	}
	return g
}

// draw draws samples of the first output.
func draw(t *testing.T, g *run.Generator, n int, seed uint64) *run.Samples {
	t.Helper()
	s, err := g.Draw(context.Background(), "", n, seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func drawImages(t *testing.T, g *run.Generator, n int, seed uint64) picture.Images {
	t.Helper()
	images, err := draw(t, g, n, seed).Images()
	if err != nil {
		t.Fatal(err)
	}
	return images
}

// sampler returns the sampler of an output.
func sampler(t *testing.T, g *run.Generator, output string) *run.Sampler {
	t.Helper()
	s, err := g.Sampler(output)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLatents(t *testing.T) {
	s := sampler(t, generator(t, begin(t, t.TempDir(), tiny(t)).Folder), "")
	size := s.Size("z")
	latents := func(first, n int) []float32 { return s.Latents(first, n, 1)["z"].Floats }
	all := latents(0, 200)
	if size != 4 || len(all) != 200*size {
		t.Fatalf("%d numbers, %d for one sample", len(all), size)
	}
	for _, part := range [][2]int{{0, 1}, {0, 64}, {63, 2}, {64, 64}, {100, 100}, {199, 1}, {5, 0}} {
		first, n := part[0], part[1]
		want := all[first*size : (first+n)*size]
		if diff := cmp.Diff(want, latents(first, n)); n > 0 && diff != "" {
			t.Errorf("latents %d to %d: %s", first, first+n-1, diff)
		}
	}
	if cmp.Equal(all[:64], all[64*size:64*size+64]) {
		t.Error("the second batch repeats the first")
	}
}

func TestInterpolations(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t))
	g := generator(t, s.Folder)
	ends := drawImages(t, g, 6, 2)
	line := func(rows, columns int) picture.Images {
		samples, err := g.Interpolations(context.Background(), "", rows, columns, 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		images, err := samples.Images()
		if err != nil {
			t.Fatal(err)
		}
		return images
	}
	lines := line(3, 5)
	if lines.N != 15 {
		t.Fatalf("%d images", lines.N)
	}
	for r := range 3 {
		if !bytes.Equal(lines.Slice(5*r, 5*r+1).Pixels, ends.Slice(2*r, 2*r+1).Pixels) {
			t.Errorf("row %d does not begin with a sample", r)
		}
		if !bytes.Equal(lines.Slice(5*r+4, 5*r+5).Pixels, ends.Slice(2*r+1, 2*r+2).Pixels) {
			t.Errorf("row %d does not end with a sample", r)
		}
	}
	if one := line(1, 1); !bytes.Equal(one.Pixels, ends.Slice(0, 1).Pixels) {
		t.Error("a row of one image is not a sample")
	}
}

func TestSamplesStop(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tiny(t)).Folder)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := g.Draw(ctx, "", 9, 0, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
