package run

import (
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// LeastTruncation is the smallest limit of truncated latents. With it, one of 125 draws is
// inside.
const LeastTruncation = .01

// mostAttempts is the number of draws after which a value must be inside. With the smallest
// limit, the probability that it is not is 1e-35.
const mostAttempts = 10_000

// Truncated returns a sampler that truncates normal latents: each number outside of
// [-psi, psi] is drawn again until it is inside (Brock et al. 2019, Large Scale GAN Training
// for High Fidelity Natural Image Synthesis, section 3.1). Numbers that are inside are those
// of the sampler without truncation. Latents that are not normal do not change. The new
// sampler shares everything else with s, so both are not safe for concurrent use.
//
// It is an error if psi is not finite or less than [LeastTruncation], or if no latent of
// the output is normal: uniform numbers have no tails, and a sphere has no centre that is
// more probable.
func (s *Sampler) Truncated(psi float64) (*Sampler, error) {
	if !(psi >= LeastTruncation) || math.IsInf(psi, 1) {
		return nil, hint.Add(fmt.Errorf("latents truncated to %g, want at least %g", psi, LeastTruncation), "values of 0.5 to 2 are usual")
	}
	limits := make([]float64, len(s.latents.names))
	var names []string
	normal := false
	for _, l := range s.Output.Latents {
		names = append(names, l.Name)
		for i, name := range s.latents.names {
			if name == l.Name && l.Normal {
				limits[i], normal = psi, true
			}
		}
	}
	if !normal {
		what := "it has no latents"
		if len(names) > 0 {
			what = "its latents, " + strings.Join(names, ", ") + ", are not normal"
		}
		return nil, hint.Add(fmt.Errorf("output %s cannot be truncated: %s", s.Output.Name, what), "truncation needs a recipe with normal latents, for example with noise = normal")
	}
	truncated, latents := *s, *s.latents
	latents.limits = limits
	truncated.latents, truncated.psi = &latents, psi
	return &truncated, nil
}

// Truncate truncates the latents of the samples of an output from now on: see
// [Sampler.Truncated]. The output "" is the first one. Lines and means of latents, as of
// Interpolations and Arithmetic, are those of truncated latents.
func (g *Generator) Truncate(output string, psi float64) error {
	s, err := g.Sampler(output)
	if err != nil {
		return err
	}
	truncated, err := s.Truncated(psi)
	if err != nil {
		return err
	}
	g.samplers[s.Output.Name] = truncated
	return nil
}

// redraw draws the values of a batch again that are outside of their limits, until all are
// inside. The batch is the one that the program has made last. Attempt a of batch b has the
// counter (b, a), so that samples do not depend on each other.
func (d *draws) redraw(batch [][]float32) {
	count, ok := d.program.Input(d.count)
	if !ok {
		return
	}
	attempts := &count.Uint32()[1]
	defer func() { *attempts = 0 }()
	for left := d.outside(batch); left > 0; left = d.outside(batch) {
		if *attempts++; *attempts > mostAttempts {
			tensor.Misuse("latent "+strings.Join(d.names, ", "), nil, "%d numbers are outside of ±%v in each of %d draws; is a latent that is Normal really normal?", left, d.limits, mostAttempts)
		}
		d.program.Run()
		for i, limit := range d.limits {
			if limit == 0 {
				continue
			}
			again := d.program.Output(i).Float32()
			for k, v := range batch[i] {
				if !inside(v, limit) {
					batch[i][k] = again[k]
				}
			}
		}
	}
}

// outside returns the number of values that are outside of their limits.
func (d *draws) outside(values [][]float32) (n int) {
	for i, limit := range d.limits {
		for _, v := range values[i] {
			if limit > 0 && !inside(v, limit) {
				n++
			}
		}
	}
	return n
}

// inside reports whether v is in [-limit, limit]. A NaN is not.
func inside(v float32, limit float64) bool { return math.Abs(float64(v)) <= limit }
