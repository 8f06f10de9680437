package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

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

	Verdict  referee.Failure   `json:"verdict,omitempty"`  // of the referee, as gander referee RUN prints it
	Failures []referee.Failure `json:"failures,omitempty"` // that the run has now, the verdict first
	Healed   []referee.Failure `json:"healed,omitempty"`   // that it had before a remedy was applied
	Earlier  []referee.Failure `json:"earlier,omitempty"`  // that it had, and that ended without a remedy
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
	verdict, err := f.Verdict()
	if err != nil {
		return s, err
	}
	s.judged(verdict)
	best, err := f.Best()
	if errors.Is(err, run.ErrNoBest) {
		return s, nil
	}
	s.Best = &bestRow{best.Figure.Name, best.Figure.Value, best.Step}
	return s, err
}

// judged adds the verdict of the referee.
func (s *runState) judged(v run.Verdict) {
	s.Verdict = v.Now[0].Failure
	for _, f := range v.Now {
		if f.Failure.Bad() {
			s.Failures = append(s.Failures, f.Failure)
		}
	}
	for _, f := range v.Past {
		if f.Applied != "" {
			s.Healed = append(s.Healed, f.Failure)
		} else {
			s.Earlier = append(s.Earlier, f.Failure)
		}
	}
}

// health returns the verdict in words: "healthy (healed: stuck)". It is "" if nothing is known.
func (s *runState) health() string {
	var past []string
	for _, p := range []struct {
		word     string
		failures []referee.Failure
	}{{"healed", s.Healed}, {"earlier", s.Earlier}} {
		if len(p.failures) > 0 {
			past = append(past, p.word+": "+failureNames(p.failures))
		}
	}
	now := string(s.Verdict)
	if len(s.Failures) > 0 {
		now = failureNames(s.Failures)
	}
	switch {
	case len(past) > 0:
		return now + " (" + strings.Join(past, "; ") + ")"
	case s.Verdict == referee.Unknown:
		return ""
	}
	return now
}

// failureNames returns failures, separated by commas.
func failureNames(failures []referee.Failure) string {
	var names []string
	for _, f := range failures {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
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
	if health := s.health(); health != "" {
		text += "\t" + health
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
