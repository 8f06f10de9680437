package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// newConfig returns the settings of a run of the recipe called name: the
// recipe's own, for so many epochs of a dataset.
func newConfig(name, dataset string, seed uint64, epochs float64) (*run.Config, error) {
	r, err := recipe.Find(name)
	if err != nil {
		return nil, err
	}
	c := run.NewConfig(r)
	c.Train.Seed, c.Data.Name = seed, dataset
	if err := c.Resolve(); err != nil { // how long is an epoch?
		return nil, err
	}
	c.Train.Kimg = epochs * float64(c.Data.Examples) / 1000
	return c, nil
}

// configs returns the settings of a run for every seed, as protocol makes them,
// changed as --set asks, and what that changed.
func (j *job) configs(seeds []uint64, protocol func(seed uint64) (*run.Config, error)) (configs []*run.Config, changed []change, err error) {
	for _, seed := range seeds {
		c, err := protocol(seed)
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
			if slices.Contains(fixed, to.Key) {
				return nil, nil, hint.Add(fmt.Errorf("--set %s = %s: %s sets that itself", to.Key, to.Value, j.target.Name), "it takes %s", j.target.flags())
			}
		}
	}
	return configs, changed, nil
}

// fixed are the settings on which a page is built: changed, several seeds would
// be one, or what the page tells would not be measured.
var fixed = []string{"train.seed", "data.name", "train.measure", "train.best"}

// A change is a setting in which runs differ from those of the protocol.
type change struct{ Key, Value, Published string }

// changes compares two tables of the same keys.
func changes(before, after []settings.Row) []change {
	var list []change
	for i, row := range after {
		if row.Value != before[i].Value {
			list = append(list, change{row.Key, row.Value, before[i].Value})
		}
	}
	return list
}

// trainAll trains the runs that configs describe, several at a time, and
// returns their folders. A run that is there already, from a call before, is
// gone on with, or left as it is when it is complete. If one fails the others
// are saved and end, too.
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
			if folders[i], errs[i] = j.trainOne(ctx, c); errs[i] != nil {
				stop()
			}
			<-turn
		})
	}
	all.Wait()
	return folders, j.worstOf(errs)
}

// worstOf returns the error that ended the others, if there is one.
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
	if j.Watch != nil {
		ended := j.Watch(fmt.Sprintf("seed %d", c.Train.Seed), session, j.Jobs > 1)
		defer ended()
	}
	err = session.Train(ctx)
	return session.Folder, errors.Join(err, session.Close())
}

// open starts a run, or goes on with one.
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

// sayPassedOver tells which checkpoints are broken.
func (j *job) sayPassedOver(skipped []run.Skipped) {
	for _, s := range skipped {
		j.say("passed over: %v", s.Err)
	}
}

// runs returns the folder of the job's runs.
func (j *job) runs() string { return filepath.Join(j.Out, "runs") }

// find returns the run that c describes, if an earlier call has begun it. One
// of the same seed with other settings is an error.
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
			return folder, false, hint.Add(fmt.Errorf("%s was trained with %s = %s, asked for is %s", f.Path(), key, has, wants),
				"give another --out, or ask as before")
		}
		return f, true, nil
	}
	return folder, false, nil
}

// differ returns a setting in which a run differs from what is asked for. It may
// be shorter, and is gone on with; of one that is longer [finished] tells.
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

// finished says whether a run has reached the length of c, or has ended early
// because it got no better. One that went on beyond that length is an error: its
// page would show what nobody gets who asks for it again.
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
		return false, hint.Add(fmt.Errorf("%s was trained for %d rounds, asked for are %d", f.Path(), last.Step, rounds),
			"ask for no fewer, which are %.4g epochs, or give another --out", last.Kimg*1000/float64(c.Data.Examples))
	}
	_, err = run.LoadCheckpoint(f.Checkpoints().Path(last.Step))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, run.ErrCorrupt): // killed before it was there, or damaged since
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
