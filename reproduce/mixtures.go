package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"runtime"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var ring8 = Target{
	Name:   "ring8",
	Title:  "Ring-8: modes found of eight Gaussians on a circle",
	Source: "Lin et al. 2018, PacGAN: The power of two samples in generative adversarial networks (arXiv 1712.04086), section 4.1",
	Takes:  "about two hours a trial, one trial on each processor",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make:   func(ctx context.Context, j *job) error { return makeMixture(ctx, j, ring8Rows, 1.25) },
}

var grid25 = Target{
	Name:   "grid25",
	Title:  "Grid-25: modes found of twenty-five Gaussians on a grid",
	Source: "Lin et al. 2018, PacGAN: The power of two samples in generative adversarial networks (arXiv 1712.04086), section 4.1",
	Takes:  "about two hours a trial, one trial on each processor",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make:   func(ctx context.Context, j *job) error { return makeMixture(ctx, j, grid25Rows, 5) },
}

// A mixtureRow is a row of the paper's table.
type mixtureRow struct {
	Name                          string
	Modes, HighQuality, ReverseKL float64 // high quality in percent
}

var (
	ring8Rows = []mixtureRow{
		{"GAN", 6.3, 98.2, 0.45}, {"ALI", 6.6, 97.6, 0.36}, {"PacGAN2", 7.9, 95.6, 0.07}, {"PacGAN4", 7.8, 95.9, 0.07},
	}
	grid25Rows = []mixtureRow{
		{"GAN", 17.3, 94.8, 0.70}, {"ALI", 24.1, 95.7, 0.14}, {"PacGAN2", 23.8, 91.3, 0.13}, {"PacGAN4", 24.8, 93.6, 0.04},
	}
)

// The PacGAN protocol.
const (
	mixtureEpochs = 400
	usualTrials   = 3
)

// mixtureFound is the input of the page of a mixture.
type mixtureFound struct {
	Modes       int // of the data
	SD          float64
	Rows        []mixtureRow
	Trials      []trial
	Covered     meanError // number of modes found
	HighQuality meanError // share
	ReverseKL   meanError
	Real        trial // with real points instead of samples
	Epochs      float64
	Changes     []change
	Samples     int
	Protocol    string
	Warnings    []string
	Jobs        int
	Drawn       int // samples
}

// A trial is one run.
type trial struct {
	Seed                          uint64
	Modes, HighQuality, ReverseKL float64
	Seconds                       float64
	Epochs                        float64
}

// makeMixture trains and judges the trials. The dataset has the name of the target. Its
// points are within +-reach.
func makeMixture(ctx context.Context, j *job, rows []mixtureRow, reach float64) error {
	j.Trials = cmp.Or(j.Trials, usualTrials)
	j.Jobs = cmp.Or(j.Jobs, min(j.Trials, runtime.GOMAXPROCS(0)))
	j.Threads = cmp.Or(j.Threads, 1) // small networks gain more from parallel trials than from threads
	found := mixtureFound{Rows: rows, Epochs: cmp.Or(j.Epochs, mixtureEpochs), Jobs: j.Jobs, Drawn: drawnSamples}
	configs, changed, err := j.configs(firstSeeds(j.Trials), func(seed uint64) (*run.Config, error) {
		c, err := newConfig("mixture", j.target.Name, seed, found.Epochs)
		if err == nil {
			c.Train.Measure = []string{"modes"}
		}
		return c, err
	})
	if err != nil {
		return err
	}
	found.Changes = changed
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	if err := found.judge(ctx, j, folders, reach); err != nil {
		return err
	}
	if err := j.drawModes(folders, found.Modes); err != nil {
		return err
	}
	return j.finish(found)
}

