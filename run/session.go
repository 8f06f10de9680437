package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
)

// A Session trains a run in this process.
type Session struct {
	Folder Folder
	Config *Config

	name        string // see Generator.Name
	watchers    []Watcher
	sets        recipe.Sets // the training sets
	system      *recipe.System
	trainer     *game.Trainer
	galleries   []*gallery              // one for each output that is no classifier
	classifiers []*Sampler              // the classifiers
	statistics  []*game.BatchStatistics // collected before each tick
	meter       *meter                  // nil: the run does not measure
	prober      *prober                 // nil: the run has no probes
	watch       *watch                  // the referee
	lock        *Lock
	journal     *Journal
	skippedFrom []Skipped // see PassedOver

	rounds  int64 // total number of rounds of the run
	began   time.Time
	seconds float64 // training time before began
	shown   int64   // examples shown before began
	saved   int64   // the step of the newest checkpoint
	sums    tally   // of the rounds since the last tick
	latest  Round
}

// ErrInterrupted is wrapped by the error of a session that was interrupted and has
// saved its state.
var ErrInterrupted = errors.New("interrupted")

// Start makes the folder of a new run within parent, and writes the files that exist
// before the first round. If that fails, Start removes the folder again.
func Start(device *engine.Device, c *Config, parent string) (*Session, error) {
	s, err := prepare(device, c)
	if err != nil {
		return nil, err
	}
	if err := s.checkRows(); err != nil {
		return nil, err
	}
	if err := s.beginWithOther(); err != nil {
		return nil, err
	}
	if s.Folder, err = Create(parent, c.Recipe.Name, c.Data.Name); err != nil {
		return nil, err
	}
	s.name = s.Folder.Name()
	if err := s.begin(); err != nil {
		s.Close()
		return nil, errors.Join(err, os.RemoveAll(s.Folder.Path()))
	}
	return s, nil
}

// Resume continues a run from its newest valid checkpoint, exactly as if it had never
// stopped. Resume calls change with the settings before it builds the system; change
// may for example make the run longer. The second result lists the checkpoints that
// were skipped because they are damaged.
func Resume(device *engine.Device, f Folder, change func(*Config) error) (*Session, []Skipped, error) {
	lock, err := f.Lock()
	if err != nil {
		return nil, nil, err
	}
	s, skipped, err := resume(device, f, change)
	if err != nil {
		return nil, skipped, errors.Join(err, lock.Unlock())
	}
	s.lock = lock
	return s, skipped, nil
}

func resume(device *engine.Device, f Folder, change func(*Config) error) (*Session, []Skipped, error) {
	c, err := f.Config()
	if err != nil {
		return nil, nil, err
	}
	if err := change(c); err != nil {
		return nil, nil, err
	}
	s, err := prepare(device, c)
	if err != nil {
		return nil, nil, err
	}
	s.Folder, s.name = f, f.Name()
	skipped, err := s.restore()
	switch {
	case err != nil:
	case s.impatient():
		err = hint.Add(fmt.Errorf("run %s has ended early: %s", f.Name(), s.Ended()), "--set train.patience=%d continues the training", max(2*s.Config.Train.Patience, s.meter.best.Since+1))
	case s.trainer.Step() > s.rounds:
		err = hint.Add(fmt.Errorf("run %s has already %d rounds, which is more than %d", f.Name(), s.trainer.Step(), s.rounds),
			"give more --kimg or --steps to train on")
	case s.Done():
		err = hint.Add(fmt.Errorf("run %s is complete: %d of %d rounds", f.Name(), s.trainer.Step(), s.rounds),
			"give more --kimg or --steps to train on")
	default:
		err = s.writeConfig()
	}
	if err != nil {
		return nil, skipped, errors.Join(err, s.Close())
	}
	return s, skipped, nil
}

// prepare builds everything in memory: data, system, compiled round and samplers.
func prepare(device *engine.Device, c *Config) (*Session, error) {
	sets, err := c.open()
	if err != nil {
		return nil, err
	}
	s := &Session{Config: c, sets: sets, sums: tally{}}
	s.latest.Record = &Record{}
	if s.system, err = c.build(sets); err != nil {
		return nil, err
	}
	if err := s.fits(); err != nil {
		return nil, err
	}
	var sources []game.Source
	if s.system.Sources != nil {
		if sources, err = s.system.Sources(sets, c.Train.Seed); err != nil {
			return nil, fmt.Errorf("recipe %s: %w", c.Recipe.Name, err)
		}
	}
	if s.trainer, err = game.NewTrainer(device, s.system.Game, sources, c.Train.Seed, true); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", c.Recipe.Name, err)
	}
	if err := s.prepareOutputs(device); err != nil {
		return nil, err
	}
	s.rounds, err = c.Rounds(s.trainer.Examples())
	return s, err
}

