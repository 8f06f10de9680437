package data

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/random"
)

// mixturePoints is the number of points in every part of a mixture, as in the
// PacGAN protocol (Lin et al. 2018, section 4.1).
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

// A family is a kind of mixture. With a seed it becomes a Mixture.
type family struct {
	name, title string
	modes       [][2]float64
	sd          float64
}

var (
	ring8    = family{"ring8", "8 Gaussians on the unit circle, sd 0.01, drawn by Gander", ringModes(8), 0.01}
	grid25   = family{"grid25", "25 Gaussians on the grid {-4, -2, 0, 2, 4}^2, sd 0.05, drawn by Gander", gridModes(5, 2), 0.05}
	families = []family{ring8, grid25}
)

// ringModes returns n means spread evenly on the unit circle.
func ringModes(n int) [][2]float64 {
	var modes [][2]float64
	for k := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		modes = append(modes, [2]float64{cos, sin})
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

// draw returns one part of the mixture. Every point has its own substream. First the mode
// is drawn from it, then the two coordinates. This order is part of the definition of the
// set.
func (f family) draw(split Split, seed uint64) *Mixture {
	key := random.Key(seed, f.name)
	info := f.info()
	points, labels := NewValues(info.Fields[0], mixturePoints), NewValues(info.Fields[1], mixturePoints)
	for i := range mixturePoints {
		numbers := random.At(key, uint64(split)*mixturePoints+uint64(i))
		mode := numbers.Intn(len(f.modes))
		labels.Ints[i] = int32(mode)
		for k, mean := range f.modes[mode] {
			away := f.sd * numbers.Normal()
			points.Floats[2*i+k] = float32(mean + away)
		}
	}
	return &Mixture{&Table{info, mixturePoints, []Values{points, labels}}, f}
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
		Citation: `Z. Lin, A. Khetan, G. Fanti, S. Oh, "PacGAN: The power of two samples in generative ` +
			`adversarial networks", NeurIPS 2018, after A. Srivastava et al., "VEEGAN", NIPS 2017`,
	}
}

// rounded returns v with three decimal places, and 0 for what rounds to -0.
func rounded(v float64) float64 { return math.Round(v*1000)/1000 + 0 }
