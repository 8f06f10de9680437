package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report"
	"github.com/gander-ml/gander/run"
)

type trainCmd struct {
	Recipe  string   `arg:"" optional:"" help:"Which system to train; see gander recipes. Default: digits."`
	Data    string   `help:"Dataset name or path. Default: the recipe's." placeholder:"NAME|PATH"`
	Out     string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
	Kimg    float64  `help:"Length in thousands of examples shown. Default: the recipe's." placeholder:"N" xor:"length" above:"0"`
	Steps   int64    `help:"Length in rounds, in place of --kimg." placeholder:"N" xor:"length" min:"1" max:"4294967295"`
	Seed    *uint64  `help:"Where all randomness comes from. Default: 0." placeholder:"N" max:"9223372036854775807"` // the largest integer of a TOML file
	Threads int      `help:"Threads to compute with; results do not depend on it. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Set     []string `help:"Change a setting; see gander recipes NAME. May be given more than once." placeholder:"KEY=VALUE" sep:"none"`
	Resume  string   `help:"Go on with a run, named by folder, name or number. Goes with --kimg, --steps, --out, --threads and --json alone." placeholder:"RUN"`
	Measure []string `help:"Measure at every tick, against the validation part: parzen, or modes,prdc@2000 with the number of samples. --set train.best=MEASURE:FIGURE keeps the best checkpoint." placeholder:"METRIC"`
	Every   int      `name:"measure-every" help:"Measure at every Nth tick. Default: 1." placeholder:"N" min:"1"`
	DryRun  bool     `help:"Show the resolved settings and stop."`
	JSON    bool     `name:"json" help:"Write the journal's lines to standard output, too."`
}

// Help follows the first line of the verb's help.
func (*trainCmd) Help() string {
	return `Everything is kept in a new folder, such as runs/0001-digits-digits: settings, journal, checkpoints and a grid of samples at every tick. Ctrl-C finishes the step, saves and says how to go on; twice stops at once.`
}

func (c *trainCmd) Run(e *env) error {
	if c.Resume == "" {
		config, err := c.config()
		if err != nil {
			return err
		}
		if c.DryRun {
			return showConfig(e, config)
		}
		return c.train(e, func(d *engine.Device) (*run.Session, error) { return run.Start(d, config, c.Out) })
	}
	if c.Recipe != "" || c.Data != "" || c.Seed != nil || len(c.Set) > 0 || len(c.Measure) > 0 || c.Every > 0 || c.DryRun {
		return hint.Add(errors.New("a resumed run keeps its settings: --resume goes with --kimg, --steps, --out, --threads and --json alone"), "start a new run to change more")
	}
	return c.train(e, func(d *engine.Device) (*run.Session, error) { return c.resume(e, d) })
}

// showConfig shows the settings with which a run would start.
func showConfig(e *env, config *run.Config) error {
	if err := config.Resolve(); err != nil {
		return err
	}
	text, err := config.Encode()
	if err != nil {
		return err
	}
	_, err = e.stdout.Write(text)
	return err
}

// train trains the run that open starts or resumes.
func (c *trainCmd) train(e *env, open func(*engine.Device) (*run.Session, error)) error {
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	heard := context.AfterFunc(e.ctx, func() {
		fmt.Fprintln(e.stderr, "stopping when all is loaded; Ctrl-C again stops at once")
	})
	session, err := open(device)
	heard()
	if err != nil {
		return err
	}
	p := newProgress(e, session, c.JSON)
	p.begin(device)
	defer context.AfterFunc(e.ctx, p.interrupted)()
	err = session.Train(e.ctx)
	p.end()
	err = errors.Join(err, session.Close())
	if ended(err) {
		// Interrupted or not, whoever looks into the folder finds a report.
		path := report.File(session.Folder)
		failed := writeReport(e, context.WithoutCancel(e.ctx), device, session.Folder, path)
		if failed == nil {
			fmt.Fprintf(e.stderr, "report %s\n", path)
		}
		err = errors.Join(err, failed)
	}
	if err == nil {
		p.finished()
		return nil
	}
	if errors.Is(err, run.ErrInterrupted) {
		return hint.Add(err, "%s", shell.Join(program(), "train", "--resume", session.Folder.Path()))
	}
	return err
}

// ended says whether training came to an end of which the folder tells, and not
// to one, such as a full disk, at which nothing can be written.
func ended(err error) bool {
	var diverged *game.DivergedError
	return err == nil || errors.Is(err, run.ErrInterrupted) || errors.As(err, &diverged)
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
	for _, s := range c.Set {
		if err := config.Set(s); err != nil {
			return nil, hint.Add(fmt.Errorf("--set %s: %w", s, err), "gander recipes %s shows the settings", r.Name)
		}
	}
	return config, c.overrule(config)
}

// overrule gives settings that have flags of their own what these say, whatever
// --set says.
func (c *trainCmd) overrule(config *run.Config) (err error) {
	if c.Data != "" {
		config.Data.Name = c.Data
	}
	for _, set := range config.Sets {
		if set.Name, err = lasting(set.Name); err != nil {
			return err
		}
	}
	if c.Seed != nil {
		config.Train.Seed = *c.Seed
	}
	if len(c.Measure) > 0 {
		config.Train.Measure = c.Measure
	}
	if c.Every > 0 {
		if len(config.Train.Measure) == 0 {
			return hint.Add(errors.New("--measure-every says how often to measure, and there is nothing to measure"), "--measure parzen")
		}
		config.Train.MeasureTicks = c.Every
	}
	return c.length(config)
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
	if c.Kimg > 0 {
		config.Train.Kimg, config.Train.Steps = c.Kimg, 0
	}
	if c.Steps > 0 {
		config.Train.Steps = c.Steps
	}
	return nil
}

// resume goes on with the run that --resume names.
func (c *trainCmd) resume(e *env, device *engine.Device) (*run.Session, error) {
	folder, err := run.Open(c.Out, c.Resume)
	if err != nil {
		return nil, err
	}
	session, skipped, err := run.Resume(device, folder, c.length)
	sayPassedOver(e, skipped)
	return session, err
}

// sayPassedOver tells which checkpoints are broken.
func sayPassedOver(e *env, skipped []run.Skipped) {
	for _, s := range skipped {
		fmt.Fprintf(e.stderr, "passed over: %v\n", s.Err)
	}
}
