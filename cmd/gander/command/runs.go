package command

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

type runsCmd struct {
	Runs string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
	JSON bool   `name:"json" help:"Write one JSON object for each run to standard output."`
}

func (c *runsCmd) Run(e *env) error {
	folders, err := run.List(c.Runs)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		fmt.Fprintf(e.stderr, "no runs in %s; %s train makes the first\n", c.Runs, program())
		return nil
	}
	table, encoder := newTable(e.stdout), json.NewEncoder(e.stdout)
	for _, f := range folders {
		s, err := stateOf(f)
		if err != nil {
			s = runState{Error: err.Error()}
		}
		s.Name, s.Folder = f.Name(), f.Path()
		if !c.JSON {
			fmt.Fprintf(table, "%s\t%s\n", s.Name, s.columns())
		} else if err := encoder.Encode(s); err != nil {
			return err
		}
	}
	return table.Flush()
}

// A runState is how far a run has come.
type runState struct {
	Name   string `json:"name"`
	Folder string `json:"folder"`
	Error  string `json:"error,omitempty"` // of a run that cannot be read; nothing else is set then

	Recipe      string   `json:"recipe,omitempty"`
	Data        string   `json:"data,omitempty"`
	Step        int64    `json:"step"`
	Kimg        float64  `json:"kimg"`
	TotalSteps  int64    `json:"total_steps,omitempty"` // the length of the run, in steps or in kimg
	TotalKimg   float64  `json:"total_kimg,omitempty"`
	Seconds     float64  `json:"seconds"` // time of training
	Checkpoints int      `json:"checkpoints"`
	Best        *bestRow `json:"best,omitempty"` // the checkpoint that train.best chose

	Failures []referee.Failure `json:"failures,omitempty"` // that the referee found
}

type bestRow struct {
	Figure string         `json:"figure"`
	Value  measure.Number `json:"value"`
	Step   int64          `json:"step"`
}

// stateOf reads the state of a run.
func stateOf(f run.Folder) (s runState, err error) {
	config, err := f.Config()
	if err != nil {
		return s, err
	}
	last, err := run.LastRecord(f.JournalFile())
	if err != nil {
		return s, err
	}
	kept, err := f.Checkpoints().List()
	if err != nil {
		return s, err
	}
	s = runState{
		Recipe: config.Recipe.Name, Data: config.Data.Name, Step: last.Step, Kimg: last.Kimg,
		TotalSteps: config.Train.Steps, Seconds: last.Seconds, Checkpoints: len(kept),
	}
	if s.TotalSteps == 0 {
		s.TotalKimg = config.Train.Kimg
	}
	found, err := f.Findings()
	if err != nil {
		return s, err
	}
	for _, finding := range found {
		s.Failures = append(s.Failures, finding.Failure)
	}
	best, err := f.Best()
	if errors.Is(err, run.ErrNoBest) {
		return s, nil
	}
	s.Best = &bestRow{best.Figure.Name, best.Figure.Value, best.Step}
	return s, err
}

// columns returns the state as columns separated by tabs.
func (s *runState) columns() string {
	if s.Error != "" {
		return "unreadable: " + s.Error
	}
	length := fmt.Sprintf("%.1f of %.1f kimg", s.Kimg, s.TotalKimg)
	if s.TotalSteps > 0 {
		length = fmt.Sprintf("step %d of %d", s.Step, s.TotalSteps)
	}
	text := fmt.Sprintf("%s\ttrained %s\t%s", length, words.Duration(s.Seconds), words.Count(s.Checkpoints, "checkpoint", "checkpoints"))
	if s.Best != nil {
		text += fmt.Sprintf("\tbest %s %s, of step %d", s.Best.Figure, figure(s.Best.Value), s.Best.Step)
	}
	for i, failure := range s.Failures {
		text += map[bool]string{true: "\t", false: ", "}[i == 0] + string(failure)
	}
	return text
}

// latestRun is the name of the run with the highest number.
const latestRun = "latest"

// openRun opens a run as [run.Open] does. The name may also be latestRun.
func openRun(parent, name string) (run.Folder, error) {
	if name != latestRun {
		return run.Open(parent, name)
	}
	runs, err := run.List(parent)
	if err != nil {
		return run.Folder{}, err
	}
	if len(runs) == 0 {
		return run.Folder{}, hint.Add(fmt.Errorf("there is no latest run: %s contains no runs", parent), "gander train makes the first")
	}
	return runs[len(runs)-1], nil
}
