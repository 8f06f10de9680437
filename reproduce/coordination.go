package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// coordinate compares ways to coordinate G and D, and distributions of z: the last item of
// the future work of the paper.
var coordinate = Target{
	Name:   "coordination",
	Title:  "Better coordination and better z, at equal processor time",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 7, item 5: better methods for coordinating G and D or determining better distributions to sample z from",
	Takes:  "about half an hour of one processor",
	Uses:   []string{"data", "trials", "epochs", "jobs"},
	make:   coordination{Parts: []coordinationPart{coordinationPoints, coordinationImages}, Psi: coordinationPsi}.make,
}

// A coordination is the protocol of the target.
type coordination struct {
	Parts []coordinationPart
	Psi   []float64 // of the truncation curve of the last part, in increasing order
}

// A coordinationPart compares methods on one dataset. The first method is the baseline. All
// methods train for the processor time that the baseline needs for Epochs.
type coordinationPart struct {
	Name    string // of the folder of its runs
	Title   string
	Recipe  string
	Dataset string
	Base    []string // model.KEY=VALUE: settings of all methods, in addition to those of the recipe
	Methods []coordinationMethod
	Epochs  float64
	Trials  int
	Ticks   int // number of measurings in a run
	Measure []string
	Figures []coordinationFigure
}

// A coordinationMethod is a row of a table.
type coordinationMethod struct {
	Name string
	Set  []string // model.KEY=VALUE
	K    float64  // updates of D for one of G; 0: the number in the journal
}

// A coordinationFigure is a column of a table.
type coordinationFigure struct {
	Measure, Figure string
	Heading         string
	Lower           bool // lower is better
	Digits          int
	Factor          float64 // of the figure in the table
}

// The points: a grid of 25 Gaussians, with small networks of the recipe mixture.
var coordinationPoints = coordinationPart{
	Name: "points", Title: "25 Gaussians on a grid", Recipe: "mixture", Dataset: "grid25",
	Base: []string{"model.hidden=64", "model.maxout=32", "model.learning_rate=0.002"},
	Methods: []coordinationMethod{
		{"simultaneous, z normal in 2 dimensions", nil, 1},
		{"alternating, k = 1", []string{"model.simultaneous=false"}, 1},
		{"alternating, k = 3", []string{"model.simultaneous=false", "model.k=3"}, 3},
		{"two time scales, D's rate times 3", []string{"model.rate_d=3"}, 1},
		{"two time scales, D's rate divided by 3", []string{"model.rate_d=0.333"}, 1},
		{"gate of 3D-GAN, accuracy 0.7", []string{"model.gate=0.7"}, 0},
		{"adaptive k, accuracy 0.6", []string{"model.adaptive_k=accuracy", "model.k_accuracy=0.6"}, 0},
		{"adaptive k, accuracy 0.7", []string{"model.adaptive_k=accuracy", "model.k_accuracy=0.7"}, 0},
		{"adaptive k, loss change, lambda 1", []string{"model.adaptive_k=loss-change"}, 0},
		{"z uniform", []string{"model.noise=uniform"}, 1},
		{"z on the circle", []string{"model.noise=sphere"}, 1},
		{"z normal in 1 dimension", []string{"model.latent=1"}, 1},
		{"z normal in 8 dimensions", []string{"model.latent=8"}, 1},
		{"z normal in 32 dimensions", []string{"model.latent=32"}, 1},
		{"z on the sphere in 32 dimensions", []string{"model.noise=sphere", "model.latent=32"}, 1},
	},
	Epochs: 10, Trials: 5, Ticks: 10, Measure: []string{"modes"},
	Figures: []coordinationFigure{
		{"modes", modesFigure, "modes of 25", false, 1, 1},
		{"modes", qualityFigure, "high quality %", false, 1, 100},
		{"modes", klFigure, "reverse KL", true, 2, 1},
	},
}

