package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// recipeConfig returns the settings of a run of the recipe called name: the recipe's own, with a
// seed.
func recipeConfig(name string, seed uint64) (*run.Config, error) {
	r, err := recipe.Find(name)
	if err != nil {
		return nil, err
	}
	c := run.NewConfig(r)
	c.Train.Seed = seed
	return c, nil
}

// newConfig returns the settings of a run of the recipe called name: the recipe's own, with
// the length in epochs of the dataset.
func newConfig(name, dataset string, seed uint64, epochs float64) (*run.Config, error) {
	c, err := recipeConfig(name, seed)
	if err != nil {
		return nil, err
	}
	c.Data.Name = dataset
	if err := c.Resolve(); err != nil { // for the length of an epoch
		return nil, err
	}
	c.Train.Kimg = epochs * float64(c.Data.Examples) / 1000
	return c, nil
}

// setAll changes settings by assignments KEY=VALUE.
func setAll(c *run.Config, assignments ...string) error {
	for _, a := range assignments {
		if err := c.Set(a); err != nil {
			return err
		}
	}
	return nil
}

// configs returns the settings of a run for every seed. They are those that p returns, with
// the changes by --set. It also returns these changes.
func (j *job) configs(seeds []uint64, p protocol) (configs []*run.Config, changed []change, err error) {
	for _, seed := range seeds {
		c, err := p(seed)
		if err != nil {
			return nil, nil, err
		}
		before := c.Table()
		for _, s := range j.Set {
			if err := c.Set(s); err != nil {
				return nil, nil, hint.Add(fmt.Errorf("--set %s: %w", s, err), "gander recipes %s shows the settings", c.Recipe.Name)
			}
		}
		configs, changed = append(configs, c), changes(before, c.Table())
		for _, to := range changed {
			if slices.Contains(fixed, to.Key) || slices.Contains(j.target.fixed, to.Key) {
				return nil, nil, hint.Add(fmt.Errorf("--set %s = %s: %s does not allow this change", to.Key, to.Value, j.target.Name), "it takes %s", j.target.flags())
			}
			if strings.HasPrefix(to.Key, "data.") && c.Data.Examples > 0 { // p has read them for the length of an epoch
				return nil, nil, hint.Add(fmt.Errorf("--set %s = %s: %s reads its data as they are", to.Key, to.Value, j.target.Name), "change the files, and give them by --data")
			}
		}
	}
	return configs, changed, nil
}

// fixed is the settings that --set must not change. Otherwise several seeds would be equal, or
// figures of the page would not be measured.
var fixed = []string{"train.seed", "data.name", "train.measure", "train.best"}

// unpacked is the settings that targets with features of D also fix: D must read one example.
var unpacked = []string{"model.pack"}

// A change is a setting with another value than in the protocol. Published is empty for a number
// of rounds, if the protocol has a number of epochs.
type change struct{ Key, Value, Published string }

// changes compares two tables of the same keys.
func changes(before, after []settings.Row) []change {
	var list []change
	for i, row := range after {
		if row.Value == before[i].Value {
			continue
		}
		changed := change{row.Key, row.Value, withMeaning(before[i])}
		if row.Key == "train.steps" && before[i].Value == "0" {
			changed.Published = ""
		}
		list = append(list, changed)
	}
	return list
}

// meaningOfZero finds what 0 means in the explanation of a setting, before the range.
var meaningOfZero = regexp.MustCompile(`(?:^|; )0(?:, as published)?: (.+?)(?:\. [A-Z].*)?(?: \([^()]*\))?$`)

// withMeaning returns the value of a setting. A 0 that means something else than the number has its
// meaning: "0 (32 for images up to 32 pixels, 16 up to 128, otherwise 8)".
func withMeaning(row settings.Row) string {
	if row.Value != "0" && row.Value != "0.0" {
		return row.Value
	}
	if found := meaningOfZero.FindStringSubmatch(row.Doc); found != nil {
		return fmt.Sprintf("%s (%s)", row.Value, found[1])
	}
	return row.Value
}

// trainAll trains a run for each of configs, several at the same time, and returns their
// folders. If a run exists from an earlier call, it is continued, or used as it is if it is
// complete. If one run fails, the others are saved and end too.
func (j *job) trainAll(ctx context.Context, configs []*run.Config) ([]run.Folder, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	folders, errs := make([]run.Folder, len(configs)), make([]error, len(configs))
	turn := make(chan struct{}, max(j.Jobs, 1))
	var all sync.WaitGroup
	for i, c := range configs {
		turn <- struct{}{}
		if ctx.Err() != nil {
			errs[i] = ctx.Err()
			break
		}
		all.Go(func() {
			folders[i], errs[i] = j.trainOne(ctx, c)
			if diverged := (*game.DivergedError)(nil); j.diverges && errors.As(errs[i], &diverged) {
				errs[i] = nil
			}
			if errs[i] != nil {
				stop()
			}
			<-turn
		})
	}
	all.Wait()
	return folders, j.worstOf(errs)
}

// worstOf returns the error that made the other runs end, or nil.
func (j *job) worstOf(errs []error) error {
	var interrupted error
	for _, err := range errs {
		switch {
		case err == nil:
		case errors.Is(err, run.ErrInterrupted):
			interrupted = hint.Add(run.ErrInterrupted, "%s", j.Again)
		case !errors.Is(err, context.Canceled):
			return err
		case interrupted == nil:
			interrupted = err
		}
	}
	return interrupted
}

