package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"runtime"

	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var lsganRing = Target{
	Name:   "lsgan-ring",
	Title:  "LSGAN and the GAN of 2014 on a ring of Gaussians: which keeps all modes?",
	Source: "Mao et al. 2017, Least Squares Generative Adversarial Networks (arXiv 1611.04076), the experiment on a mixture of Gaussians, and the authors' code",
	Takes:  "three minutes of one processor a run, 20 runs",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make:   makeLSGANRing,
}

// The protocol of the authors' code.
const (
	lsganRounds = 35_000
	lsganBatch  = 512
	lsganTrials = 10
)

// lsganObjectives are the compared objectives, with their names on the page.
var lsganObjectives = []struct{ setting, name string }{
	{"least-squares", "least squares"}, {"non-saturating", "non-saturating cross-entropy"},
}

// lsganFound is the input of the page.
type lsganFound struct {
	Names   []string // of the objectives
	Slugs   []string // the first parts of the names of their pictures
	Found   []mixtureFound
	Epochs  float64
	Changes []change
	Jobs    int
	Trials  int
}

// makeLSGANRing trains a run of each objective for every seed. The runs of a seed have the
// same points, initial values and noise.
func makeLSGANRing(ctx context.Context, j *job) error {
	j.Trials = cmp.Or(j.Trials, lsganTrials)
	j.Jobs = cmp.Or(j.Jobs, min(2*j.Trials, runtime.GOMAXPROCS(0)))
	j.Threads = cmp.Or(j.Threads, 1) // small networks gain more from parallel runs than from threads
	j.apart = "model.objective"
	found := lsganFound{Jobs: j.Jobs, Trials: j.Trials}
	configs, err := found.configs(j)
	if err != nil {
		return err
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	for i, o := range lsganObjectives {
		var own []run.Folder
		for k := i; k < len(folders); k += len(lsganObjectives) {
			own = append(own, folders[k])
		}
		f := mixtureFound{Drawn: drawnSamples}
		if err := f.judge(ctx, j, own, o.setting, 1.5); err != nil {
			return err
		}
		found.Names, found.Slugs, found.Found = append(found.Names, o.name), append(found.Slugs, o.setting), append(found.Found, f)
	}
	if err := j.drawMeanModes(folders, found); err != nil {
		return err
	}
	return j.finish(found)
}

// configs returns the settings of all runs: of seed 1 with each objective, then of seed 2.
func (f *lsganFound) configs(j *job) (configs []*run.Config, err error) {
	for i := range j.Trials {
		for _, o := range lsganObjectives {
			own, changed, err := j.configs([]uint64{uint64(i + 1)}, func(seed uint64) (*run.Config, error) {
				c, err := newConfig("lsgan-points", "ring8", seed, 1)
				if err != nil {
					return nil, err
				}
				examples := float64(c.Data.Examples)
				f.Epochs = cmp.Or(j.Epochs, lsganRounds*lsganBatch/examples)
				c.Train.Kimg, c.Train.TickKimg = f.Epochs*examples/1000, f.Epochs*examples/1000/14 // every 2500 rounds
				c.Train.Measure = []string{"modes"}
				return c, c.Set("model.objective=" + o.setting)
			})
			if err != nil {
				return nil, err
			}
			configs, f.Changes = append(configs, own...), changed
		}
	}
	return configs, nil
}

// drawMeanModes draws, for each objective, the mean over the trials of the number of modes
// found during training.
func (j *job) drawMeanModes(folders []run.Folder, found lsganFound) error {
	c := plot.Curves{XLabel: "thousands of rounds", YLabel: "modes found, mean of the trials", YRange: [2]float64{0, float64(found.Found[0].Modes)}}
	kinds := len(found.Names)
	for i, name := range found.Names {
		var x, sum []float64
		for k := i; k < len(folders); k += kinds {
			config, err := folders[k].Config()
			if err != nil {
				return err
			}
			kimg, y, err := history(folders[k], "modes", modesFigure)
			if err != nil {
				return err
			}
			if k == i {
				x, sum = kimg, make([]float64, len(y))
				for n := range x {
					x[n] /= batchOf(config)
				}
			}
			for n := range min(len(sum), len(y)) {
				sum[n] += y[n] * float64(kinds) / float64(len(folders))
			}
		}
		c.Series = append(c.Series, plot.Series{Name: name, X: x, Y: sum})
	}
	return j.draw("modes", c)
}

// batchOf returns the number of examples of a round of a run of lsgan-points.
func batchOf(c *run.Config) float64 {
	var batch float64
	fmt.Sscan(valueOf(c, "model.batch"), &batch)
	return max(batch, 1)
}