// judge measures all trials and draws samples of each.
func (f *mixtureFound) judge(ctx context.Context, j *job, folders []run.Folder, reach float64) error {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	var modes, quality, kl []float64
	for i, folder := range folders {
		t, samples, real, err := f.judgeOne(ctx, j, device, folder)
		if err != nil {
			return err
		}
		modes, quality, kl = append(modes, t.Modes), append(quality, t.HighQuality), append(kl, t.ReverseKL)
		f.Trials = append(f.Trials, t)
		if err := j.draw(fmt.Sprintf("trial-%d", i+1), points(samples, real, reach)); err != nil {
			return err
		}
	}
	f.Covered, f.HighQuality, f.ReverseKL = meanErrorOf(modes), meanErrorOf(quality), meanErrorOf(kl)
	return nil
}

// judgeOne measures the last checkpoint of a run.
func (f *mixtureFound) judgeOne(ctx context.Context, j *job, device *engine.Device, folder run.Folder) (t trial, samples *measure.Set, real *measure.Real, err error) {
	m, err := j.measureRun(ctx, device, folder, "modes")
	if err != nil {
		return t, nil, nil, err
	}
	r := m.result
	t = trial{Seed: m.generator.Config.Train.Seed, Seconds: m.last.Seconds, Epochs: m.epochs()}
	if err := t.take(r, &f.Real); err != nil {
		return t, nil, nil, err
	}
	f.Modes, f.SD, f.Samples, f.Protocol = len(m.real.Mixture.Means), m.real.Mixture.SD, r.N, r.Protocol
	f.Warnings = append(f.Warnings, warningsOf(r)...)
	return t, m.samples, m.real, nil
}

// The figures of the measure modes.
const (
	modesFigure   = "modes"
	qualityFigure = "high quality"
	klFigure      = "reverse KL"
)

// take reads the figures of a trial, and their baselines, from a result.
func (t *trial) take(r *measure.Result, real *trial) error {
	for _, figure := range []struct {
		name        string
		value, real *float64
	}{{modesFigure, &t.Modes, &real.Modes}, {qualityFigure, &t.HighQuality, &real.HighQuality}, {klFigure, &t.ReverseKL, &real.ReverseKL}} {
		v, err := figureOf(r, figure.name)
		if err != nil {
			return err
		}
		*figure.value = float64(v.Value)
		if v.Baseline != nil {
			*figure.real = float64(*v.Baseline)
		}
	}
	return nil
}

// Numbers of points in a picture. More points would cover each other and make large files.
const (
	drawnSamples = 1000
	drawnReal    = 500
)

// points shows the first samples over the first real points. Both are in random order.
func points(samples *measure.Set, real *measure.Real, reach float64) plot.Scatter {
	cloud := func(name string, s *measure.Set) plot.Cloud {
		c := plot.Cloud{Name: name}
		for i := range s.Len() {
			c.X, c.Y = append(c.X, float64(s.At(i)[0])), append(c.Y, float64(s.At(i)[1]))
		}
		return c
	}
	return plot.Scatter{
		XLabel: "x", YLabel: "y", Range: [2]float64{-reach, reach}, Width: 75,
		Clouds: []plot.Cloud{
			cloud("data", real.Test.Slice(0, min(drawnReal, real.Test.Len()))),
			cloud("samples", samples.Slice(0, min(drawnSamples, samples.Len()))),
		},
	}
}

// drawModes draws the number of modes that each trial found during training.
func (j *job) drawModes(folders []run.Folder, modes int) error {
	c := plot.Curves{XLabel: "epochs", YLabel: "modes found", YRange: [2]float64{0, float64(modes)}}
	for i, f := range folders {
		config, err := f.Config()
		if err != nil {
			return err
		}
		x, y, err := history(f, "modes", modesFigure)
		if err != nil {
			return err
		}
		for k := range x {
			x[k] *= 1000 / float64(config.Data.Examples)
		}
		c.Series = append(c.Series, plot.Series{Name: fmt.Sprintf("trial %d", i+1), X: x, Y: y})
	}
	return j.draw("modes", c)
}

// Missed reports whether a trial missed a mode.
func (f mixtureFound) Missed() bool {
	for _, t := range f.Trials {
		if t.Modes < float64(f.Modes) {
			return true
		}
	}
	return false
}
