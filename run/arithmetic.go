package run

import (
	"context"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// A Concept is a term of latent arithmetic: the mean latent of its exemplars, added or
// subtracted.
type Concept struct {
	Minus     bool
	Exemplars []int // positions in the sequence of samples that the seed gives, from 0
}

// Neighbours of the result of latent arithmetic, as in Radford et al. 2016.
const (
	arithmeticSide  = 3   // the result is the centre of a square of 3x3 samples
	arithmeticNoise = .25 // the others have noise from U(-0.25, 0.25) added to the latent
)

// ArithmeticCount is the number of samples that [Generator.Arithmetic] makes after those
// of the means.
const ArithmeticCount = arithmeticSide * arithmeticSide

// Arithmetic adds and subtracts concepts (Radford et al. 2016, section 6.3.2). An exemplar
// is a sample that [Generator.Draw] makes from seed. The concept is the mean of the latents
// of its exemplars. The output "" is the first one. It must have one latent.
//
// The first samples are those of the mean of each concept. Then come the samples of a
// square, row by row: its centre is the sum of the concepts, and its other samples are the
// sum with noise from U(-0.25, 0.25) added to each number of the latent. The noise depends
// on seed alone. The sum is not clipped to the range of the latents.
//
// given contains the conditions, with one value for all samples, in the form of
// [Sampler.Given].
func (g *Generator) Arithmetic(ctx context.Context, output string, concepts []Concept, seed uint64, given map[string]any) (*Samples, error) {
	s, err := g.Sampler(output)
	if err != nil {
		return nil, err
	}
	if n := len(s.Output.Latents); n != 1 {
		return nil, fmt.Errorf("output %s has %s, and arithmetic is done with one", s.Output.Name, count(n, "latent"))
	}
	conditions, err := s.Conditions(1, given, seed)
	if err != nil {
		return nil, err
	}
	z, err := s.means(concepts, seed)
	if err != nil {
		return nil, err
	}
	size := s.Size(s.Output.Latents[0].Name)
	sum := make([]float32, size)
	for i, c := range concepts {
		for k, v := range z[i*size : (i+1)*size] {
			if c.Minus {
				v = -v
			}
			sum[k] += v
		}
	}
	noise := random.New(seed, "neighbours of latent arithmetic")
	for i := range ArithmeticCount {
		for _, v := range sum {
			if i != ArithmeticCount/2 {
				v += float32(noise.Uniform(-arithmeticNoise, arithmeticNoise))
			}
			z = append(z, v)
		}
	}
	n := len(concepts) + ArithmeticCount
	in := Inputs{s.Output.Latents[0].Name: data.Values{Floats: z}}
	for name, v := range conditions {
		in[name] = repeatRows(v, s.Size(name), n)
	}
	return s.Make(ctx, n, in)
}

// means returns the mean latent of each concept.
func (s *Sampler) means(concepts []Concept, seed uint64) ([]float32, error) {
	if len(concepts) == 0 {
		return nil, errors.New("there are no concepts to add")
	}
	name := s.Output.Latents[0].Name
	size := s.Size(name)
	z := make([]float32, len(concepts)*size)
	for i, c := range concepts {
		if len(c.Exemplars) == 0 {
			return nil, fmt.Errorf("concept %d has no exemplars", i+1)
		}
		mean := make([]float64, size)
		for _, at := range c.Exemplars {
			if at < 0 || at >= MostSamples {
				return nil, hint.Add(fmt.Errorf("exemplar %d", at), "want a position from 0 to %d", MostSamples-1)
			}
			for k, v := range s.Latents(at, 1, seed)[name].Floats {
				mean[k] += float64(v) / float64(len(c.Exemplars))
			}
		}
		for k, v := range mean {
			z[i*size+k] = float32(v)
		}
	}
	return z, nil
}
