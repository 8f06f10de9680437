package reproduce

import (
	"cmp"
	"context"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var table1 = Target{
	Name:   "table1",
	Title:  "Table 1: log-likelihood under a Parzen window",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 5, Table 1",
	Takes:  "at most an hour for each seed",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	make:   makeTable1,
}

// Settings of Table 1 that the paper does not give.
const (
	table1Epochs   = 300 // maximum
	table1Patience = 50  // number of measurings without a better one, one measuring each epoch
	table1Best     = "parzen:validation log-likelihood"
	table1Samples  = 10_000
	scoringSeed    = 2014 // of the latents that are scored; training used others
)

// table1Found is the input of the page of Table 1.
type table1Found struct {
	Seeds     []uint64
	Epochs    float64
	Patience  int
	Changes   []change
	Samples   int
	Latents   uint64
	Runs      []scoredRun
	Mean      meanError // over seeds
	Real      *float64  // with training images instead of samples; nil if there are too few
	RealSigma float64
	Dataset   string
	Protocol  string
	Warnings  []string
	Rate      float64 // training images a second, of the first run
	Faces     *facesFound
}

// A scoredRun is the figures of one seed.
type scoredRun struct {
	Seed       uint64
	Folder     string
	Epochs     float64 // trained
	Best       float64 // epoch of the best checkpoint
	Step       int64
	Validation float64 // validation log-likelihood of the best checkpoint
	Score      float64
	Error      float64 // standard error over the test images
	Sigma      float64
	Seconds    float64
	Ended      bool // the run ended early
}

// paperMNIST is the paper's log-likelihood of MNIST.
const paperMNIST = 225

// IsMNIST reports whether the paper has figures of the data.
func (f table1Found) IsMNIST() bool { return f.Dataset == "mnist" }

// Short returns the difference between the paper's figure and the mean over seeds.
func (f table1Found) Short() float64 { return paperMNIST - f.Mean.Mean }

// Beyond returns -Short().
func (f table1Found) Beyond() float64 { return -f.Short() }

// Seconds returns the total training time of all runs.
func (f table1Found) Seconds() float64 {
	sum := 0.0
	for _, r := range f.Runs {
		sum += r.Seconds
	}
	if f.Faces != nil {
		for _, r := range f.Faces.Runs {
			sum += r.Seconds
		}
	}
	return sum
}

func makeTable1(ctx context.Context, j *job) error {
	if folder, ok := isFaces(j.Data); ok {
		return makeFaces(ctx, j, folder)
	}
	j.defaultSeeds(1, 2, 3)
	found := table1Found{Seeds: j.Seeds, Epochs: j.epochs(), Samples: table1Samples, Latents: scoringSeed, Dataset: cmp.Or(j.Data, "mnist")}
	configs, changes, err := j.configs(j.Seeds, adversarial(found.Dataset, found.Epochs))
	if err != nil {
		return err
	}
	found.Changes, found.Patience = changes, configs[0].Train.Patience
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	var scores []float64
	for _, f := range folders {
		j.say("scoring %s", f.Name())
		r, result, err := scoreRun(ctx, device, f)
		if err != nil {
			return err
		}
		found.Runs, scores = append(found.Runs, r), append(scores, r.Score)
		if err := found.take(result); err != nil {
			return err
		}
	}
	found.Mean = meanErrorOf(scores)
	if err := j.drawLikelihood(folders); err != nil {
		return err
	}
	return j.finish(found)
}

// epochs returns the length of a run.
func (j *job) epochs() float64 { return cmp.Or(j.Epochs, table1Epochs) }

// adversarial returns the settings of a run of goodfellow2014 with early stopping.
func adversarial(dataset string, epochs float64) protocol {
	return func(seed uint64) (*run.Config, error) {
		c, err := newConfig("goodfellow2014", dataset, seed, epochs)
		if err != nil {
			return nil, err
		}
		c.Train.Measure, c.Train.Best, c.Train.Patience = []string{"parzen"}, table1Best, table1Patience
		c.Train.TickKimg = float64(c.Data.Examples) / 1000
		return c, nil
	}
}

// take keeps what all runs have in common: the row of real images and the protocol.
func (f *table1Found) take(r *measure.Result) error {
	score, sigma, err := parzenFigures(r)
	if err != nil {
		return err
	}
	f.Protocol, f.Real = r.Protocol, nil
	if score.Baseline != nil && sigma.Baseline != nil {
		real := float64(*score.Baseline)
		f.Real, f.RealSigma = &real, float64(*sigma.Baseline)
	}
	f.Warnings = append(f.Warnings, warningsOf(r)...)
	return nil
}

// parzenFigures returns the log-likelihood of the test images and the width of the window.
func parzenFigures(r *measure.Result) (score, sigma measure.Value, err error) {
	if score, err = figureOf(r, "log-likelihood"); err != nil {
		return score, sigma, err
	}
	sigma, err = figureOf(r, "sigma")
	return score, sigma, err
}

// scoreRun scores the best checkpoint of a run on the test images.
func scoreRun(ctx context.Context, device *engine.Device, f run.Folder) (scoredRun, *measure.Result, error) {
	r, g, err := bestOf(device, f)
	if err != nil {
		return r, nil, err
	}
	samples, err := g.SampleSet(ctx, table1Samples, scoringSeed, f.Name())
	if err != nil {
		return r, nil, err
	}
	real, err := g.Config.LoadReal(ctx, "")
	if err != nil {
		return r, nil, err
	}
	result, err := runMeasure(ctx, "parzen", measure.Task{
		Samples: samples, Train: real.Train, Validation: real.Validation, Reference: real.Test,
		Seed: scoringSeed, Device: device,
	})
	if err != nil {
		return r, nil, err
	}
	value, sigma, err := parzenFigures(result)
	if err != nil {
		return r, nil, err
	}
	r.Score, r.Sigma = float64(value.Value), float64(sigma.Value)
	if value.StdErr != nil {
		r.Error = float64(*value.StdErr)
	}
	return r, result, nil
}

// bestOf opens the best checkpoint of a run and returns the figures of its training.
func bestOf(device *engine.Device, f run.Folder) (scoredRun, *run.Generator, error) {
	r := scoredRun{Folder: f.Name()}
	best, err := f.Best()
	if err != nil {
		return r, nil, err
	}
	g, err := run.OpenBestGenerator(device, f)
	if err != nil {
		return r, nil, err
	}
	last, err := run.LastRecord(f.JournalFile())
	if err != nil {
		return r, nil, err
	}
	epoch := float64(g.Config.Data.Examples) / 1000
	r.Seed, r.Step, r.Seconds = g.Config.Train.Seed, best.Step, last.Seconds
	r.Epochs = last.Kimg / epoch
	r.Best = r.Epochs * float64(best.Step) / float64(max(last.Step, 1))
	patience := g.Config.Train.Patience
	r.Validation, r.Ended = float64(best.Figure.Value), patience > 0 && best.Since >= patience
	return r, g, nil
}

// drawLikelihood draws the validation log-likelihood of all runs over epochs.
func (j *job) drawLikelihood(folders []run.Folder) error {
	c := plot.Curves{XLabel: "epochs", YLabel: "validation log-likelihood (nats)"}
	for _, f := range folders {
		config, err := f.Config()
		if err != nil {
			return err
		}
		x, y, err := history(f, "parzen", "validation log-likelihood")
		if err != nil {
			return err
		}
		for i := range x {
			x[i] /= float64(config.Data.Examples) / 1000
		}
		c.Series = append(c.Series, plot.Series{Name: fmt.Sprintf("seed %d", config.Train.Seed), X: x, Y: y})
	}
	return j.draw("validation", c)
}
