// Package gander uses trained generators in a program: open a run, draw samples.
//
//	g, err := gander.Open("runs/0003-goodfellow2014-mnist")
//	if err != nil { ... }
//	defer g.Close()
//	samples, err := g.Draw(ctx, 64, gander.Seed(1))
//
// It exists so that such a program needs no other package of Gander. It must not
// depend on how a generator was trained: that is the task of the command and of the
// packages below.
//
// # Stability
//
// The exported names of this package do not change within a major version: programs
// that use them still compile, and equal seeds still give equal samples on machines
// with the same instruction set. Runs of an earlier version can be read, or give an
// error that contains the version. The packages below may change in every version.
package gander

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/run"
)

// A Generator is a trained generator. It is safe for concurrent use: the samples of
// concurrent calls are computed together.
type Generator struct {
	device   *engine.Device
	run      *run.Generator
	drawer   *drawer
	inverter *inverter
	features *features
}

// Open opens the generator of the run in folder dir, with the parameters of the
// newest whole checkpoint, or of the best one: see [Best]. [Generator.Step] returns
// the step of the checkpoint. The run may be training at the same time, and its data
// are not needed. If the recipe of the run is not part of Gander, the program must
// import the package that registers it.
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
	g.drawer, g.inverter, g.features = newDrawer(g.run), newInverter(g.run), newFeatures(g.run)
	return g, nil
}

// An OpenOption changes how a run is opened.
type OpenOption func(*openOptions)

type openOptions struct {
	best    bool
	threads int
}

// Best opens the checkpoint that the run's train.best chose. If the run chooses none,
// or has not measured yet, the error of [Open] wraps [ErrNoBest].
func Best() OpenOption { return func(o *openOptions) { o.best = true } }

// Threads sets the number of threads. The default is 0: one for each processor.
// Samples do not depend on it.
func Threads(n int) OpenOption { return func(o *openOptions) { o.threads = n } }

// ErrNoBest is wrapped by the error of [Open] for a run without a best checkpoint.
var ErrNoBest = run.ErrNoBest

// Close ends the calls that have not returned with [ErrClosed] and releases the
// threads.
func (g *Generator) Close() {
	g.features.close()
	g.inverter.close()
	g.drawer.close()
	g.device.Close()
}

// Step returns the number of rounds that the generator was trained for.
func (g *Generator) Step() int64 { return g.run.Step }

// Outputs returns the outputs of the generator, the default first. There may be none.
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

// An Output is one kind of sample that a generator makes.
type Output struct {
	Name    string
	Makes   Field    // describes a sample
	Latents []string // names of the random vectors that a sample is made from
	Given   []Field  // conditions that a sample is made from: see Given
}

// Draw draws n samples, 0 to a million, of the first output, or of the output that
// [From] names. If the output has conditions, they must be set: see [Given]. Conditions
// that a system draws itself, such as the codes of InfoGAN, are drawn from the seed if they
// are not set. The samples, their latents and their conditions may have a thousand million
// numbers together (4 GB). The first call for an output compiles it.
//
// Draw returns ctx's error soon after ctx ends, and an error that wraps [ErrClosed] if
// the generator is closed. Concurrent calls for the same output advance equally fast,
// and outputs take turns. After Draw has returned, the values of the options are not
// read any more.
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

	psi       float64
	truncated bool

	steps       int // of Invert
	kimg        float64
	adversarial bool
}

// Seed sets the seed of the latents. The default is 0. Equal seeds give equal samples,
// also if other calls draw at the same time, and the first samples do not depend on
// the number of samples.
func Seed(seed uint64) Option { return func(o *drawOptions) { o.seed = seed } }

// From sets the output to draw from.
func From(name string) Option { return func(o *drawOptions) { o.output = name } }

// Given sets the condition called name. The value is the same for all samples, or a
// slice with a value for each sample:
//
//	a class    int or []int
//	tokens     []int, or [][]int
//	numbers    []float32, or [][]float32; finite
//	a text     string, or []string
//	an image   an image.Image of the condition's size, or []image.Image
//
// A condition that is unknown, or missing and cannot be drawn, is an error; its hint lists
// the conditions.
func Given(name string, value any) Option {
	return func(o *drawOptions) { o.given[name] = value }
}

// Latents sets the latents of the samples, so that they are not drawn from a seed. The
// map contains each latent of the output by name, for one sample after another.
// [Samples.Latents] returns the latents of samples, for example to change them or to
// interpolate between them. A latent that is missing, unknown or of another length is
// an error; its hint lists the latents.
func Latents(latents map[string][]float32) Option {
	return func(o *drawOptions) { o.latents = latents }
}

// Truncate truncates normal latents: numbers outside of [-psi, psi] are drawn again (Brock
// et al. 2019, BigGAN). Samples vary less, and are often better. Numbers that are inside are
// those without this option. psi must be at least 0.01. Latents that are not normal do not
// change; if no latent of the output is normal, Truncate is an error.
func Truncate(psi float64) Option {
	return func(o *drawOptions) { o.psi, o.truncated = psi, true }
}
