package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
)

// A Best is the checkpoint that train.best chooses. No file records it. It is
// computed from the lines of the journal.
type Best struct {
	Step   int64         // -1: no checkpoint yet
	Figure measure.Value // the value that chose it
	Since  int           // number of later measurings; none was better
}

// ErrNoBest is wrapped by the error of [Folder.Best] if the run chooses no checkpoint
// or has not measured yet. The error of [OpenBestGenerator] also wraps it if the run
// has not saved its best checkpoint yet.
var ErrNoBest = errors.New("no best checkpoint")

// noBest is the best checkpoint of a run that has not measured yet.
var noBest = Best{Step: -1}

// A figureName names a figure of a measure: "parzen:validation log-likelihood".
// "parzen" alone names the first figure of that measure.
type figureName struct{ measure, figure string }

func parseFigureName(text string) figureName {
	name, figure, _ := strings.Cut(text, ":")
	return figureName{strings.TrimSpace(name), strings.TrimSpace(figure)}
}

// find returns the figure from the results of one measuring.
func (f figureName) find(results []*measure.Result) (measure.Value, error) {
	for _, r := range results {
		if r == nil || r.Measure != f.measure {
			continue
		}
		var names []string
		for i, v := range r.Values {
			if v.Name == f.figure || f.figure == "" && i == 0 {
				return v, nil
			}
			names = append(names, v.Name)
		}
		return measure.Value{}, hint.Add(fmt.Errorf("train.best: %s has no figure %q", f.measure, f.figure), "it has %s", strings.Join(names, ", "))
	}
	return measure.Value{}, fmt.Errorf("train.best: nothing was measured by %s", f.measure)
}

// isAmong reports whether there is a result of the measure.
func (f figureName) isAmong(results []*measure.Result) bool {
	return slices.ContainsFunc(results, func(r *measure.Result) bool { return r != nil && r.Measure == f.measure })
}

// update replaces b if the figure v of a step is better. If both are equal, b stays.
// A NaN is never better.
func (b *Best) update(step int64, v measure.Value) error {
	distance := badness(v)
	switch {
	case v.Better == measure.NearBaseline && v.Baseline == nil:
		return hint.Add(fmt.Errorf("train.best: %s should be near its baseline and has none", v.Name), "choose by another figure")
	case b.Step < 0 && !math.IsNaN(distance), b.Step >= 0 && distance < badness(b.Figure):
		*b = Best{Step: step, Figure: v}
	default:
		b.Since++
	}
	return nil
}

// badness returns a number that is smaller for a better figure.
func badness(v measure.Value) float64 {
	switch {
	case v.Better == measure.Higher:
		return -float64(v.Value)
	case v.Better == measure.NearBaseline && v.Baseline != nil:
		return math.Abs(float64(v.Value) - float64(*v.Baseline))
	}
	return float64(v.Value)
}

// A BestSearch finds the best checkpoint in the lines of a journal.
type BestSearch struct {
	Best Best // so far; its step is -1 before the first measuring

	figure string
	name   figureName
}

// NewBestSearch returns a search for a figure, which is named as in train.best.
func NewBestSearch(figure string) *BestSearch {
	return &BestSearch{noBest, figure, parseFigureName(figure)}
}

// Figure returns the figure of the search, as in train.best.
func (b *BestSearch) Figure() string { return b.figure }

// Add considers the results that were measured at a step. It returns an error if the
// measure has no such figure, or the figure cannot choose.
func (b *BestSearch) Add(step int64, results []*measure.Result) error {
	if !b.name.isAmong(results) {
		return nil
	}
	v, err := b.name.find(results)
	if err != nil {
		return err
	}
	return b.Best.update(step, v)
}

// readBest returns the best step that a journal records.
func readBest(path, figure string) (Best, error) {
	search := NewBestSearch(figure)
	err := ReadJournal(path, func(line []byte) error {
		var r Record
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		return search.Add(r.Step, r.Measures)
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return search.Best, err
}

// Best returns the checkpoint that train.best chooses among the measured checkpoints
// of the run. The error wraps [ErrNoBest] if the run chooses no checkpoint or has not
// measured yet.
func (f Folder) Best() (Best, error) {
	c, err := f.Config()
	if err != nil {
		return noBest, err
	}
	if c.Train.Best == "" {
		return noBest, hint.Add(fmt.Errorf("run %s has %w: its train.best names no figure", f.Name(), ErrNoBest), "train a run with --set train.measure=MEASURE and --set train.best=MEASURE:FIGURE")
	}
	best, err := readBest(f.JournalFile(), c.Train.Best)
	if err == nil && best.Step < 0 {
		err = hint.Add(fmt.Errorf("run %s has %w yet: nothing was measured", f.Name(), ErrNoBest), "wait for its next tick")
	}
	return best, err
}
