package data

import (
	"fmt"
	"math"
	"sync"

	"github.com/gander-ml/gander/random"
)

// mixturePoints is the number of points in every part of a set of points, as in the
// PacGAN protocol (Lin et al. 2018, section 4.1) and for the 25 Gaussians of WGAN-GP.
const mixturePoints = 100_000

// A Mixture is a [Set] of points in the plane, drawn from a mixture of equally likely
// Gaussians. The class of a point is the number of its Gaussian. The means and the
// standard deviation are known, so samples can be compared with the true distribution.
type Mixture struct {
	*Table
	family family
}

// Modes returns the means of the Gaussians in the order of the labels.
func (m *Mixture) Modes() [][2]float64 { return append([][2]float64(nil), m.family.modes...) }

// SD returns the standard deviation of every Gaussian, the same along both axes.
func (m *Mixture) SD() float64 { return m.family.sd }

// NewRing8 returns 100,000 points of 8 Gaussians of standard deviation 0.01 on the
// unit circle, the first at (1, 0), the others anticlockwise. Equal seeds give equal
// points. The parts are disjoint ranges of one sequence.
func NewRing8(split Split, seed uint64) *Mixture { return ring8.draw(split, seed) }

// NewGrid25 returns 100,000 points of 25 Gaussians of standard deviation 0.05 at
// {-4, -2, 0, 2, 4} x {-4, -2, 0, 2, 4}, the second coordinate varying fastest.
// Equal seeds give equal points. The parts are disjoint ranges of one sequence.
func NewGrid25(split Split, seed uint64) *Mixture { return grid25.draw(split, seed) }

// New8Gaussians returns 100,000 points of the 8 Gaussians of WGAN-GP: on a circle of
// radius 2, with standard deviation 0.02, all divided by 1.414. Each coordinate then has
// the standard deviation 1. The first mode is at (2/1.414, 0), the others follow
// anticlockwise. Equal seeds give equal points. The parts are disjoint ranges of one
// sequence.
func New8Gaussians(split Split, seed uint64) *Mixture { return gaussians8.draw(split, seed) }

// New25Gaussians returns 100,000 points of the 25 Gaussians of WGAN-GP: at {-4, -2, 0, 2,
// 4} x {-4, -2, 0, 2, 4}, the second coordinate varying fastest, with standard deviation
// 0.05, all divided by 2.828. Each coordinate then has the standard deviation 1. Every mode
// has exactly 4000 points: point i is of mode i mod 25. Equal seeds give equal points. The
// parts are disjoint ranges of one sequence.
func New25Gaussians(split Split, seed uint64) *Mixture { return gaussians25.draw(split, seed) }

// A family is a kind of mixture. With a seed it becomes a Mixture.
type family struct {
	name, title string
	modes       [][2]float64
	sd          float64
	inTurn      bool   // point i is of mode i mod len(modes); otherwise its mode is drawn
	citation    string // what to cite
}

const (
	citePacGAN = `Z. Lin, A. Khetan, G. Fanti, S. Oh, "PacGAN: The power of two samples in generative ` +
		`adversarial networks", NeurIPS 2018, after A. Srivastava et al., "VEEGAN", NIPS 2017`
	citeWGANGP = `I. Gulrajani, F. Ahmed, M. Arjovsky, V. Dumoulin, A. Courville, "Improved Training of ` +
		`Wasserstein GANs", NIPS 2017`
)

// The divisors of WGAN-GP, rounded as in its code.
const (
	divisor8  = 1.414
	divisor25 = 2.828
)

var (
	ring8 = family{name: "ring8", title: "8 Gaussians on the unit circle, sd 0.01, drawn by Gander",
		modes: ringModes(8, 1), sd: 0.01, citation: citePacGAN}
	grid25 = family{name: "grid25", title: "25 Gaussians on the grid {-4, -2, 0, 2, 4}^2, sd 0.05, drawn by Gander",
		modes: gridModes(5, 2), sd: 0.05, citation: citePacGAN}
	gaussians8 = family{name: "8gaussians", title: "8 Gaussians on a circle of radius 2/1.414, sd 0.02/1.414, as for WGAN-GP, drawn by Gander",
		modes: ringModes(8, 2/divisor8), sd: 0.02 / divisor8, citation: citeWGANGP}
	gaussians25 = family{name: "25gaussians", title: "25 Gaussians on the grid {-4, -2, 0, 2, 4}^2/2.828, sd 0.05/2.828, as for WGAN-GP, drawn by Gander",
		modes: gridModes(5, 2/divisor25), sd: 0.05 / divisor25, inTurn: true, citation: citeWGANGP}
	families = []family{ring8, grid25, gaussians8, gaussians25}
)

// ringModes returns n means spread evenly on a circle around the origin.
func ringModes(n int, radius float64) [][2]float64 {
	var modes [][2]float64
	for k := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		modes = append(modes, [2]float64{radius * cos, radius * sin})
	}
	return modes
}

// gridModes returns side x side means on a grid around the origin, with distance step.
func gridModes(side int, step float64) [][2]float64 {
	at := func(k int) float64 { return step * (float64(k) - float64(side-1)/2) }
	var modes [][2]float64
	for k := range side * side {
		modes = append(modes, [2]float64{at(k / side), at(k % side)})
	}
	return modes
}

// draw returns one part of the mixture. Its points are drawn when the first is read.
func (f family) draw(split Split, seed uint64) *Mixture {
	columns := sync.OnceValue(func() []Values { return f.columns(split, seed) })
	return &Mixture{&Table{f.info(), mixturePoints, columns}, f}
}

// columns draws the points of one part and their labels. Every point has its own substream.
// First the mode is drawn from it, unless the modes are in turn, then the two coordinates.
// This order is part of the definition of the set.
func (f family) columns(split Split, seed uint64) []Values {
	key := random.Key(seed, f.name)
	info := f.info()
	points, labels := NewValues(info.Fields[0], mixturePoints), NewValues(info.Fields[1], mixturePoints)
	for i := range mixturePoints {
		numbers := random.At(key, uint64(split)*mixturePoints+uint64(i))
		mode := i % len(f.modes)
		if !f.inTurn {
			mode = numbers.Intn(len(f.modes))
		}
		labels.Ints[i] = int32(mode)
		for k, mean := range f.modes[mode] {
			away := f.sd * numbers.Normal()
			points.Floats[2*i+k] = float32(mean + away)
		}
	}
	return []Values{points, labels}
}

func (f family) info() Info { return NewInfo(f.name, Point(2), Label(len(f.modes))) }

// entry describes the mixture in the catalogue.
func (f family) entry() Entry {
	names := make([]string, len(f.modes))
	for k, m := range f.modes {
		names[k] = fmt.Sprintf("(%.4g, %.4g)", rounded(m[0]), rounded(m[1]))
	}
	return Entry{
		Info:       f.info(),
		Title:      f.title,
		Train:      2 * mixturePoints,
		Test:       mixturePoints,
		ClassNames: names,
		Terms:      "none needed",
		Citation:   f.citation,
	}
}

// rounded returns v with three decimal places, and 0 for what rounds to -0.
func rounded(v float64) float64 { return math.Round(v*1000)/1000 + 0 }
