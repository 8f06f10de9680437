package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// baselineOfModes is a part of the protocol. Older versions had other words for it.
const baselineOfModes = "the baseline is the figure of the same number of draws from the mixture"

func init() {
	define(Measure{
		Name:   "modes",
		Title:  "modes of a known mixture that the samples reach, and how even their shares are",
		Source: "Lin, Khetan, Fanti and Oh 2018 (PacGAN), section 4.1, and its code",
		N:      2500, MinSamples: 1, Kinds: []data.Kind{data.Numbers},
		run: modes,
	})
}

// highQuality is the distance from its mode, in standard deviations, within which a
// sample has high quality.
const highQuality = 3

// modes counts samples by their nearest mode, as the code of PacGAN does. A sample counts
// if it is less than three standard deviations from the mode. The reverse KL is the
// divergence of the modes' shares of these samples from equal shares.
func modes(_ context.Context, t *Task, r *Result) error {
	m := t.Mixture
	if m == nil {
		return hint.Add(errors.New("the modes of the data are not known"), "it is for samples of ring8, grid25, 8gaussians and 25gaussians")
	}
	if dims := len(m.Means[0]); dims != t.Samples.Size() {
		return fmt.Errorf("%s are points of %d numbers, the mixture's of %d", t.Samples.Name, t.Samples.Size(), dims)
	}
	got, real := m.assign(t.Samples), m.assign(m.draw(t.N, t.Seed))
	r.Protocol = fmt.Sprintf("each sample belongs to the nearest of %d modes and is of high quality if less than %d standard deviations (of %g) away; "+
		"a mode is covered by one such sample; reverse KL = KL(shares of the modes among them || 1/%d) in nats; "+baselineOfModes,
		len(m.Means), highQuality, m.SD, len(m.Means))
	figures, baseline := m.figures(got), m.figures(real)
	stdErr := bootstrap(t.Seed, len(got), func(draw []int) []float64 {
		again := make([]int, len(draw))
		for i, k := range draw {
			again[i] = got[k]
		}
		return m.figures(again)
	})
	for i, v := range []Value{
		{Name: "modes", Unit: fmt.Sprintf("of %d", len(m.Means)), Better: Higher},
		{Name: "high quality", Better: Higher},
		{Name: "reverse KL", Unit: "nats", Better: Lower},
	} {
		v.Value, v.Baseline, v.StdErr, v.StdErrOf = Number(figures[i]), number(baseline[i]), number(stdErr[i]), bootstrapped
		r.Values = append(r.Values, v)
	}
	if figures[1] == 0 {
		r.warn("no sample has high quality: the reverse KL of no samples is given as infinite")
	}
	r.Groups = []Group{m.group(got, real)}
	return nil
}

// assign returns the nearest mode of each point, or -1 if the point does not have high
// quality.
func (m *Mixture) assign(points *Set) []int {
	of := make([]int, points.Len())
	for i := range of {
		best, least := -1, highQuality*highQuality*m.SD*m.SD
		for k, mean := range m.Means {
			d := 0.0
			for axis, v := range points.At(i) {
				d += (float64(v) - mean[axis]) * (float64(v) - mean[axis])
			}
			if d < least {
				best, least = k, d
			}
		}
		of[i] = best
	}
	return of
}

// draw returns n points drawn from the mixture.
func (m *Mixture) draw(n int, seed uint64) *Set {
	// The name of the stream is older than the word baseline. It must not change: it
	// determines published figures.
	source := random.New(seed, "measure modes: points of the floor")
	s := &Set{Name: "mixture", Field: data.Point(len(m.Means[0]))}
	for range n {
		for _, v := range m.Means[source.Intn(len(m.Means))] {
			s.Values = append(s.Values, float32(v+m.SD*source.Normal()))
		}
	}
	return s
}

// figures returns the number of modes covered, the share of high quality and the reverse
// KL. The last is +Inf if no sample has high quality.
func (m *Mixture) figures(of []int) []float64 {
	covered, good, kl := coverage(m.count(of))
	return []float64{covered, good / float64(len(of)), kl}
}

// coverage returns the number of modes that have a count, the sum of all counts, and the
// divergence in nats of their shares from equal shares. That is +Inf if the sum is 0.
func coverage(counts []Number) (covered, sum, kl float64) {
	entropy := 0.0
	for _, n := range counts {
		sum += float64(n)
	}
	for _, n := range counts {
		if n > 0 {
			covered++
			entropy -= float64(n) / sum * math.Log(float64(n)/sum)
		}
	}
	if sum == 0 {
		return 0, 0, math.Inf(1)
	}
	return covered, sum, math.Log(float64(len(counts))) - entropy
}

// count returns the number of samples of each mode.
func (m *Mixture) count(of []int) []Number {
	counts := make([]Number, len(m.Means))
	for _, k := range of {
		if k >= 0 {
			counts[k]++
		}
	}
	return counts
}

// group returns the counts of each mode.
func (m *Mixture) group(got, real []int) Group {
	return Group{Name: "samples of high quality", Of: m.names(), Samples: m.count(got), Real: m.count(real)}
}

// names returns the coordinates of each mode, such as "(0.707, -0.707)". A coordinate
// that is only a rounding error, such as cos(pi/2), is written as 0.
func (m *Mixture) names() []string {
	greatest := 0.0
	for _, mean := range m.Means {
		for _, v := range mean {
			greatest = max(greatest, math.Abs(v))
		}
	}
	var names []string
	for _, mean := range m.Means {
		var place []string
		for _, v := range mean {
			if math.Abs(v) < 1e-12*greatest {
				v = 0
			}
			place = append(place, fmt.Sprintf("%.3g", v))
		}
		names = append(names, "("+strings.Join(place, ", ")+")")
	}
	return names
}
