package reproduce

import (
	"cmp"
	"context"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

// wganGPToy shows samples next to the points. The paper shows the value of the critic as
// contours, and prints no numbers.
var wganGPToy = Target{
	Name:   "wgangp-toy",
	Title:  "WGAN-GP on points: eight Gaussians, twenty-five Gaussians, a swiss roll",
	Source: "Gulrajani et al. 2017, Improved Training of Wasserstein GANs (arXiv 1704.00028), Figure 1, and the authors' code",
	Takes:  "five hours each, on one processor; 20 minutes each with --set hidden=128",
	Uses:   []string{"seeds", "epochs", "set", "jobs"},
	make:   makeWGANGPToy,
}

// The protocol of the authors' code: 100,000 updates of G.
const toyEpochs = 1280

// toySets are the datasets and the ranges of their pictures.
var toySets = []struct {
	name  string
	reach float64
}{{"8gaussians", 2}, {"25gaussians", 2}, {"swissroll", 2}}

// toyFound is the input of the page.
type toyFound struct {
	Rows     []toyRow
	Seed     uint64
	Epochs   float64
	Changes  []change
	Drawn    int
	Protocol []string
}

// A toyRow is the results of a dataset.
type toyRow struct {
	Dataset string
	Rounds  int64
	Modes   []measure.Value // of the measure modes; none if the modes are not known
	Cover   []measure.Value // of the measure prdc
	Seconds float64
}

func makeWGANGPToy(ctx context.Context, j *job) error {
	j.defaultSeeds(1)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	found := toyFound{Seed: j.Seeds[0], Epochs: cmp.Or(j.Epochs, toyEpochs), Drawn: drawnSamples}
	var configs []*run.Config
	for _, set := range toySets {
		own, changed, err := j.configs(j.Seeds[:1], func(seed uint64) (*run.Config, error) {
			c, err := newConfig("wgan-gp-points", set.name, seed, found.Epochs)
			if err == nil {
				c.Train.TickKimg = c.Train.Kimg / 20
			}
			return c, err
		})
		if err != nil {
			return err
		}
		configs, found.Changes = append(configs, own...), changed
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for i, f := range folders {
		if err := found.judge(ctx, j, device, f, toySets[i].reach); err != nil {
			return err
		}
	}
	return j.finish(found)
}

// judge measures a run and draws its samples.
func (f *toyFound) judge(ctx context.Context, j *job, device *engine.Device, folder run.Folder, reach float64) error {
	cover, err := j.measureRun(ctx, device, folder, "prdc@2000")
	if err != nil {
		return err
	}
	row := toyRow{Dataset: cover.generator.Config.Data.Name, Rounds: cover.last.Step, Cover: cover.result.Values, Seconds: cover.last.Seconds}
	if len(f.Rows) == 0 {
		f.Protocol = append(f.Protocol, cover.result.Protocol)
	}
	if cover.real.Mixture != nil {
		modes, err := j.measureRun(ctx, device, folder, "modes")
		if err != nil {
			return err
		}
		row.Modes = modes.result.Values
		if len(f.Rows) == 0 {
			f.Protocol = append(f.Protocol, modes.result.Protocol)
		}
	}
	f.Rows = append(f.Rows, row)
	return j.draw(row.Dataset, points(cover.samples, cover.real, reach))
}