// trainOne trains one run until it is complete.
func (j *job) trainOne(ctx context.Context, c *run.Config) (run.Folder, error) {
	folder, there, err := j.find(c)
	if err != nil {
		return folder, err
	}
	if there {
		if err := j.earlier.found(folder); err != nil {
			return folder, err
		}
		if done, err := finished(folder, c); done || err != nil {
			return folder, err
		}
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	session, err := j.open(device, c, folder, there)
	if err != nil {
		return folder, err
	}
	j.earlier.begun(session.Folder)
	if j.Watch != nil {
		ended := j.Watch(fmt.Sprintf("seed %d", c.Train.Seed), session, j.Jobs > 1)
		defer ended()
	}
	err = session.Train(ctx)
	return session.Folder, errors.Join(err, session.Close())
}

// An earlierTraining is the runs that a call did not train, or not from the beginning.
type earlierTraining struct {
	Runs    int
	Seconds float64 // of their training before this call

	mutex sync.Mutex
	known map[string]bool // by the path: runs of this call, and those that are counted
}

// begun notes a run that this call trains.
func (e *earlierTraining) begun(f run.Folder) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.known[f.Path()] = true
}

// found counts a run that exists, unless this call has trained it.
func (e *earlierTraining) found(f run.Folder) error {
	last, err := run.LastRecord(f.JournalFile())
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if err == nil && !e.known[f.Path()] && last.Step > 0 {
		e.Runs, e.Seconds = e.Runs+1, e.Seconds+last.Seconds
	}
	e.known[f.Path()] = true
	return err
}

// open starts a run, or resumes one.
func (j *job) open(device *engine.Device, c *run.Config, folder run.Folder, there bool) (*run.Session, error) {
	if !there {
		return run.Start(device, c, j.runs())
	}
	session, skipped, err := run.Resume(device, folder, func(old *run.Config) error {
		old.Train.Kimg, old.Train.Steps = c.Train.Kimg, c.Train.Steps
		return nil
	})
	j.sayPassedOver(skipped)
	return session, err
}

// sayPassedOver writes a message for each damaged checkpoint.
func (j *job) sayPassedOver(skipped []run.Skipped) {
	for _, s := range skipped {
		j.say("skipped: %v", s.Err)
	}
}

// within returns the job with its runs in a folder of that name, for one of several methods.
func (j *job) within(folder string) *job {
	of := *j
	of.method = folder
	return &of
}

// runs returns the folder of the job's runs.
func (j *job) runs() string { return filepath.Join(j.Out, "runs", j.method) }

// find returns the run with the settings c, if an earlier call has started it. A run with
// the same seed and other settings is an error.
func (j *job) find(c *run.Config) (folder run.Folder, there bool, err error) {
	folders, err := run.List(j.runs())
	if err != nil {
		return folder, false, err
	}
	for _, f := range folders {
		old, err := f.Config()
		if err != nil {
			return folder, false, err
		}
		if old.Recipe.Name != c.Recipe.Name || old.Train.Seed != c.Train.Seed || old.Data.Name != c.Data.Name {
			continue
		}
		if key, has, wants := differ(old, c); key != "" {
			return folder, false, hint.Add(fmt.Errorf("%s was trained with %s = %s, want %s", f.Path(), key, has, wants),
				"give another --out, or the same settings as before")
		}
		return f, true, nil
	}
	return folder, false, nil
}

// differ returns a setting that an existing run and c do not have in common. It ignores the
// length: a shorter run is continued, and [finished] checks longer runs.
func differ(old, c *run.Config) (key, has, wants string) {
	table := c.Table()
	for i, row := range old.Table() {
		length := row.Key == "train.kimg" || row.Key == "train.steps"
		if !length && row.Value != table[i].Value {
			return row.Key, row.Value, table[i].Value
		}
	}
	return "", "", ""
}

// finished reports whether a run has the length of c, or has ended early because it did not
// improve. A longer run is an error, because its page could not be repeated with these
// settings.
func finished(f run.Folder, c *run.Config) (bool, error) {
	last, err := run.LastRecord(f.JournalFile())
	if err != nil || last.Step == 0 {
		return false, err
	}
	rounds, err := c.Rounds(int(math.Round(last.Kimg * 1000 / float64(last.Step))))
	if err != nil {
		return false, err
	}
	if last.Step > rounds {
		return false, hint.Add(fmt.Errorf("%s was trained for %d rounds, want %d", f.Path(), last.Step, rounds),
			"set --epochs to %.4g or more, or give another --out", last.Kimg*1000/float64(c.Data.Examples))
	}
	_, err = run.LoadCheckpoint(f.Checkpoints().Path(last.Step))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, run.ErrCorrupt): // killed before it was written, or damaged later
		return false, nil
	case err != nil:
		return false, err
	}
	if c.Train.Patience > 0 && c.Train.Best != "" {
		best, err := f.Best()
		if err == nil && best.Since >= c.Train.Patience {
			return true, nil
		}
	}
	return last.Step == rounds, nil
}
