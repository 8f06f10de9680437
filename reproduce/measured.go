package reproduce

import (
	"cmp"
	"context"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

// runMeasure computes the measure of the given name.
func runMeasure(ctx context.Context, name string, t measure.Task) (*measure.Result, error) {
	m, _, err := measure.Find(name)
	if err != nil {
		return nil, err
	}
	return m.Run(ctx, t)
}

// A measuredRun is a run and a measure of its last checkpoint.
type measuredRun struct {
	generator *run.Generator
	last      run.Record
	result    *measure.Result
	samples   *measure.Set
	real      *measure.Real
}

// measureRun measures the last checkpoint of a run. name is that of a measure, also with a
// number of samples, such as prdc@2000.
func (j *job) measureRun(ctx context.Context, device *engine.Device, folder run.Folder, name string) (*measuredRun, error) {
	m, n, err := measure.Find(name)
	if err != nil {
		return nil, err
	}
	n = cmp.Or(n, m.N)
	g, err := j.openGenerator(device, folder)
	if err != nil {
		return nil, err
	}
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return nil, err
	}
	real, err := g.Config.LoadReal(ctx, "")
	if err != nil {
		return nil, err
	}
	samples, err := g.SampleSet(ctx, n, scoringSeed, folder.Name())
	if err != nil {
		return nil, err
	}
	r, err := m.Run(ctx, measure.Task{
		Samples: samples, N: n, Train: real.Train, Validation: real.Validation, Reference: real.Test,
		Mixture: real.Mixture, Seed: scoringSeed, Device: device,
	})
	return &measuredRun{g, last, r, samples, real}, err
}

// epochs returns the length of the run so far in epochs.
func (m *measuredRun) epochs() float64 { return epochsOf(m.last, m.generator.Config) }

// epochsOf returns the length of a run up to a record of its journal, in epochs of its data.
func epochsOf(r run.Record, c *run.Config) float64 { return r.Kimg * 1000 / float64(c.Data.Examples) }

// figureOf returns a figure of a result. It is an error if there is none of this name.
func figureOf(r *measure.Result, name string) (measure.Value, error) {
	v, ok := r.Find(name)
	if !ok {
		return v, fmt.Errorf("%s gives no figure %q", r.Measure, name)
	}
	return v, nil
}

// baselineOf returns the baseline of a figure, or nil.
func baselineOf(v measure.Value) *float64 {
	if v.Baseline == nil {
		return nil
	}
	baseline := float64(*v.Baseline)
	return &baseline
}

// warningsOf returns the warnings of a result, each with the name of the samples.
func warningsOf(r *measure.Result) (warnings []string) {
	for _, w := range r.Warnings {
		warnings = append(warnings, fmt.Sprintf("%s: %s", r.Samples, w))
	}
	return warnings
}
