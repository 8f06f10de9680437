package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	Recipe  string   `arg:"" optional:"" help:"Name of the recipe; gander recipes lists them. Default: digits, or one that fits --data."`
	Data    string   `help:"Dataset name or path. Default: the recipe's." placeholder:"NAME|PATH"`
	Out     string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
	Kimg    float64  `help:"Total length in thousands of training examples; with --resume, including what is done. Default: the recipe's." placeholder:"N" xor:"length" above:"0"`
	Steps   int64    `help:"Total length in rounds instead of --kimg." placeholder:"N" xor:"length" min:"1" max:"4294967295"`
	Seed    *uint64  `help:"Seed of all random numbers. Default: 0." placeholder:"N" max:"9223372036854775807"` // the largest integer of a TOML file
	Threads int      `help:"Number of threads; the results do not depend on it. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Set     []string `help:"Change a setting; see gander recipes NAME. May be given more than once." placeholder:"KEY=VALUE" sep:"none"`
	Resume  string   `help:"Continue a run: its folder, name or number, or latest. You may change the length, --measure, some settings, and by --data the path of a dataset that has moved." placeholder:"RUN"`
	Other   bool     `name:"other-data" help:"With --resume: continue although the data are not those of the beginning."`
	From    string   `help:"Begin with the networks of another run: its folder, name or number, or latest. Without a recipe, the recipe, the data and the sizes of the networks are also those of that run; --data and --set change them." placeholder:"RUN"`
	Take    []string `name:"from-networks" help:"Networks that --from takes, such as D or G,D. Default: all that both runs have." placeholder:"NETWORK"`
	Measure []string `help:"Measure at every tick against the validation part: measures, separated by commas. modes,prdc@2000 is modes, and prdc of 2000 samples. --set train.best=prdc:coverage keeps the checkpoint with the best coverage." placeholder:"MEASURE"`
	Every   int      `name:"measure-every" help:"Measure at every Nth tick. Default: 1." placeholder:"N" min:"1"`
	StopOn  []string `help:"End the run when the referee finds one of these failures, separated by commas, such as collapse,diverged; docs/failures.md lists them." placeholder:"FAILURE"`
	Remedy  string   `help:"auto: when the referee finds a failure, apply the first remedy that fits and go on from the last checkpoint before the failure, or the oldest if all are later. Default: off." oneof:"off,auto" placeholder:"HOW"`
	DryRun  bool     `help:"Show the resolved settings and stop."`
	JSON    bool     `name:"json" help:"Also write the lines of the journal to standard output."`
}

// Help is the text after the first line of the command's help.
func (*trainCmd) Help() string {
	return `Everything is kept in a new folder, such as runs/0001-digits-digits: settings, a journal with a line of numbers for each tick, checkpoints, and a picture of samples for each tick. A tick is a fixed number of examples (train.tick_kimg). Ctrl-C finishes the step, saves, and prints the command that continues the run. Another Ctrl-C, more than one second after the first, stops at once without saving. With --from, the run takes each parameter array of the other run that has the same name and shape. It prints what it takes, and what not and why, and keeps this in config.toml.`
}

func (c *trainCmd) Run(e *env) error {
	if c.Resume == "" {
		return c.start(e)
	}
	if c.From != "" {
		return hint.Add(errors.New("--from is for a new run, and --resume goes on with one"), "leave one of them out")
	}
	if c.DryRun {
		return hint.Add(errors.New("--dry-run shows the settings of a new run, and --resume goes on with one"), "its settings are in its config.toml")
	}
	return c.train(e, func(d *engine.Device) (*run.Session, error) { return c.resume(e, d) })
}

// start trains a new run.
func (c *trainCmd) start(e *env) error {
	if c.Other {
		return hint.Add(errors.New("--other-data is for a run that is resumed"), "leave it out, or give --resume RUN")
	}
	config, err := c.config(e)
	if err != nil {
		return err
	}
	if err := loadData(e, config); err != nil {
		return err
	}
	if c.DryRun {
		return showConfig(e, config)
	}
	return c.train(e, func(d *engine.Device) (*run.Session, error) { return run.Start(d, config, c.Out) })
}

// showConfig prints the settings of the run that would start.
func showConfig(e *env, config *run.Config) error {
	if err := config.Resolve(); err != nil {
		return err
	}
	sayNotes(e, config)
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
		fmt.Fprintln(e.stderr, "stopping; Ctrl-C again stops at once")
	})
	session, err := open(device)
	heard()
	if err != nil {
		return err
	}
	p, err := c.trainTreated(e, device, &session)
	if ended(err) {
		// There is also a report of an interrupted run.
		path := report.File(session.Folder)
		failed := writeReport(e, context.WithoutCancel(e.ctx), device, session.Folder, path, session.Config)
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

// trainTreated trains a run to its end. If a failure has a remedy that the run applies, it
// trains on with this remedy, and session is then another one. The session is closed.
func (c *trainCmd) trainTreated(e *env, device *engine.Device, session **run.Session) (*progress, error) {
	short := (*session).TooShort()
	for {
		s := *session
		p := newProgress(e, s, c.JSON)
		p.begin(device)
		sayNotes(e, s.Config)
		if short != "" {
			fmt.Fprintf(e.stderr, "note: %s\n", short)
			short = ""
		}
		stop := context.AfterFunc(e.ctx, p.interrupted)
		err := s.Train(e.ctx)
		stop()
		p.end()
		next, t, failed := s.Treat(device)
		if next == nil {
			return p, errors.Join(err, failed, s.Close())
		}
		fmt.Fprintf(e.stderr, "remedy against %s: %s (%s); going on from %s\n", t.Finding.Failure, t.Remedy.What, strings.Join(t.Remedy.Settings, ", "), checkpointOf(t))
		if failed != nil {
			return p, errors.Join(failed, next.Close())
		}
		*session = next
	}
}

// checkpointOf describes the checkpoint from which a treated run goes on.
func checkpointOf(t run.Treatment) string {
	if t.Step < t.Finding.Since {
		return fmt.Sprintf("the last checkpoint before the failure, step %d", t.Step)
	}
	return fmt.Sprintf("the oldest checkpoint, step %d, as none is from before the failure", t.Step)
}

// ended reports whether the folder of the run is complete after an error of training.
// After others, such as a full disk, nothing more can be written.
func ended(err error) bool {
	var diverged *game.DivergedError
	return err == nil || errors.Is(err, run.ErrInterrupted) || errors.As(err, &diverged)
}

// config resolves the settings of a new run.
func (c *trainCmd) config(e *env) (*run.Config, error) {
	r, peeked, err := c.recipe(e)
	if err != nil {
		return nil, err
	}
	config := run.NewConfig(r)
	if err := c.begin(config); err != nil {
		return nil, err
	}
	for _, s := range c.Set {
		if err := config.Set(s); err != nil {
			return nil, notSet(s, r, err)
		}
	}
	if peeked != nil {
		config.ShareData(peeked)
	}
	return config, c.overrule(config)
}

// begin sets the run of --from and the settings that are those of that run.
func (c *trainCmd) begin(config *run.Config) error {
	if c.From == "" && len(c.Take) > 0 {
		return hint.Add(errors.New("--from-networks names networks of --from, and there is no --from"), "give --from RUN")
	}
	if c.From == "" {
		return nil
	}
	folder, other, err := c.other()
	if err != nil {
		return err
	}
	config.From.Run, config.From.Networks = folder.Path(), c.Take
	if c.Recipe == "" {
		for role, d := range config.Sets {
			d.Name = other.SetOf(role).Name
		}
	}
	if c.Data != "" { // Like reads other data in the size of those of the run
		config.Data.Name = c.Data
	}
	config.Like(other)
	return nil
}

// notSet returns the error for a wrong --set.
func notSet(assignment string, r recipe.Recipe, err error) error {
	return hint.Add(fmt.Errorf("--set %s: %w", assignment, err), "gander recipes %s shows the settings", r.Name)
}

// recipe returns the recipe of the argument, otherwise that of the run of --from, or one
// for --data. In the last case it also returns the settings that opened the data.
func (c *trainCmd) recipe(e *env) (r recipe.Recipe, peeked *run.Config, err error) {
	if c.Recipe != "" {
		r, err = recipe.Find(c.Recipe)
		return r, nil, err
	}
	if c.From != "" {
		_, other, err := c.other()
		if err != nil {
			return r, nil, err
		}
		return other.Recipe, nil, nil
	}
	return c.recipeForData(e)
}

// other opens the run of --from.
func (c *trainCmd) other() (folder run.Folder, config *run.Config, err error) {
	if folder, err = openRun(c.Out, c.From); err != nil {
		return folder, nil, err
	}
	config, err = folder.Config()
	return folder, config, err
}

// recipeForData returns the usual recipe, or if data are named the recipe for these data and the
// settings that opened them.
func (c *trainCmd) recipeForData(e *env) (r recipe.Recipe, peeked *run.Config, err error) {
	usual, err := recipe.Find(usualRecipe)
	if err != nil {
		return r, nil, err
	}
	config := run.NewConfig(usual)
	for _, s := range c.Set {
		ofData := strings.HasPrefix(strings.TrimSpace(s), "data.")
		if err := config.Set(s); err != nil && ofData {
			return r, nil, notSet(s, usual, err)
		}
	}
	if c.Data == "" && config.Data.Name == usual.Data {
		return usual, nil, nil
	}
	if c.Data != "" {
		config.Data.Name = c.Data
	}
	if c.Seed != nil {
		config.Train.Seed = *c.Seed
	}
	if config.Data.Name, err = lasting(config.Data.Name); err != nil {
		return r, nil, err
	}
	config.Train.Measure = nil // other recipes may not have them
	if err := loadData(e, config); err != nil {
		return r, nil, err
	}
	set, err := config.OpenData(e.ctx, "", data.Train)
	if err != nil {
		return r, nil, err
	}
	if r, err = recipe.Choose(set.Info()); err != nil {
		return r, nil, err
	}
	fmt.Fprintf(e.stderr, "recipe %s, as the data are %s; gander recipes lists others\n", r.Name, kindOfExamples(set.Info().First()))
	return r, config, nil
}

// usualRecipe is the recipe if the flags contain neither a recipe nor data.
const usualRecipe = "digits"

// kindOfExamples describes the examples of a field.
func kindOfExamples(f data.Field) string {
	switch {
	case f.IsImage():
		return fmt.Sprintf("images of %v", f)
	case f.IsVolume():
		return fmt.Sprintf("volumes of %v", f)
	}
	return fmt.Sprintf("points of %v", f)
}

// overrule sets the settings that have a flag. A flag has precedence over --set.
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
		config.Train.Measure = splitMeasures(c.Measure)
	}
	if c.Every > 0 {
		if len(config.Train.Measure) == 0 {
			return hint.Add(errors.New("--measure-every says how often to measure, and there is nothing to measure"), "--measure parzen")
		}
		config.Train.MeasureTicks = c.Every
	}
	if len(c.StopOn) > 0 {
		config.Train.StopOn = c.StopOn
	}
	if c.Remedy != "" {
		config.Train.Remedy = c.Remedy
	}
	c.length(config)
	return nil
}

// lasting returns the name of a dataset that is valid in every working folder: it makes
// a path absolute.
func lasting(name string) (string, error) {
	if _, err := data.Lookup(name); err == nil {
		return name, nil
	}
	path := name
	if _, err := os.Stat(path); err != nil {
		end := strings.LastIndexByte(name, ':') // the name of an array in a file
		if end < 0 {
			return name, nil // opening it returns the error
		}
		if _, err := os.Stat(name[:end]); err != nil {
			return name, nil
		}
		path = name[:end]
	}
	absolute, err := filepath.Abs(path)
	return absolute + name[len(path):], err
}

// length sets the length of the run.
func (c *trainCmd) length(config *run.Config) {
	if c.Kimg > 0 {
		config.Train.Kimg, config.Train.Steps = c.Kimg, 0
	}
	if c.Steps > 0 {
		config.Train.Steps = c.Steps
	}
}

// resume opens the run of --resume.
func (c *trainCmd) resume(e *env, device *engine.Device) (*run.Session, error) {
	folder, err := openRun(c.Out, c.Resume)
	if err != nil {
		return nil, err
	}
	session, skipped, err := run.Resume(device, folder, func(config *run.Config) error {
		if err := c.change(config); err != nil {
			return err
		}
		return loadData(e, config)
	})
	sayPassedOver(e, skipped)
	switch {
	case errors.Is(err, run.ErrOtherData) && !c.Other:
		err = withHint(err, "give the place of its own data by --data PATH, or go on with these by --other-data")
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(hint.Of(err), "give the path"):
		err = withHint(err, "if the dataset has moved: %s --data PATH", shell.Join(program(), "train", "--resume", folder.Path()))
	}
	return session, err
}

// withHint replaces the hint of err.
func withHint(err error, format string, args ...any) error {
	return &hint.Error{Err: err, Hint: fmt.Sprintf(format, args...)}
}

// change changes the settings of a resumed run.
func (c *trainCmd) change(config *run.Config) error {
	assignments := slices.Clone(c.Set)
	if c.Recipe != "" {
		assignments = append(assignments, "recipe="+c.Recipe)
	}
	if c.Seed != nil {
		assignments = append(assignments, fmt.Sprintf("train.seed=%d", *c.Seed))
	}
	if c.Data != "" {
		assignments = append(assignments, "data.name="+c.Data)
	}
	if err := config.Change(assignments...); err != nil {
		return err
	}
	if c.Other {
		config.AcceptOtherData()
	}
	c.Seed = nil
	return c.overrule(config)
}

// sayPassedOver prints the broken checkpoints.
func sayPassedOver(e *env, skipped []run.Skipped) {
	for _, s := range skipped {
		fmt.Fprintf(e.stderr, "passed over: %v\n", s.Err)
	}
}
