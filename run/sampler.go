package run

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// Inputs are what samples are made from, by the names of latents and conditions:
// Floats of latents, of numbers and of scaled pixels, Ints of classes and tokens,
// those of one sample after those of another.
type Inputs map[string]data.Values

// A Sampler draws the latents of an output and makes samples from latents and
// conditions. It is not safe for concurrent use.
type Sampler struct {
	Output recipe.Output

	draw   *engine.Program           // of the latents; nil if there are none
	keys   map[string]*tensor.Tensor // of each draw
	count  *tensor.Tensor            // the batch's number
	make   *engine.Batcher
	inputs []samplerInput // latents, then conditions
}

// A samplerInput is one of the things that samples are made from.
type samplerInput struct {
	name   string
	tensor *tensor.Tensor
	size   int // numbers for one sample
}

// BatchSize is the number of samples made at a time. It is the same for every
// sampler, so that a seed means the same samples everywhere, to the last bit: in a
// run's pictures, in gander sample and in a program.
const BatchSize = 64

// NewSampler compiles an output with the parameters that present gives, whose
// memory is in store.
func NewSampler(device *engine.Device, store *engine.Store, present *nn.Context, output recipe.Output) (*Sampler, error) {
	s := &Sampler{Output: output, keys: map[string]*tensor.Tensor{}, count: tensor.Input("count", tensor.Uint32, 2)}
	draw := nn.NewContext(false, func(name string) (*tensor.Tensor, *tensor.Tensor) {
		s.keys[name] = tensor.Input("key of "+name, tensor.Uint32, 2)
		return s.keys[name], s.count
	})
	var drawn []*tensor.Tensor
	var made *tensor.Tensor
	err := tensor.Try(func() {
		in := recipe.Inputs{}
		add := func(name string, t *tensor.Tensor) {
			in[name] = t
			s.inputs = append(s.inputs, samplerInput{name, t, t.Size() / BatchSize})
		}
		for _, l := range output.Latents {
			z := l.Draw(draw, BatchSize)
			if z.DType() != tensor.Float32 || z.Rank() == 0 || z.Dim(0) != BatchSize {
				tensor.Misuse("latent "+l.Name, []string{z.String()}, "want float32 with %d rows", BatchSize)
			}
			drawn = append(drawn, z)
			add(l.Name, tensor.Input(l.Name, z.DType(), z.Shape()...))
		}
		for _, c := range output.Given {
			add(c.Name, c.Input(c.Name, BatchSize))
		}
		made = output.Make(present, in)
	})
	if err != nil {
		return nil, fmt.Errorf("output %s: %w", output.Name, err)
	}
	if want := BatchSize * output.Makes.Size(); made.Size() != want {
		return nil, fmt.Errorf("output %s makes %v for %d samples, and one is %v", output.Name, made, BatchSize, output.Makes)
	}
	if made.DType() != tensor.Float32 {
		return nil, fmt.Errorf("output %s makes %v, want float32", output.Name, made)
	}
	if len(drawn) > 0 {
		if s.draw, err = device.Compile(nil, drawn); err != nil {
			return nil, err
		}
	}
	program, err := device.Compile(store, []*tensor.Tensor{made})
	if err != nil {
		return nil, err
	}
	var inputs []*tensor.Tensor
	for _, in := range s.inputs {
		inputs = append(inputs, in.tensor)
	}
	s.make, err = engine.NewBatcher(program, inputs...)
	return s, err
}

// Latents returns the latents of samples number first to first+n-1 of those that
// seed gives.
func (s *Sampler) Latents(first, n int, seed uint64) Inputs {
	in := Inputs{}
	if s.draw == nil {
		return in
	}
	for name, key := range s.keys {
		if m, ok := s.draw.Input(key); ok {
			k := random.Key(seed, "latent "+name)
			copy(m.Uint32(), k[:])
		}
	}
	drawn := make([][]float32, len(s.Output.Latents))
	skip := first % BatchSize // samples of the first batch that are not wanted
	for batch := first / BatchSize; batch*BatchSize < first+n; batch++ {
		if m, ok := s.draw.Input(s.count); ok {
			m.Uint32()[0] = uint32(batch)
		}
		s.draw.Run()
		for i := range drawn {
			drawn[i] = append(drawn[i], s.draw.Output(i).Float32()...)
		}
	}
	for i, z := range drawn {
		size := s.inputs[i].size
		in[s.inputs[i].name] = data.Values{Floats: z[skip*size : (skip+n)*size]}
	}
	return in
}

// Size returns the numbers in the input called name of one sample, 0 if the output
// is not made from it.
func (s *Sampler) Size(name string) int {
	for _, in := range s.inputs {
		if in.name == name {
			return in.size
		}
	}
	return 0
}

// Make makes n samples from inputs, which hold all latents and all conditions. It
// returns ctx's error when that ends it.
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

// Samples returns n samples whose values were made from inputs by [Sampler.Make].
func (s *Sampler) Samples(n int, values []float32, in Inputs) *Samples {
	samples := &Samples{N: n, Field: s.Output.Makes, Scale: s.Output.Scale, Values: values, Inputs: in}
	for _, l := range s.Output.Latents {
		samples.latents = append(samples.latents, l.Name)
	}
	return samples
}

// check returns an error unless in holds what n samples are made from, and nothing
// else.
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
				return hint.Add(fmt.Errorf("output %s: %s: %d is given", s.Output.Name, c.Name, v), "%s is %s", c.Name, choices(c))
			}
		}
	}
	return nil
}