// The images, with the recipe digits. It is trained for about a minute by default.
var coordinationImages = coordinationPart{
	Name: "images", Title: "MNIST", Recipe: "digits", Dataset: "mnist",
	Methods: []coordinationMethod{
		{"simultaneous, z normal in 64 dimensions", nil, 1},
		{"alternating, k = 1", []string{"model.simultaneous=false"}, 1},
		{"alternating, k = 3", []string{"model.simultaneous=false", "model.k=3"}, 3},
		{"two time scales, D's rate times 3", []string{"model.rate_d=3"}, 1},
		{"two time scales, D's rate divided by 3", []string{"model.rate_d=0.333"}, 1},
		{"gate of 3D-GAN, accuracy 0.8", []string{"model.gate=0.8"}, 0},
		{"adaptive k, accuracy 0.8", []string{"model.adaptive_k=accuracy"}, 0},
		{"adaptive k, loss change, lambda 1", []string{"model.adaptive_k=loss-change"}, 0},
		{"adaptive k, loss change, lambda 0.3", []string{"model.adaptive_k=loss-change", "model.k_lambda=0.3"}, 0},
		{"z uniform", []string{"model.noise=uniform"}, 1},
		{"z on the sphere", []string{"model.noise=sphere"}, 1},
		{"z normal in 8 dimensions", []string{"model.latent=8"}, 1},
		{"z normal in 256 dimensions", []string{"model.latent=256"}, 1},
	},
	Epochs: 2.2, Trials: 3, Ticks: 4, Measure: []string{"kernel@1000", "prdc@1000"},
	Figures: []coordinationFigure{
		{"kernel", "distance", "kernel distance", true, 3, 1},
		{"prdc", "precision", "precision", false, 3, 1},
		{"prdc", "recall", "recall", false, 3, 1},
		{"prdc", "density", "density", false, 3, 1},
		{"prdc", "coverage", "coverage", false, 3, 1},
	},
}

// coordinationPsi is the limits of the truncation curve.
var coordinationPsi = []float64{.25, .5, .75, 1, 1.5, 2, 3}

// make trains all methods, writes the truncation curve and the page.
func (c coordination) make(ctx context.Context, j *job) error {
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	found := coordinationFound{}
	parts := make([]*coordinated, len(c.Parts))
	for i, p := range c.Parts { // first the data and the lengths of all runs, for an error at the beginning
		p.Trials, p.Epochs = cmp.Or(j.Trials, p.Trials), cmp.Or(j.Epochs, p.Epochs)
		if i == len(c.Parts)-1 {
			p.chooseData(j.Data)
		}
		if _, err := p.config(p.Methods[0], 1); err != nil {
			return err
		}
		parts[i] = &coordinated{coordinationPart: p}
	}
	for i, p := range parts {
		var err error
		if parts[i], err = p.plan(ctx, j, device); err != nil {
			return err
		}
	}
	for _, p := range parts {
		for i := range p.Rows {
			if err := p.train(ctx, j, &p.Rows[i]); err != nil {
				return err
			}
		}
		p.compare()
		found.Parts = append(found.Parts, p)
	}
	last := parts[len(parts)-1]
	var err error
	if found.Truncation, err = last.truncate(ctx, j, device, c.Psi); err != nil {
		return err
	}
	return j.finish(found)
}

// chooseData sets the dataset that the user names.
func (p *coordinationPart) chooseData(name string) {
	if name != "" && name != p.Dataset {
		p.Dataset, p.Title = name, name
	}
}

// config returns the settings of a run of a method, without its length.
func (p coordinationPart) config(m coordinationMethod, seed uint64) (*run.Config, error) {
	c, err := newConfig(p.Recipe, p.Dataset, seed, p.Epochs)
	if err != nil {
		return nil, err
	}
	for _, s := range append(p.Base, m.Set...) {
		if err := c.Set(s); err != nil {
			return nil, hint.Add(fmt.Errorf("%s: %w", m.Name, err), "gander recipes %s shows the settings", p.Recipe)
		}
	}
	c.Train.Measure, c.Train.Grid, c.Train.Keep = p.Measure, 100, 1
	return c, nil
}

// folder returns the folder of the runs of a method.
func (p coordinationPart) folder(m coordinationMethod) string {
	return p.Name + "-" + method{Name: strings.ReplaceAll(m.Name, ",", "")}.folder()
}