// prepareOutputs compiles the programs that draw and measure the outputs.
func (s *Session) prepareOutputs(device *engine.Device) error {
	var first *Sampler
	for _, output := range s.system.Outputs {
		present := s.trainer.EvalContext()
		if output.Unaveraged {
			present = nn.NewContext(false, nil)
		}
		sampler, err := NewSampler(device, s.trainer.Store(), present, output)
		if err != nil {
			return fmt.Errorf("recipe %s: %w", s.Config.Recipe.Name, err)
		}
		if output.Classifies() {
			if knowsClass(output) {
				s.classifiers = append(s.classifiers, sampler)
			}
			continue
		}
		folder := sanitise(output.Name)
		if first == nil {
			first, folder = sampler, ""
		}
		g, err := s.newGallery(sampler, folder)
		if err != nil {
			return fmt.Errorf("recipe %s: %w", s.Config.Recipe.Name, err)
		}
		s.galleries = append(s.galleries, g)
	}
	if err := s.prepareStatistics(device); err != nil {
		return err
	}
	var err error
	if s.meter, err = newMeter(device, s.Config, s.sets, first, s.classifiers); err != nil {
		return err
	}
	if s.watch, err = newWatch(s.Config); err != nil {
		return err
	}
	s.prober, err = s.newProber(device)
	return err
}

// begin writes the files that a run has before its first round.
func (s *Session) begin() (err error) {
	if s.lock, err = s.Folder.Lock(); err != nil {
		return err
	}
	if err := s.writeConfig(); err != nil {
		return err
	}
	if s.journal, err = OpenJournal(s.Folder.JournalFile()); err != nil {
		return err
	}
	return s.keepBeginning()
}

// keepBeginning writes the pictures and the checkpoint of step 0.
func (s *Session) keepBeginning() error {
	if err := s.writeReals(); err != nil {
		return err
	}
	if err := s.writeGalleries("init"); err != nil {
		return err
	}
	if err := s.prober.remember(); err != nil {
		return err
	}
	return s.saveCheckpoint()
}

