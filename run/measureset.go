package run

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/measure"
)

// MostSamples bounds what is drawn at a time: a million images of MNIST's size
// are 3 GB of numbers.
const MostSamples = 1_000_000

// SampleSet draws n samples as numbers for measuring, not rounded to bytes. The
// first of them do not depend on n. Its name tells the run and the step. It
// returns ctx's error when that ends it.
func (g *Generator) SampleSet(ctx context.Context, n int, seed uint64, name string) (*measure.Set, error) {
	values, err := g.Decode(ctx, g.Latents(0, n, seed))
	if err != nil {
		return nil, err
	}
	s := g.Config.sampleSet(values, g.Scale)
	s.Name = setName(g.Step, name)
	return s, nil
}

// setName names the samples of a step of a run.
func setName(step int64, run string) string { return fmt.Sprintf("step %d of %s", step, run) }

// sampleSet turns a generator's outputs into numbers as measures take them:
// scale's range becomes 0 to 1, and what lies beyond is clamped, as in a
// picture. A NaN stays one. Points are as they are. It overwrites samples.
func (c *Config) sampleSet(samples []float32, scale data.Scale) *measure.Set {
	if c.Data.Dims > 0 {
		return &measure.Set{Shape: []int{c.Data.Dims}, Values: samples}
	}
	span := scale.Hi - scale.Lo
	for i, v := range samples {
		samples[i] = min(max(float32((float64(v)-scale.Lo)/span), 0), 1)
	}
	return &measure.Set{Shape: []int{c.Data.Channels, c.Data.Height, c.Data.Width}, Values: samples}
}
