package gander

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"maps"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/run"
)

// An Inversion is the latents that [Generator.Invert] found. [Samples.Latents] of Found
// returns them. Distances are Euclidean, with pixels from 0 to 1.
type Inversion struct {
	Encoded *Samples // made from the latents that the encoder gives
	Found   *Samples // made from the latents after gradient descent

	EncodedDistance, Distance []float64 // of each example from Encoded and from Found
}

// Invert finds latents from which the generator makes the given examples, [n,
// Field().Shape...], in the numbers of [Samples.Numbers]. The generator does not change.
// The first call for a run trains an encoder, which takes from seconds to many minutes; it
// is kept in the folder encoders of the run, if that can be written. Gradient descent then
// improves the latents of each example: see [Steps]. Latents stay within the values that
// they have in training.
//
// The options are [Seed], which is that of the training of the encoder, [From], by default
// the first output with latents, [Given], [Steps], [Kimg] and [Adversarial]. The data of the run
// are needed for Adversarial, and for conditions that cannot be drawn at random.
//
// Invert may be called concurrently with Draw. Concurrent calls of Invert wait for each
// other. Invert returns ctx's error soon after ctx ends, and an error that wraps
// [ErrClosed] if the generator is closed.
func (g *Generator) Invert(ctx context.Context, examples []float32, options ...Option) (*Inversion, error) {
	return g.invertExamples(ctx, options, func(v *run.Inverter) (*run.Examples, error) { return v.TakeNumbers(examples) })
}

// InvertImages is [Generator.Invert] for images of the size of the samples.
func (g *Generator) InvertImages(ctx context.Context, images []image.Image, options ...Option) (*Inversion, error) {
	return g.invertExamples(ctx, options, func(v *run.Inverter) (*run.Examples, error) { return v.TakeImages(images) })
}

func (g *Generator) invertExamples(ctx context.Context, options []Option, take func(*run.Inverter) (*run.Examples, error)) (*Inversion, error) {
	o := drawOptions{given: map[string]any{}, steps: defaultSteps}
	for _, set := range options {
		set(&o)
	}
	i, err := g.inverter.invert(ctx, o, take)
	if err != nil {
		return nil, fmt.Errorf("gander: %w", err)
	}
	return i, nil
}

const defaultSteps = 500

// Steps sets the number of steps of gradient descent of [Generator.Invert]. The default is
// 500; 0 means the latents of the encoder.
func Steps(n int) Option { return func(o *drawOptions) { o.steps = n } }

// Kimg sets the length of the training of the encoder of [Generator.Invert], in thousands
// of samples. The default is 500, and 1000 with [Adversarial].
func Kimg(n float64) Option { return func(o *drawOptions) { o.kimg = n } }

// Adversarial lets [Generator.Invert] train its encoder with a discriminator, which
// compares pairs of an example and its latents with pairs of latents and their sample. By
// default the encoder learns the latents of samples.
func Adversarial() Option { return func(o *drawOptions) { o.adversarial = true } }

// An inverter inverts the examples of all calls of Invert, one call after the other.
type inverter struct {
	*turns
	generator *run.Generator
	made      map[inverterKey]*run.Inverter
}

// inverterKey is the options on which an inverter depends.
type inverterKey struct {
	output      string
	seed        uint64
	steps       int
	kimg        float64
	adversarial bool
}

func newInverter(g *run.Generator) *inverter {
	return &inverter{newTurns(), g, map[inverterKey]*run.Inverter{}}
}

// invert computes a call when it is its turn.
func (i *inverter) invert(ctx context.Context, o drawOptions, take func(*run.Inverter) (*run.Examples, error)) (*Inversion, error) {
	if o.latents != nil {
		return nil, hint.Add(errors.New("latents are given, and they are searched"), "leave the option Latents out")
	}
	if o.truncated {
		return nil, hint.Add(errors.New("latents are truncated, and they are searched"), "leave the option Truncate out")
	}
	var found *Inversion
	err := i.compute(ctx, func(ctx context.Context) (err error) {
		found, err = i.find(ctx, o, take)
		return err
	})
	return found, err
}

// find computes a call.
func (i *inverter) find(ctx context.Context, o drawOptions, take func(*run.Inverter) (*run.Examples, error)) (*Inversion, error) {
	key := inverterKey{o.output, o.seed, o.steps, o.kimg, o.adversarial}
	v := i.made[key]
	if v == nil {
		method := invert.Regression
		if o.adversarial {
			method = invert.Adversarial
		}
		s := invert.Defaults(method)
		s.Seed, s.Kimg = o.seed, cmp.Or(o.kimg, s.Kimg)
		var err error
		if v, err = i.generator.Inverter(ctx, o.output, s, o.steps); err != nil {
			return nil, err
		}
		i.made[key] = v
	}
	examples, err := take(v)
	if err != nil {
		return nil, err
	}
	if err := v.Given(examples, maps.Clone(o.given)); err != nil {
		return nil, err
	}
	found, err := v.Invert(ctx, examples.N, examples.Values, examples.Conditions, nil)
	if err != nil {
		return nil, err
	}
	return &Inversion{&Samples{found.Encoded}, &Samples{found.Found}, found.EncodedDistance, found.Distance}, nil
}
