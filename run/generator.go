package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
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
// same time. It needs none of the data. The second result says which checkpoints
// were passed over because they are broken.
func OpenGenerator(device *engine.Device, f Folder) (*Generator, []Skipped, error) {
	c, err := f.begun()
	if err != nil {
		return nil, nil, err
	}
	checkpoint, skipped, err := f.Checkpoints().Newest()
	if err != nil {
		return nil, skipped, err
	}
	g, err := newGenerator(device, c, checkpoint)
	return g, skipped, err
}

// OpenBestGenerator opens the generator of a run at its best checkpoint; see
// [Folder.Best].
func OpenBestGenerator(device *engine.Device, f Folder) (*Generator, error) {
	c, err := f.begun()
	if err != nil {
		return nil, err
	}
	best, err := f.Best()
	if err != nil {
		return nil, err
	}
	checkpoint, err := LoadCheckpoint(f.Checkpoints().Path(best.Step))
	if errors.Is(err, fs.ErrNotExist) { // the journal's line comes first
		err = hint.Add(fmt.Errorf("run %s has not saved its best checkpoint, that of step %d: %w", f.Name(), best.Step, ErrNoBest),
			"wait for it, or resume the run if it was stopped")
	}
	if err != nil {
		return nil, err
	}
	return newGenerator(device, c, checkpoint)
}

// begun reads the settings of a run that has found what its data are.
func (f Folder) begun() (*Config, error) {
	c, err := f.Config()
	if err == nil && c.Data.Examples == 0 {
		err = fmt.Errorf("run %s has not begun: its config.toml does not say what an example is", f.Name())
	}
	return c, err
}

// newGenerator builds the generator of a run with the parameters of a checkpoint.
func newGenerator(device *engine.Device, c *Config, checkpoint *Checkpoint) (*Generator, error) {
	system, err := c.build(nil)
	if err != nil {
		return nil, err
	}
	store := engine.NewStore()
	for _, p := range system.Generator.Params {
		name := p.Name
		if checkpoint.find(game.AveragePrefix+name) != nil {
			name = game.AveragePrefix + name
		}
		m := store.Add(p.Value)
		if err := checkpoint.copyTo(m.Bytes, name, dtypes[m.DType], p.Value.Shape()); err != nil {
			return nil, err
		}
	}
	sampler, err := NewSampler(device, store, nn.NewContext(false, nil), system)
	if err != nil {
		return nil, err
	}
	return &Generator{sampler, c, checkpoint.Step, system.Scale}, nil
}

// Samples draws n samples of a run that learned images; see [Generator.Points] for
// the others. The first of them do not depend on n. It returns ctx's error when
// that ends it.
func (g *Generator) Samples(ctx context.Context, n int, seed uint64) (picture.Images, error) {
	if err := g.forImages(); err != nil {
		return picture.Images{}, err
	}
	images := g.Config.frame(n)
	for first := 0; first < n; first += sampleBatch {
		end := min(n, first+sampleBatch)
		some, err := g.images(ctx, g.Latents(first, end-first, seed))
		if err != nil {
			return picture.Images{}, err
		}
		copy(images.Slice(first, end).Pixels, some.Pixels)
	}
	return images, nil
}

// Interpolations draws rows of images, each generated along the straight line
// between two latents, ends included, as in Figure 3 of Goodfellow et al. 2014.
func (g *Generator) Interpolations(ctx context.Context, rows, columns int, seed uint64) (picture.Images, error) {
	if err := g.forImages(); err != nil {
		return picture.Images{}, err
	}
	size := g.LatentSize()
	ends := g.Latents(0, 2*rows, seed)
	z := make([]float32, 0, rows*columns*size)
	for r := range rows {
		from, to := ends[2*r*size:(2*r+1)*size], ends[(2*r+1)*size:(2*r+2)*size]
		for c := range columns {
			at := float32(c) / float32(max(columns-1, 1))
			for i := range size {
				z = append(z, (1-at)*from[i]+at*to[i])
			}
		}
	}
	return g.images(ctx, z)
}

// forImages returns an error unless the run learned images.
func (g *Generator) forImages() error {
	if g.Config.Data.Dims > 0 {
		return fmt.Errorf("%w: the run generates points, not images", data.ErrKind)
	}
	return nil
}

// images turns latents into images.
func (g *Generator) images(ctx context.Context, z []float32) (picture.Images, error) {
	samples, err := g.Decode(ctx, z)
	if err != nil {
		return picture.Images{}, err
	}
	return g.Config.Pictures(samples, g.Scale)
}
