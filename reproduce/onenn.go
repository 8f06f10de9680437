package reproduce

import (
	"cmp"
	"context"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
)

// The paper's table 3 has the errors of classifiers trained on 50,000 samples and more, and
// on real digits. This target uses the number of samples that the authors' code measures most often.
var dcganOneNN = Target{
	Name:   "dcgan-mnist-1nn",
	Title:  "DCGAN: digits that train a nearest-neighbour classifier",
	Source: "Radford et al. 2016, Unsupervised Representation Learning with Deep Convolutional GANs (arXiv 1511.06434), section 8.1",
	Takes:  "a whole run of 200 epochs takes many hours; --epochs 20 about an hour",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	make:   makeOneNN,
}

const (
	oneNNEpochs = 200
	oneNNMost   = .06 // the error that the target aims for
)

// oneNNFound is the input of the page.
type oneNNFound struct {
	Dataset  string
	Runs     []oneNNRun
	Mean     meanError
	Real     *float64 // the error with training images instead of samples
	Tested   int      // number of test images
	Samples  int
	Epochs   float64
	Changes  []change
	Protocol string
	Warnings []string
}

type oneNNRun struct {
	Seed    uint64
	Epochs  float64
	Step    int64
	Error   float64
	StdErr  float64
	Seconds float64
}

// IsMNIST reports whether the known errors of real digits are those of the data.
func (f oneNNFound) IsMNIST() bool { return f.Dataset == "mnist" }

// Most returns the error that the target aims for.
func (oneNNFound) Most() float64 { return oneNNMost }

// Reached reports whether the mean error is at most that.
func (f oneNNFound) Reached() bool { return f.Mean.Mean <= oneNNMost }

func makeOneNN(ctx context.Context, j *job) error {
	j.defaultSeeds(1)
	found := oneNNFound{Dataset: cmp.Or(j.Data, "mnist"), Epochs: cmp.Or(j.Epochs, oneNNEpochs)}
	configs, changes, err := j.configs(j.Seeds, j.protocol("dcgan", "mnist", oneNNEpochs, "model.conditional=yes"))
	if err != nil {
		return err
	}
	found.Changes = changes
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	var errors []float64
	for i, folder := range folders {
		j.say("measuring %s", folder.Name())
		m, err := j.measureRun(ctx, device, folder, "1nn-error")
		if err != nil {
			return err
		}
		r, err := found.take(m.result)
		if err != nil {
			return err
		}
		found.Tested = m.real.Test.Len()
		r.Seed, r.Step, r.Seconds = m.generator.Config.Train.Seed, m.last.Step, m.last.Seconds
		r.Epochs = m.epochs()
		found.Runs, errors = append(found.Runs, r), append(errors, r.Error)
		if i == 0 {
			if err := j.drawDigits(ctx, m.generator); err != nil {
				return err
			}
		}
	}
	found.Mean = meanErrorOf(errors)
	return j.finish(found)
}

// take keeps what all runs have in common, and returns the figures of one.
func (f *oneNNFound) take(r *measure.Result) (oneNNRun, error) {
	v, err := figureOf(r, "error")
	if err != nil {
		return oneNNRun{}, err
	}
	f.Protocol, f.Samples = r.Protocol, r.N
	if real := baselineOf(v); real != nil {
		f.Real = real
	}
	one := oneNNRun{Error: float64(v.Value)}
	if v.StdErr != nil {
		one.StdErr = float64(*v.StdErr)
	}
	f.Warnings = append(f.Warnings, warningsOf(r)...)
	return one, nil
}
