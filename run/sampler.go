package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// Inputs are the values from which samples are made, by the names of latents and
// conditions. Latents, numbers and scaled pixels are Floats. Classes and tokens are
// Ints. The values of one sample come after those of the previous sample.
type Inputs map[string]data.Values

// A Sampler draws the latents of an output and makes samples from latents and
// conditions. It is not safe for concurrent use.
type Sampler struct {
	Output recipe.Output

	batch   int // number of samples that the program makes at a time
	latents *draws
	drawn   *draws // the conditions that have a Draw
	make    *engine.Batcher
	inputs  []samplerInput // latents, then conditions
	psi     float64        // the limit of normal latents; 0: none
}

// A samplerInput is one input of the samples: a latent or a condition.
type samplerInput struct {
	name   string
	tensor *tensor.Tensor
	size   int // number of values for one sample
}

// BatchSize is the number of samples that a sampler makes at a time. It is the same
// for every sampler. Therefore a seed gives the same samples everywhere, to the last
// bit: in the pictures of a run, in gander sample and in a program.
const BatchSize = 64

// NewSampler compiles an output. present gives its parameters, and store holds their
// memory. NewSampler returns an error if the output reads a parameter that store does
// not have, or if its Make does not match its Makes.
func NewSampler(device *engine.Device, store *engine.Store, present *nn.Context, output recipe.Output) (*Sampler, error) {
	return newSampler(device, store, present, output, BatchSize)
}

// newSampler is NewSampler for a sampler that makes batch samples at a time.
func newSampler(device *engine.Device, store *engine.Store, present *nn.Context, output recipe.Output, batch int) (*Sampler, error) {
	s := &Sampler{Output: output, batch: batch, latents: newDraws("latent "), drawn: newDraws("condition ")}
	var made *tensor.Tensor
	if err := tensor.Try(func() { made = s.trace(present) }); err != nil {
		return nil, fmt.Errorf("output %s: %w", output.Name, err)
	}
	switch {
	case made == nil || made.Rank() == 0 || made.Dim(0) != batch || made.Size() != batch*output.Size():
		return nil, fmt.Errorf("output %s makes %v for %d samples, and one is %v", output.Name, made, batch, output.Makes)
	case made.DType() != tensor.Float32:
		return nil, fmt.Errorf("output %s makes %v, want float32", output.Name, made)
	}
	var inputs []*tensor.Tensor
	for _, in := range s.inputs {
		inputs = append(inputs, in.tensor)
	}
	if store == nil {
		store = engine.NewStore()
	}
	if name := game.Unset(store, []*tensor.Tensor{made}, inputs...); name != "" {
		return nil, hint.Add(fmt.Errorf("output %s reads %s, which none of its Networks has", output.Name, name),
			"add the network to Output.Networks, and give it to a player of the game")
	}
	if err := errors.Join(s.latents.compile(device), s.drawn.compile(device)); err != nil {
		return nil, fmt.Errorf("output %s: %w", output.Name, err)
	}
	program, err := device.Compile(store, []*tensor.Tensor{made})
	if err != nil {
		return nil, fmt.Errorf("output %s: %w", output.Name, err)
	}
	s.make, err = engine.NewBatcher(program, inputs...)
	return s, err
}

// trace traces a batch of samples and their inputs.
func (s *Sampler) trace(present *nn.Context) *tensor.Tensor {
	o, in := s.Output, recipe.Inputs{}
	add := func(name string, t *tensor.Tensor) {
		in[name] = t
		s.inputs = append(s.inputs, samplerInput{name, t, t.Size() / s.batch})
	}
	for _, l := range o.Latents {
		z := s.latents.add(l.Name, l.Draw)
		if z.DType() != tensor.Float32 {
			tensor.Misuse("latent "+l.Name, []string{z.String()}, "want float32")
		}
		add(l.Name, tensor.Input(l.Name, z.DType(), append([]int{s.batch}, z.Shape()[1:]...)...))
	}
	for _, c := range o.Given {
		if c.Draw != nil {
			want := c.Input(c.Name, BatchSize)
			if drawn := s.drawn.add(c.Name, c.Draw); drawn.String() != want.String() {
				tensor.Misuse("condition "+c.Name, []string{drawn.String()}, "Draw must give %v", want)
			}
		}
		add(c.Name, c.Input(c.Name, s.batch))
	}
	return o.Make(present, in)
}

// Latents returns the latents of samples first to first+n-1 of the sequence that seed
// gives.
func (s *Sampler) Latents(first, n int, seed uint64) Inputs { return s.latents.rows(first, n, seed) }

// Drawn returns the conditions that have a Draw and are not in given, of samples first to
// first+n-1 of the sequence that seed gives.
func (s *Sampler) Drawn(first, n int, seed uint64, given Inputs) Inputs {
	in := Inputs{}
	for name, v := range s.drawn.rows(first, n, seed) {
		if _, ok := given[name]; !ok {
			in[name] = v
		}
	}
	return in
}

// Size returns the number of values of the input called name for one sample. It
// returns 0 if the output has no such input.
func (s *Sampler) Size(name string) int {
	for _, in := range s.inputs {
		if in.name == name {
			return in.size
		}
	}
	return 0
}

// Make makes n samples from the inputs in. These must contain all latents and all
// conditions of the output. When ctx ends, Make stops and returns the error of ctx.
func (s *Sampler) Make(ctx context.Context, n int, in Inputs) (*Samples, error) {
	if err := s.check(n, in); err != nil {
		return nil, err
	}
	rows := make([]engine.Memory, len(s.inputs))
	for i, input := range s.inputs {
		if values := in[input.name]; input.tensor.DType() == tensor.Int32 {
			rows[i] = engine.MemoryOf(values.Ints)
		} else {
			rows[i] = engine.MemoryOf(values.Floats)
		}
	}
	made, err := s.make.Run(ctx, nil, rows...)
	if err != nil {
		return nil, err
	}
	return s.Samples(n, made[0].Float32(), in), nil
}

// Samples wraps the values of n samples that were made from in by [Sampler.Make].
func (s *Sampler) Samples(n int, values []float32, in Inputs) *Samples {
	samples := &Samples{N: n, Field: s.Output.Makes, Scale: s.Output.Scale, Like: s.Output.Like, Values: values, Inputs: in}
	for _, l := range s.Output.Latents {
		samples.latents = append(samples.latents, l.Name)
	}
	samples.classes = labelClasses(s.Output)
	return samples
}

// check returns an error unless in contains exactly the inputs of n samples.
func (s *Sampler) check(n int, in Inputs) error {
	for _, input := range s.inputs {
		values, ok := in[input.name]
		if !ok {
			return s.missing(input.name)
		}
		integers := input.tensor.DType() == tensor.Int32
		have := len(values.Floats)
		if integers {
			have = len(values.Ints)
		}
		if have != n*input.size || have != values.Len() {
			return fmt.Errorf("output %s: %d values of %s for %d samples, want %d each", s.Output.Name, values.Len(), input.name, n, input.size)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if s.Size(name) == 0 {
			return s.unknown(name)
		}
	}
	for _, c := range s.Output.Given {
		for _, v := range in[c.Name].Ints {
			if v < 0 || int(v) >= c.Classes {
				return hint.Add(fmt.Errorf("output %s: %s: %d is given", s.Output.Name, c.Name, v), "%s is %s", c.Name, Choices(c))
			}
		}
	}
	return nil
}
