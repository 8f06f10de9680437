package run

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
)

// checkRows returns an error if a sample of an output depends on its place in a batch
// or on the other samples of the batch. In use, the other samples can belong to other
// callers. checkRows makes the same samples twice, with different other samples and
// in another order.
func (s *Session) checkRows() error {
	samplers := s.classifiers
	for _, g := range s.galleries {
		samplers = append(samplers, g.sampler)
	}
	for _, sampler := range samplers {
		if err := sampler.checkRows(s.sets, s.Config.Train.Seed); err != nil {
			return fmt.Errorf("recipe %s: %w", s.Config.Recipe.Name, err)
		}
	}
	return nil
}

func (s *Sampler) checkRows(sets recipe.Sets, seed uint64) error {
	const n, shared = BatchSize * 3 / 2, BatchSize / 2 // number of samples, and number of those in both batches
	conditions, err := s.conditions(sets, n, seed)
	if err != nil {
		return err
	}
	in := s.Latents(0, n, seed).with(conditions)
	first, err := s.Make(context.Background(), BatchSize, s.pick(in, 0, BatchSize, 1))
	if err != nil {
		return err
	}
	second, err := s.Make(context.Background(), BatchSize, s.pick(in, n-1, BatchSize, -1))
	if err != nil {
		return err
	}
	for i := shared; i < BatchSize; i++ {
		if !sameBits(first.Slice(i, i+1).Values, second.Slice(n-1-i, n-i).Values) {
			return hint.Add(fmt.Errorf("output %s: a sample depends on the other samples of its batch: sample %d changes with them",
				s.Output.Name, i), "Make must compute each row from its own row of the inputs, and not from others, such as their mean")
		}
	}
	return nil
}

// pick returns the inputs of n samples of in: first, first+step and so on.
func (s *Sampler) pick(in Inputs, first, n, step int) Inputs {
	some := Inputs{}
	for name, v := range in {
		size, part := s.Size(name), some[name]
		for i := range n {
			row := v.Slice((first+i*step)*size, (first+i*step+1)*size)
			part.Floats, part.Ints = append(part.Floats, row.Floats...), append(part.Ints, row.Ints...)
		}
		some[name] = part
	}
	return some
}

// sameBits reports whether two samples are the same to the last bit.
func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}
