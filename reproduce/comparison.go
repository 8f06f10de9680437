package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

// A comparison trains several methods on one dataset and measures all in the same way.
type comparison struct {
	Methods []method
	Dataset string
	Measure string
	Epochs  float64 // length of a run
	Trials  int     // number of runs of each method
}

// A method is one of the methods that a comparison trains.
type method struct {
	Name      string
	Recipe    string
	Set       []string // model.KEY=VALUE: its settings, in addition to those of the recipe
	Published string   // the figures of the paper as cells of a table, "" if there are none

	// Minibatches is the number of minibatches that a round reads; 0 means 1. Runs of the
	// same length in rounds have this number of times the epochs.
	Minibatches int
}

// folder returns the name of the folder of the method's runs.
func (m method) folder() string {
	return strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			return c
		}
		return '-'
	}, strings.ToLower(m.Name))
}

// A compared is the input of the page of a comparison.
type compared struct {
	comparison
	Rows     []comparedRow
	Figures  []measure.Value // their names, units and baselines
	Changes  []change
	Samples  int // measured samples of a run
	Protocol string
}

// A comparedRow is the results of a method.
type comparedRow struct {
	method
	Trials  []comparedTrial
	Figures []meanError // of the last checkpoints, in the order of compared.Figures
	During  meanError   // of the first figure, averaged over the second half of the training
}

// A comparedTrial is the results of a run.
type comparedTrial struct {
	Seed    uint64
	Values  []float64 // in the order of compared.Figures
	During  float64
	Seconds float64
	Rounds  int64
}

// make trains the methods, measures the runs and writes the page.
func (c comparison) make(ctx context.Context, j *job) error {
	c.Trials, c.Epochs = cmp.Or(j.Trials, c.Trials), cmp.Or(j.Epochs, c.Epochs)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	found := compared{comparison: c}
	configs := make([][]*run.Config, len(c.Methods))
	for i, m := range c.Methods { // first all, for an error at the beginning
		var err error
		if configs[i], found.Changes, err = c.configs(j, m); err != nil {
			return err
		}
	}
	curves := plot.Curves{XLabel: "kimg"}
	for i, m := range c.Methods {
		folders, err := j.within(m.folder()).trainAll(ctx, configs[i])
		if err != nil {
			return err
		}
		row, err := found.judge(ctx, j, m, folders)
		if err != nil {
			return err
		}
		found.Rows = append(found.Rows, row)
		x, y, err := history(folders[0], c.Measure, found.Figures[0].Name)
		if err != nil {
			return err
		}
		curves.YLabel = found.Figures[0].Name
		curves.Series = append(curves.Series, plot.Series{Name: m.Name, X: x, Y: y})
	}
	if err := j.draw("history", curves); err != nil {
		return err
	}
	return j.finish(found)
}

// configs returns the settings of the runs of a method.
func (c comparison) configs(j *job, m method) ([]*run.Config, []change, error) {
	configs, changed, err := j.configs(firstSeeds(c.Trials), func(seed uint64) (*run.Config, error) {
		config, err := newConfig(m.Recipe, c.Dataset, seed, c.Epochs*float64(max(m.Minibatches, 1)))
		if err != nil {
			return nil, err
		}
		config.Train.Measure = []string{c.Measure}
		return config, setAll(config, m.Set...)
	})
	for _, to := range changed {
		for _, s := range m.Set {
			if strings.HasPrefix(s, to.Key+"=") {
				return nil, nil, hint.Add(fmt.Errorf("--set %s = %s: the methods of %s differ in it", to.Key, to.Value, j.target.Name), "leave it out")
			}
		}
	}
	return configs, changed, err
}

// judge measures the last checkpoints of the runs of a method.
func (f *compared) judge(ctx context.Context, j *job, m method, folders []run.Folder) (comparedRow, error) {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	row := comparedRow{method: m}
	values, during := [][]float64{}, []float64{}
	for _, folder := range folders {
		measured, err := j.measureRun(ctx, device, folder, f.Measure)
		if err != nil {
			return row, err
		}
		r := measured.result
		f.Figures, f.Samples, f.Protocol = r.Values, r.N, r.Protocol
		t := comparedTrial{Seed: measured.generator.Config.Train.Seed, Seconds: measured.last.Seconds, Rounds: measured.last.Step}
		_, past, err := history(folder, f.Measure, r.Values[0].Name)
		if err != nil {
			return row, err
		}
		t.During = meanErrorOf(past[len(past)/2:]).Mean
		values = slices.Grow(values, len(r.Values))[:len(r.Values)]
		for k, v := range r.Values {
			t.Values = append(t.Values, float64(v.Value))
			values[k] = append(values[k], float64(v.Value))
		}
		during = append(during, t.During)
		row.Trials = append(row.Trials, t)
	}
	row.During = meanErrorOf(during)
	for _, v := range values {
		row.Figures = append(row.Figures, meanErrorOf(v))
	}
	return row, nil
}
