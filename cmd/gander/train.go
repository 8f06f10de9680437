package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type trainCmd struct {
	Recipe  string   `arg:"" optional:"" help:"Which system to train; see gander recipes. Default: digits."`
	Data    string   `help:"Dataset name or path. Default: the recipe's." placeholder:"NAME|PATH"`
	Out     string   `help:"Folder of the run folders." default:"runs" placeholder:"DIR"`
	Kimg    *float64 `help:"Length in thousands of real images shown." placeholder:"N"`
	Steps   *int64   `help:"Length in rounds, in place of --kimg." placeholder:"N"`
	Seed    *uint64  `help:"Where all randomness comes from." placeholder:"N"`
	Threads int      `help:"Threads to compute with; results do not depend on it. Default: one for each processor." placeholder:"N"`
	Set     []string `help:"Change a setting; see gander recipes NAME." placeholder:"KEY=VALUE" sep:"none"`
	Resume  string   `help:"Go on with a run." placeholder:"RUN"`
	DryRun  bool     `help:"Show the resolved settings and stop."`
	JSON    bool     `name:"json" help:"Write the journal's lines to standard output, too."`
}

func (c *trainCmd) Run(e *env) error {
	if c.Threads < 0 {
		return fmt.Errorf("--threads %d is out of range, want at least 1 (hint: leave it out for one for each processor)", c.Threads)
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	session, err := c.session(e, device)
	if session == nil || err != nil {
		return err
	}
	p := newProgress(e, session, c.JSON)
	session.Progress = p.round
	session.Ticked = p.tick
	p.begin(device)
	err = session.Train(e.ctx)
	p.end()
	err = errors.Join(err, session.Close())
	if err == nil {
		p.finished()
		return nil
	}
	if errors.Is(err, run.ErrInterrupted) {
		return fmt.Errorf("%w (hint: gander train --resume %s)", err, session.Folder.Path())
	}
	return err
}

// session starts or resumes a run; it is nil after a dry run.
func (c *trainCmd) session(e *env, device *engine.Device) (*run.Session, error) {
	if c.Resume != "" {
		return c.resume(e, device)
	}
	config, err := c.config()
	if err != nil {
		return nil, err
	}
	if c.DryRun {
		text, err := config.Encode()
		if err == nil {
			_, err = e.out.Write(text)
		}
		return nil, err
	}
	return run.Start(device, config, c.Out)
}

// config resolves the settings of a new run.
func (c *trainCmd) config() (*run.Config, error) {
	name := c.Recipe
	if name == "" {
		name = "digits"
	}
	r, err := recipe.Find(name)
	if err != nil {
		return nil, err
	}
	config := run.NewConfig(r)
	if c.Data != "" {
		if config.Data.Name, err = lasting(c.Data); err != nil {
			return nil, err
		}
	}
	if c.Seed != nil {
		config.Train.Seed = *c.Seed
	}
	for _, s := range c.Set {
		if err := config.Set(s); err != nil {
			return nil, fmt.Errorf("--set %s: %w", s, err)
		}
	}
	return config, c.length(config)
}

// lasting returns the name of a dataset under which a resume from elsewhere
// finds it, too: a path is made absolute.
func lasting(name string) (string, error) {
	if _, err := data.Lookup(name); err == nil {
		return name, nil
	}
	if _, err := os.Stat(name); err != nil {
		return name, nil // opening it says what is wrong
	}
	return filepath.Abs(name)
}

// length sets how long the run is.
func (c *trainCmd) length(config *run.Config) error {
	if c.Kimg != nil {
		if !(*c.Kimg > 0) || math.IsInf(*c.Kimg, 0) {
			return fmt.Errorf("--kimg %g is out of range, want more than 0", *c.Kimg)
		}
		config.Train.Kimg, config.Train.Steps = *c.Kimg, 0
	}
	if c.Steps != nil {
		if *c.Steps < 1 || *c.Steps > math.MaxUint32 {
			return fmt.Errorf("--steps %d is out of range, want 1 to %d", *c.Steps, uint32(math.MaxUint32))
		}
		config.Train.Steps = *c.Steps
	}
	return nil
}

func (c *trainCmd) resume(e *env, device *engine.Device) (*run.Session, error) {
	if c.Recipe != "" || c.Data != "" || c.Seed != nil || len(c.Set) > 0 || c.DryRun {
		return nil, errors.New("a resumed run keeps its settings: --resume goes with --kimg, --steps, --threads and --json alone (hint: start a new run to change more)")
	}
	folder, err := run.Open(c.Out, c.Resume)
	if err != nil {
		return nil, err
	}
	session, skipped, err := run.Resume(device, folder, c.length)
	for _, s := range skipped {
		fmt.Fprintf(e.talk, "passed over %s: %v\n", filepath.Base(s.Path), s.Err)
	}
	return session, err
}
