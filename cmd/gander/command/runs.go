package command

import (
	"errors"
	"fmt"

	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/run"
)

type runsCmd struct {
	Runs string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

func (c *runsCmd) Run(e *env) error {
	folders, err := run.List(c.Runs)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		fmt.Fprintf(e.talk, "no runs in %s; gander train makes the first\n", c.Runs)
		return nil
	}
	table := newTable(e.out)
	for _, f := range folders {
		line, err := describeRun(f)
		if err != nil {
			line = "unreadable: " + err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\n", f.Name(), line)
	}
	return table.Flush()
}

// describeRun says how far a run has come, in columns parted by tabs.
func describeRun(f run.Folder) (string, error) {
	config, err := f.Config()
	if err != nil {
		return "", err
	}
	last, err := run.LastRecord(f.JournalFile())
	if err != nil {
		return "", err
	}
	kept, err := f.Checkpoints().List()
	if err != nil {
		return "", err
	}
	best, err := bestOf(f)
	if err != nil {
		return "", err
	}
	come := fmt.Sprintf("%.1f of %.1f kimg", last.Kimg, config.Train.Kimg)
	if config.Train.Steps > 0 {
		come = fmt.Sprintf("step %d of %d", last.Step, config.Train.Steps)
	}
	return fmt.Sprintf("%s\ttrained %s\t%s%s", come, words.Duration(last.Seconds), words.Count(len(kept), "checkpoint", "checkpoints"), best), nil
}

// bestOf says which checkpoint a run's train.best chose, in a column of its own,
// "" if there is none.
func bestOf(f run.Folder) (string, error) {
	best, err := f.Best()
	if errors.Is(err, run.ErrNoBest) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("\tbest %s %s, of step %d", best.Figure.Name, figure(best.Figure.Value), best.Step), nil
}
