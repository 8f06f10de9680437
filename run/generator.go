package run

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/picture"
)

// A Generator is what a run has learned: its sampler with the parameters of
// its newest whole checkpoint, averaged where averages were kept.
type Generator struct {
	*Sampler
	Config *Config
	Step   int64
	Scale  data.Scale // of the samples
}

// OpenGenerator opens the generator of a run, which may be training at the
// same time. It needs none of the data. batch is the number of samples made at
// a time.
func OpenGenerator(device *engine.Device, f Folder, batch int) (*Generator, []Skipped, error) {
	c, err := f.Config()
	if err != nil {
		return nil, nil, err
	}
	if c.Data.Channels == 0 {
		return nil, nil, fmt.Errorf("run %s has not begun: its config.toml has no image size", f.Name())
	}
	system, err := c.build(nil)
	if err != nil {
		return nil, nil, err
	}
	checkpoint, skipped, err := f.Checkpoints().Newest()
	if err != nil {
		return nil, skipped, err
	}
	store := engine.NewStore()
	for _, p := range system.Generator.Params {
		name := p.Name
		if checkpoint.find(game.AveragePrefix+name) != nil {
			name = game.AveragePrefix + name
		}
		m := store.Add(p.Value)
		if err := checkpoint.copyTo(m.Bytes, name, dtypes[m.DType], p.Value.Shape()); err != nil {
			return nil, skipped, err
		}
	}
	sampler, err := NewSampler(device, store, nn.NewContext(false, nil), system, batch)
	return &Generator{sampler, c, checkpoint.Step, system.Scale}, skipped, err
}

// Samples draws n samples as images.
func (g *Generator) Samples(n int, seed uint64) (picture.Images, error) {
	return g.Config.Pictures(g.Decode(g.Latents(n, seed)), g.Scale)
}

// Interpolations draws rows of images, each generated along the straight line
// between two latents, ends included, as in Figure 3 of Goodfellow et al. 2014.
func (g *Generator) Interpolations(rows, columns int, seed uint64) (picture.Images, error) {
	size := g.LatentSize()
	ends := g.Latents(2*rows, seed)
	z := make([]float32, 0, rows*columns*size)
	for r := range rows {
		from, to := ends[2*r*size:(2*r+1)*size], ends[(2*r+1)*size:(2*r+2)*size]
		for c := range columns {
			at := float32(c) / float32(max(columns-1, 1))
			for i := range size {
				z = append(z, from[i]+at*(to[i]-from[i]))
			}
		}
	}
	return g.Config.Pictures(g.Decode(z), g.Scale)
}
