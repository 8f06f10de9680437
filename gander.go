// Package gander uses trained generators in a program: open a run, draw samples.
//
//	g, err := gander.Open("runs/0003-goodfellow2014-mnist")
//	if err != nil { ... }
//	defer g.Close()
//	samples, err := g.Draw(ctx, 64, gander.Seed(1))
//
// It exists so that such a program needs nothing else of Gander. It must not
// know how a generator came to be: training is the business of the command and
// of the packages beneath.
//
// # Stability
//
// What this package exports stays as it is within a major version: programs that
// use it go on to compile, and equal seeds go on to give equal samples on machines
// with the same instruction set. Runs written by an earlier version are read, or
// refused with an error that names the version. The packages beneath may change
// from version to version.
package gander

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/run"
)

// A Generator is a trained generator. It is safe for concurrent use: the samples of
// all calls under way are computed together.
type Generator struct {
	device *engine.Device
	run    *run.Generator
	drawer *drawer
}

// Open opens what the run in folder dir has learned, with the parameters of its
// newest whole checkpoint, of which [Generator.Step] tells, or of its best: see
// [Best]. The run may be training meanwhile, and its data need not be there. A
// recipe that is not part of Gander must be registered by the program, by importing
// its package.
func Open(dir string, options ...OpenOption) (*Generator, error) {
	folder, err := run.Open(filepath.Dir(dir), dir)
	if err != nil {
		return nil, err
	}
	var o openOptions
	for _, set := range options {
		set(&o)
	}
	g := &Generator{device: engine.NewDevice(o.threads)}
	if o.best {
		g.run, err = run.OpenBestGenerator(g.device, folder)
	} else {
		g.run, _, err = run.OpenGenerator(g.device, folder)
	}
	if err != nil {
		g.device.Close()
		return nil, err
	}
	g.drawer = newDrawer(g.run)
	return g, nil
}

// An OpenOption changes how a run is opened.
type OpenOption func(*openOptions)

type openOptions struct {
	best    bool
	threads int
}

// Best opens the checkpoint that the run's train.best chose. A run that chooses
// none, or has not measured yet, is then an error that wraps [ErrNoBest].
func Best() OpenOption { return func(o *openOptions) { o.best = true } }

// Threads sets the number of threads to compute with; 0, as without it, means one
// for each processor. Samples do not depend on it.
func Threads(n int) OpenOption { return func(o *openOptions) { o.threads = n } }

// ErrNoBest is wrapped by the error of [Open] for a run without a best checkpoint.
var ErrNoBest = run.ErrNoBest

// Close ends the calls under way with [ErrClosed] and releases the threads.
func (g *Generator) Close() {
	g.drawer.close()
	g.device.Close()
}

// Step returns the number of rounds that the generator was trained for.
func (g *Generator) Step() int64 { return g.run.Step }

// Outputs describes what can be drawn, the default first. There may be nothing.
func (g *Generator) Outputs() []Output {
	var list []Output
	for _, o := range g.run.Outputs() {
		out := Output{Name: o.Name, Makes: fieldOf(o.Makes)}
		for _, l := range o.Latents {
			out.Latents = append(out.Latents, l.Name)
		}
		for _, c := range o.Given {
			out.Given = append(out.Given, fieldOf(c.Field))
		}
		list = append(list, out)
	}
	return list
}

// An Output is something that a generator makes.
type Output struct {
	Name    string
	Makes   Field    // what a sample is
	Latents []string // the names of what is drawn at random for a sample
	Given   []Field  // the conditions that a sample is made from: see Given
}

// Draw draws n samples, 0 to a million, of the first output, or of that which
// [From] names. Samples of an output with conditions need these: see [Given]. The
// numbers of the samples, their latents and their conditions may be a thousand
// million in all (4 GB). The first call for an output compiles it.
//
// Draw returns ctx's error soon after ctx ends, and one that wraps [ErrClosed] when
// the generator is closed. Calls for one output at the same time advance evenly, and
// outputs take turns. Nothing that the options hold is read after Draw has returned.
func (g *Generator) Draw(ctx context.Context, n int, options ...Option) (*Samples, error) {
	o := drawOptions{given: map[string]any{}}
	for _, set := range options {
		set(&o)
	}
	s, err := g.drawer.draw(ctx, n, o)
	if err != nil {
		return nil, fmt.Errorf("gander: %w", err)
	}
	return s, nil
}

// An Option changes how samples are drawn.
type Option func(*drawOptions)

type drawOptions struct {
	seed    uint64
	output  string
	given   map[string]any
	latents map[string][]float32
}

// Seed sets the seed that latents are drawn from, which is 0 without it. Equal
// seeds give equal samples, whatever else is drawn at the same time, and the first
// of them do not depend on how many are drawn.
func Seed(seed uint64) Option { return func(o *drawOptions) { o.seed = seed } }

// From draws from the output called name.
func From(name string) Option { return func(o *drawOptions) { o.output = name } }

// Given sets the condition called name. The value is for all samples, or a slice
// with one for each of them:
//
//	a class    int or []int
//	tokens     []int, or [][]int
//	numbers    []float32, or [][]float32; finite
//	an image   an image.Image of the condition's size, or []image.Image
//
// A condition that is missing or unknown is an error whose hint tells the choices.
func Given(name string, value any) Option {
	return func(o *drawOptions) { o.given[name] = value }
}

// Latents sets the latents of the samples, those of one sample after those of
// another, in place of latents drawn from a seed. All latents of the output must be
// there; [Samples.Latents] reads back those of samples, to edit them or to go from
// one to another. What is missing, of another length or unknown is an error whose hint
// tells the latents.
func Latents(latents map[string][]float32) Option {
	return func(o *drawOptions) { o.latents = latents }
}
