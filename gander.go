// Package gander uses trained generators in a program: open a run, draw
// samples.
//
//	g, err := gander.Open("runs/0003-goodfellow2014-mnist")
//	if err != nil { ... }
//	defer g.Close()
//	images, err := g.Sample(64, gander.Seed(1))
//
// It exists so that such a program needs nothing else of Gander. It must not
// know how a generator came to be: training is the business of the command and
// of the packages beneath.
package gander

import (
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// A Generator is a trained generator. It is safe for concurrent use; samples
// are made one call at a time.
type Generator struct {
	mu     sync.Mutex
	device *engine.Device
	run    *run.Generator
}

// Open opens the generator of the run in folder dir, with the parameters of
// its newest whole checkpoint, of which [Generator.Step] tells, or of its best: see
// [Best]. The run may be training meanwhile, and its data need not be there.
func Open(dir string, settings ...OpenOption) (*Generator, error) {
	folder, err := run.Open(filepath.Dir(dir), dir)
	if err != nil {
		return nil, err
	}
	var o openOptions
	for _, set := range settings {
		set(&o)
	}
	g := &Generator{device: engine.NewDevice(0)}
	if o.best {
		g.run, err = run.OpenBestGenerator(g.device, folder)
	} else {
		g.run, _, err = run.OpenGenerator(g.device, folder)
	}
	if err != nil {
		g.device.Close()
		return nil, err
	}
	return g, nil
}

// An OpenOption changes which checkpoint of a run is opened.
type OpenOption func(*openOptions)

type openOptions struct{ best bool }

// Best opens the checkpoint that the run's train.best chose. A run that chooses
// none, or has not measured yet, is then an error that wraps [ErrNoBest].
func Best() OpenOption { return func(o *openOptions) { o.best = true } }

// ErrNoBest is wrapped by the error of [Open] for a run without a best checkpoint.
var ErrNoBest = run.ErrNoBest

// Close releases the generator's threads. It must not be used afterwards.
func (g *Generator) Close() { g.device.Close() }

// Step returns the number of rounds that the generator was trained for.
func (g *Generator) Step() int64 { return g.run.Step }

// Shape returns the size of a sample that is an image, zeros if samples are
// points; see [Generator.Dims].
func (g *Generator) Shape() (channels, height, width int) {
	d := g.run.Config.Data
	return d.Channels, d.Height, d.Width
}

// Dims returns the dimensions of a sample that is a point, 0 if samples are images.
func (g *Generator) Dims() int { return g.run.Config.Data.Dims }

// An Option changes how samples are drawn.
type Option func(*options)

type options struct{ seed uint64 }

// Seed sets the seed that samples are drawn from, which is 0 without it. Equal
// seeds give equal samples, and the first of them do not depend on how many
// are drawn.
func Seed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// Images are samples as bytes, 0 black and 255 white.
type Images struct {
	N, Channels, Height, Width int
	Pixels                     []byte // [N, Channels, Height, Width]
}

// Points are samples as numbers.
type Points struct {
	N, Dims int
	Values  []float32 // [N, Dims]
}

// Sample draws n samples that are images, 0 to a million. A run that learned points
// is an error: see [Generator.SamplePoints].
func (g *Generator) Sample(n int, settings ...Option) (*Images, error) {
	if g.Dims() > 0 {
		return nil, hint.Add(errors.New("gander: the run generates points, not images"), "SamplePoints")
	}
	c, h, w := g.Shape()
	m := &Images{N: n, Channels: c, Height: h, Width: w}
	err := g.sample(n, settings, func(ctx context.Context, seed uint64) error {
		drawn, err := g.run.Samples(ctx, n, seed)
		m.Pixels = drawn.Pixels
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// SamplePoints draws n samples that are points, 0 to a million. A run that learned
// images is an error: see [Generator.Sample].
func (g *Generator) SamplePoints(n int, settings ...Option) (*Points, error) {
	if g.Dims() == 0 {
		return nil, hint.Add(errors.New("gander: the run generates images, not points"), "Sample")
	}
	p := &Points{N: n, Dims: g.Dims()}
	err := g.sample(n, settings, func(ctx context.Context, seed uint64) (err error) {
		p.Values, err = g.run.Points(ctx, n, seed)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// sample has draw draw n samples, unless there are none to draw.
func (g *Generator) sample(n int, settings []Option, draw func(ctx context.Context, seed uint64) error) error {
	if n < 0 || n > run.MostSamples {
		return hint.Add(fmt.Errorf("gander: %d samples, want 0 to %d", n, run.MostSamples), "draw more in several calls, each of another seed")
	}
	var o options
	for _, set := range settings {
		set(&o)
	}
	if n == 0 {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := draw(context.Background(), o.seed); err != nil {
		return fmt.Errorf("gander: %w", err)
	}
	return nil
}

// Image returns sample i as an image of the standard library.
func (m *Images) Image(i int) (image.Image, error) {
	if i < 0 || i >= m.N {
		return nil, fmt.Errorf("gander: image %d of %d", i, m.N)
	}
	one := picture.Images{N: m.N, Channels: m.Channels, Height: m.Height, Width: m.Width, Pixels: m.Pixels}.Slice(i, i+1)
	return picture.Grid(one, 1, picture.Options{Pad: -1, Scale: 1})
}