func (s *Session) writeConfig() error {
	text, err := s.Config.Encode()
	if err != nil {
		return err
	}
	return atomicfile.Write(s.Folder.ConfigFile(), 0o666, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// restore loads the newest valid checkpoint. If the run was killed before its first
// checkpoint, restore starts it from the beginning. If the run has lost its
// checkpoints, restore returns an error, because a new beginning would also lose the
// journal.
func (s *Session) restore() (skipped []Skipped, err error) {
	c, skipped, err := s.Folder.Checkpoints().Newest()
	switch {
	case errors.Is(err, ErrNoCheckpoint) && len(skipped) == 0:
		if err = s.neverTicked(); err == nil {
			err = s.beginWithOther()
		}
		if err == nil {
			err = s.keepBeginning()
		}
	case err == nil:
		err = s.load(c)
	}
	if err != nil {
		return skipped, err
	}
	if s.journal, err = OpenJournal(s.Folder.JournalFile()); err != nil {
		return skipped, err
	}
	if err := s.journal.Rewind(s.trainer.Step()); err != nil {
		return skipped, err
	}
	return skipped, s.remember()
}

// remember reads what the journal knows of the training so far.
func (s *Session) remember() error {
	last, err := LastRecord(s.Folder.JournalFile())
	if err != nil {
		return err
	}
	if at := s.trainer.Step(); last.Step < at { // a record is on the disk before its checkpoint
		err = fmt.Errorf("run %s has a checkpoint of step %d, and its journal ends at step %d", s.Folder.Name(), at, last.Step)
		return hint.Add(err, "bring its journal back, or begin a new run with its networks: gander train --from %s", s.Folder.Name())
	}
	s.seconds = last.Seconds
	s.shown = s.trainer.Shown()
	if err := s.watch.recall(s.Folder.JournalFile()); err != nil {
		return err
	}
	if err := s.prober.remember(); err != nil {
		return err
	}
	return s.recallBest()
}

// neverTicked returns an error if the journal contains rounds.
func (s *Session) neverTicked() error {
	last, err := LastRecord(s.Folder.JournalFile())
	if err != nil || last.Step == 0 {
		return err
	}
	return hint.Add(fmt.Errorf("run %s has no checkpoint, and its journal goes to step %d", s.Folder.Name(), last.Step), "bring its checkpoints back, or start the run anew")
}

// Train plays the remaining rounds. If ctx ends, Train saves the state, and its error
// wraps [ErrInterrupted]. If a number is no longer finite, Train saves the broken
// state under another name, and its error wraps a *[game.DivergedError]; earlier
// checkpoints do not change. If a source fails, the error wraps a
// *[game.SourceError].
func (s *Session) Train(ctx context.Context) error {
	s.began = time.Now()
	err := s.trainer.Train(ctx, s.rounds, s.afterRound)
	if errors.Is(err, errEnded) {
		return nil
	}
	if interrupted := err != nil && errors.Is(err, ctx.Err()); interrupted {
		if err = s.stop(); err == nil {
			return fmt.Errorf("%w after %d rounds; everything is saved", ErrInterrupted, s.trainer.Step())
		}
	}
	var diverged *game.DivergedError
	if errors.As(err, &diverged) {
		return errors.Join(s.setAside(diverged), s.divergence(diverged))
	}
	if failed := (*game.SourceError)(nil); errors.As(err, &failed) {
		return fmt.Errorf("%w; checkpoints up to step %d are whole", err, s.saved)
	}
	return err
}

// stop saves the training since the last tick.
func (s *Session) stop() error {
	if len(s.sums) == 0 {
		return nil
	}
	return s.tick(false)
}

// Done reports whether all rounds have been played.
func (s *Session) Done() bool { return s.trainer.Step() >= s.rounds }

// Outputs returns the outputs of the system. There may be none.
func (s *Session) Outputs() []recipe.Output { return s.system.Outputs }

// Step returns the number of rounds played.
func (s *Session) Step() int64 { return s.trainer.Step() }

// Rounds returns the number of rounds of the whole run.
func (s *Session) Rounds() int64 { return s.rounds }

// Parameters returns, by the name of each network, the number of values that it
// learns. A network that learns nothing is left out.
func (s *Session) Parameters() map[string]int {
	sizes := map[string]int{}
	for _, p := range s.system.Game.Players {
		for _, n := range p.Networks {
			for _, param := range n.Trainable() {
				sizes[n.Name] += param.Value.Size()
			}
		}
	}
	return sizes
}

// afterRound adds a round to the sums. It makes a tick if one is due.
func (s *Session) afterRound() error {
	s.sums.add(s.trainer)
	if len(s.watchers) > 0 {
		s.describe(s.latest.Record, s.trainer.Statistics)
		s.publish(&s.latest)
	}
	if !s.due() && !s.Done() {
		return nil
	}
	if err := s.tick(s.measureDue()); err != nil {
		return err
	}
	if s.Ended() != "" {
		return errEnded
	}
	return nil
}

// due reports whether a tick is due: whether the last round has passed a multiple of
// tick_kimg.
func (s *Session) due() bool {
	tick := s.Config.Train.TickKimg * 1000
	now := float64(s.trainer.Shown())
	before := now - float64(s.trainer.Examples())
	return int64(now/tick) > int64(before/tick)
}

// tick writes pictures, measures if measured is set, and saves the state. It writes
// the checkpoint last. A process that is killed before that resumes from the previous
// checkpoint and repeats the rest.
func (s *Session) tick(measured bool) error {
	if err := s.trainer.Finite(); err != nil {
		return err
	}
	s.collectStatistics()
	if err := s.writeGalleries(StepName(s.trainer.Step())); err != nil {
		return err
	}
	var r Record
	s.describe(&r, s.sums.means)
	clear(s.sums)
	if measured {
		if err := s.measure(&r); err != nil {
			return err
		}
	}
	if err := s.prober.probe(&r); err != nil {
		return err
	}
	s.watch.judge(&r)
	if err := s.journal.Append(r); err != nil {
		return err
	}
	if err := s.saveCheckpoint(); err != nil {
		return err
	}
	s.ends(&r)
	s.alarm(&r)
	s.publish(&Tick{&r})
	return s.Folder.Checkpoints().Prune(s.trainer.Step(), s.Config.Train.Keep, s.Best().Step, s.lastGood())
}

// Close closes the journal and releases the lock. It does not save.
func (s *Session) Close() error {
	var errs []error
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}

// Config reads the settings of a run.
func (f Folder) Config() (*Config, error) {
	text, err := os.ReadFile(f.ConfigFile())
	if err != nil {
		return nil, err
	}
	c, err := ParseConfig(text, f.ConfigFile())
	return c, hint.Add(err, "undo what was changed in that file since the run began")
}
