package reproduce

import (
	"cmp"
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

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/run"
)

// A Target is a published experiment that can be repeated.
type Target struct {
	Name   string
	Title  string   // one line
	Source string   // the paper, and where in it
	Takes  string   // how long, on two cores
	Uses   []string // names of the settings that it uses, without out and threads
	needs  string   // the kind of data that --data must have, for a hint; "": images
	fixed  []string // settings that --set must not change, besides those of no target

	make func(context.Context, *job) error
}

// Settings are the settings of a target. A zero value means the value of the published
// protocol.
type Settings struct {
	Out     string   // folder of the page, its pictures and, in runs, what it trains
	Command string   // the command with these settings, for the page
	Again   string   // the command that continues after an interrupt
	Data    string   // dataset name or path
	Run     string   // path of the folder of a trained run, for targets that show one
	Seeds   []uint64 // one seed for each repetition
	Trials  int      // number of runs, with seeds 1, 2, 3...
	Epochs  float64  // length of a run
	Set     []string // KEY=VALUE of the recipe's settings
	Jobs    int      // number of runs trained at the same time
	Threads int      // threads of each run

	// Watch, unless nil, is called with every run before it trains, and may show its
	// progress. Several is true if other runs train at the same time. The function that
	// it returns is called when the run has ended.
	Watch func(title string, s *run.Session, several bool) (ended func())
	// Stderr, unless nil, is for other messages about the progress.
	Stderr io.Writer

	hurry int // in tests, the numbers of rounds of games that no run trains, and of labels, are divided by this; 0: 1
}

// targets is all targets, in the order of the list.
var targets = []Target{
	theory, diracTarget, figure1, figure2, figure3, table1, tfd, cifar2014,
	ring8, grid25, unrolledRing, lsganRing, wganGPToy, stackedMNIST, stackedLosses, facePictures,
	wganCurve, snganSigma, dcganOneNN, dcganFeatures,
	conditionalGAN, auxiliaryGAN, infoGAN,
	ssl, badGAN, sgan,
	gain, inpainting,
	stackGAN,
	volumes, gan3d,
	crypto, cryptoNet, simGAN,
	bigan, aliGaussians, inversion,
	failures,
	transferFeatures, transferLatents, transferSamples, fineTuning,
	coordinate,
}

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

// Make writes the target's page, [Target.Page] in s.Out, and its pictures. If ctx ends, a run
// that is training is saved, and the error wraps [run.ErrInterrupted]. Another
// call with the same settings then continues. After an error no new folder is left empty.
func (t Target) Make(ctx context.Context, s Settings) error {
	if err := t.check(&s); err != nil {
		return err
	}
	j := newJob(s, t)
	missing := missingFolders(j.runs())
	err := os.MkdirAll(s.Out, 0o777)
	if err != nil {
		err = atomicfile.Explain(s.Out, err)
	} else {
		err = t.make(ctx, j)
	}
	if s.Data != "" { // the error knows other recipes and settings, which the target does not
		switch {
		case errors.Is(err, data.ErrKind):
			err = &hint.Error{Err: err, Hint: "--data with " + cmp.Or(t.needs, "images")}
		case errors.Is(err, data.ErrSize):
			err = &hint.Error{Err: err, Hint: "--data with files of another size: " + t.Name + " reads them as they are"}
		}
	}
	if errors.Is(err, context.Canceled) && !errors.Is(err, run.ErrInterrupted) { // not in a training, but in what follows
		err = hint.Add(run.ErrInterrupted, "%s", s.Again)
	}
	if err != nil {
		for _, folder := range missing {
			os.Remove(folder) // fails if the folder is not empty, as it should
		}
	}
	return err
}

// missingFolders returns the folders of path that do not exist, the innermost first.
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

// check returns an error if the target does not use a setting or its value is invalid.
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
		return hint.Add(fmt.Errorf("--trials %d is out of range, want at least 1", s.Trials), "leave it out for the usual number")
	case !(s.Epochs >= 0) || math.IsInf(s.Epochs, 0):
		return hint.Add(fmt.Errorf("--epochs %g is out of range, want more than 0", s.Epochs), "leave it out for the published number")
	case s.Jobs < 0:
		return hint.Add(fmt.Errorf("--jobs %d is out of range, want at least 1", s.Jobs), "leave it out")
	}
	for i, seed := range s.Seeds {
		if seed > math.MaxInt64 { // the largest integer of a TOML file
			return hint.Add(fmt.Errorf("--seeds %d is out of range, want at most %d", seed, int64(math.MaxInt64)), "choose a smaller number")
		}
		if slices.Contains(s.Seeds[:i], seed) {
			return hint.Add(fmt.Errorf("--seeds names %d twice", seed), "equal seeds give equal runs")
		}
	}
	return nil
}

// flags returns the flags of the settings that the target uses.
func (t Target) flags() string {
	var flags []string
	for _, name := range append([]string{"out", "threads"}, t.Uses...) {
		flags = append(flags, "--"+name)
	}
	return strings.Join(flags, ", ")
}

// A job is one call of [Target.Make].
type job struct {
	Settings
	target Target
	method string // folder of the runs of a method, within that of the runs; "": the latter
	began  time.Time

	earlier  *earlierTraining // the same for all methods
	diverges bool             // a run that diverges, to numbers that are not finite, is complete
}

func newJob(s Settings, t Target) *job {
	return &job{Settings: s, target: t, began: time.Now(), earlier: &earlierTraining{known: map[string]bool{}}}
}

// say writes a message about the progress.
func (j *job) say(format string, args ...any) {
	if j.Stderr != nil {
		fmt.Fprintf(j.Stderr, format+"\n", args...)
	}
}

// defaultSeeds sets the seeds, unless the job has some.
func (j *job) defaultSeeds(seeds ...uint64) {
	if len(j.Seeds) == 0 {
		j.Seeds = seeds
	}
}

// firstSeeds returns the seeds 1 to n.
func firstSeeds(n int) (seeds []uint64) {
	for i := range n {
		seeds = append(seeds, uint64(i+1))
	}
	return seeds
}

// rounds returns the number of rounds, or of labels, where the protocol has n.
func (j *job) rounds(n int) int { return max(1, n/max(j.hurry, 1)) }

// path returns the path of a file of the target.
func (j *job) path(name string) string { return filepath.Join(j.Out, name) }

// write writes a file of the target. If it fails, an older file is unchanged.
func (j *job) write(name string, write func(io.Writer) error) error {
	return atomicfile.Write(j.path(name), 0o666, write)
}

// oneSeed returns the job's only seed, or the usual one if the job has none.
func (j *job) oneSeed(usual uint64) (uint64, error) {
	switch len(j.Seeds) {
	case 0:
		return usual, nil
	case 1:
		return j.Seeds[0], nil
	}
	return 0, hint.Add(fmt.Errorf("%s takes one seed, and --seeds has %d: %s", j.target.Name, len(j.Seeds), numbers(j.Seeds)), "give one, as in --seeds %d", j.Seeds[0])
}
