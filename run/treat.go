package run

import (
	"errors"
	"fmt"
	"os"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/referee"
)

// A Treatment is what [Session.Treat] has done.
type Treatment struct {
	Finding referee.Finding // the failure; its Applied is the remedy
	Remedy  referee.Remedy
	Step    int64 // the checkpoint from which the training goes on
}

// Treat applies a remedy to a run that has ended because of a failure, if train.remedy is
// auto. It takes the first remedy that has not been applied to this failure before, and has
// settings that fit the checkpoint. It changes the settings of the run, removes what came after the
// newest checkpoint from before the failure, and records the remedy in the journal. The
// result is a session that goes on from there; s has no files open then. The session is nil if
// there is nothing to treat, or no remedy that fits. If it is not nil, close it also after an
// error.
func (s *Session) Treat(device *engine.Device) (*Session, Treatment, error) {
	if s.watch.found == nil || s.Config.Train.Remedy != remedyAuto {
		return nil, Treatment{}, nil
	}
	f, finding := s.Folder, *s.watch.found
	c, err := f.Checkpoints().before(finding.Since)
	if err != nil {
		return nil, Treatment{}, err
	}
	for _, remedy := range s.watch.untried(finding) {
		next, err := treated(device, f, c, remedy)
		if err != nil {
			return nil, Treatment{}, err
		}
		if next == nil {
			continue
		}
		finding.Applied = remedy.What
		next.lock, s.lock = s.lock, nil
		err = s.journal.Close()
		s.journal = nil
		return next, Treatment{finding, remedy, c.Step}, errors.Join(err, next.begunAnew(c, finding))
	}
	return nil, Treatment{}, nil
}

// treated builds a session with the settings of a remedy and the state of a checkpoint. It
// returns nil if the state does not fit these settings.
func treated(device *engine.Device, f Folder, c *Checkpoint, remedy referee.Remedy) (*Session, error) {
	config, err := f.Config()
	if err != nil {
		return nil, err
	}
	for _, assignment := range remedy.Settings {
		if err := config.Set(assignment); err != nil {
			return nil, fmt.Errorf("remedy %s: %w", assignment, err)
		}
	}
	s, err := prepare(device, config)
	if err != nil {
		return nil, nil // the recipe refuses the settings, as it does for a pack that does not divide the batch
	}
	s.Folder, s.name = f, f.Name()
	delete(c.Metadata, metaSettings)
	if err := s.load(c); err != nil {
		return nil, nil // other shapes
	}
	return s, nil
}

// begunAnew makes the files of the run those of its settings and of the checkpoint c, which
// has no record of settings yet. A process that is killed in between resumes with the old
// settings or with the new ones.
func (s *Session) begunAnew(c *Checkpoint, finding referee.Finding) error {
	later, err := s.Folder.Checkpoints().List()
	if err != nil {
		return err
	}
	for _, file := range later {
		if file.Step > c.Step {
			if err := os.Remove(file.Path); err != nil {
				return err
			}
		}
	}
	if err := SaveCheckpoint(s.Folder.Checkpoints().Path(c.Step), c); err != nil {
		return err
	}
	if err := s.writeConfig(); err != nil {
		return err
	}
	if err := s.saveCheckpoint(); err != nil {
		return err
	}
	if s.journal, err = OpenJournal(s.Folder.JournalFile()); err != nil {
		return err
	}
	if err := s.journal.Rewind(c.Step); err != nil {
		return err
	}
	if err := s.journal.Append(diagnosis{[]referee.Finding{finding}}); err != nil {
		return err
	}
	return s.remember()
}

// before returns the newest checkpoint before a step, or the oldest if there is none.
func (c Checkpoints) before(step int64) (*Checkpoint, error) {
	files, err := c.List()
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, hint.Add(fmt.Errorf("%w in %s", ErrNoCheckpoint, c), "start the run anew")
	}
	at := files[0]
	for _, f := range files {
		if f.Step < step {
			at = f
		}
	}
	return LoadCheckpoint(at.Path)
}
