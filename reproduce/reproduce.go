package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/run"
)

// A Target is something published that can be repeated.
type Target struct {
	Name   string
	Title  string   // one line
	Source string   // the paper, and where in it
	Takes  string   // how long, on two cores
	Uses   []string // names of the settings it heeds besides out and threads

	make func(context.Context, *job) error
}

// Settings say how a target is made. The zero value of a setting means what
// the published protocol says.
type Settings struct {
	Out     string   // folder of the page, its pictures and, in runs, what it trains
	Command string   // how all this was asked for, to be printed on the page
	Again   string   // how to ask for the rest when it was interrupted
	Data    string   // dataset name or path
	Run     string   // path of the folder of a trained run, for targets that show one
	Seeds   []uint64 // of the randomness, one for each repetition
	Trials  int      // so many runs, of seeds 1, 2, 3...
	Epochs  float64  // length of a run
	Set     []string // KEY=VALUE of the recipe's settings
	Jobs    int      // runs trained at a time
	Threads int      // each with so many threads

	// Watch, unless nil, is told of every run before it trains and may follow
	// it. several says that it is one of several at a time. What it returns is
	// called once the run has ended.
	Watch func(title string, s *run.Session, several bool) (ended func())
	// Talk, unless nil, is where to say what else is going on.
	Talk io.Writer

	hurry int // tests take so many times fewer rounds of what no run trains; 0: 1
}

// targets in the order in which they are listed.
var targets = []Target{theory, figure1, figure2, figure3, table1, ring8, grid25}

// List returns all targets.
func List() []Target { return slices.Clone(targets) }

// Find returns the target called name.
func Find(name string) (Target, error) {
	var names []string
	for _, t := range targets {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return Target{}, hint.Add(fmt.Errorf("unknown target %q", name), "%s", suggest.Hint(name, names))
}

// Make writes the target's page, [Target.Page] in s.Out, and its pictures. It
// returns an error that wraps [run.ErrInterrupted] when ctx ended it and a run
// was saved; asked for again with the same settings it goes on from there. An
// error leaves no empty folder that was not there before.
func (t Target) Make(ctx context.Context, s Settings) error {
	if err := t.check(&s); err != nil {
		return err
	}
	j := &job{Settings: s, target: t, began: time.Now()}
	missing := missingFolders(j.runs())
	err := os.MkdirAll(s.Out, 0o777)
	if err != nil {
		err = atomicfile.Explain(s.Out, err)
	} else {
		err = t.make(ctx, j)
	}
	if err != nil {
		for _, folder := range missing {
			os.Remove(folder) // fails, as it should, where something is in it
		}
	}
	return err
}

// missingFolders returns what is not there of a folder and those above it, the
// innermost first.
func missingFolders(path string) []string {
	var missing []string
	for {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return missing
		}
		missing, path = append(missing, path), filepath.Dir(path)
	}
}

// Page returns the name of the target's page within its folder.
func (t Target) Page() string { return t.Name + ".md" }

// check refuses settings that the target does not heed or that make no sense.
func (t Target) check(s *Settings) error {
	for _, given := range []struct {
		name string
		is   bool
	}{
		{"data", s.Data != ""}, {"run", s.Run != ""}, {"seeds", len(s.Seeds) > 0}, {"trials", s.Trials != 0},
		{"epochs", s.Epochs != 0}, {"set", len(s.Set) > 0}, {"jobs", s.Jobs != 0},
	} {
		if given.is && !slices.Contains(t.Uses, given.name) {
			return hint.Add(fmt.Errorf("%s takes no --%s", t.Name, given.name), "it takes %s", t.flags())
		}
	}
	switch {
	case s.Trials < 0:
		return hint.Add(fmt.Errorf("--trials %d is out of range, want at least 1", s.Trials), "leave it out for 3")
	case !(s.Epochs >= 0) || math.IsInf(s.Epochs, 0):
		return hint.Add(fmt.Errorf("--epochs %g is out of range, want more than 0", s.Epochs), "leave it out for as many as were published")
	case s.Jobs < 0:
		return hint.Add(fmt.Errorf("--jobs %d is out of range, want at least 1", s.Jobs), "leave it out")
	}
	for i, seed := range s.Seeds {
		if seed > math.MaxInt64 { // the largest integer of a TOML file
			return hint.Add(fmt.Errorf("--seeds %d is out of range, want at most %d", seed, int64(math.MaxInt64)), "any smaller number does as well")
		}
		if slices.Contains(s.Seeds[:i], seed) {
			return hint.Add(fmt.Errorf("--seeds names %d twice", seed), "equal seeds give equal runs")
		}
	}
	return nil
}

// flags lists what the target heeds, as flags.
func (t Target) flags() string {
	var flags []string
	for _, name := range append([]string{"out", "threads"}, t.Uses...) {
		flags = append(flags, "--"+name)
	}
	return strings.Join(flags, ", ")
}

// A job is the making of one target.
type job struct {
	Settings
	target Target
	began  time.Time
}

// say tells what is going on.
func (j *job) say(format string, args ...any) {
	if j.Talk != nil {
		fmt.Fprintf(j.Talk, format+"\n", args...)
	}
}

// rounds returns how many rounds of n are played.
func (j *job) rounds(n int) int { return max(1, n/max(j.hurry, 1)) }

// path returns the path of a file of the target.
func (j *job) path(name string) string { return filepath.Join(j.Out, name) }

// write writes a file of the target, whole or not at all.
func (j *job) write(name string, write func(io.Writer) error) error {
	return atomicfile.Write(j.path(name), 0o666, write)
}
