package data

import (
	"math"
	"sync"

	"github.com/gander-ml/gander/random"
)

// swissRollName is the name of the swiss roll in the catalogue.
const swissRollName = "swissroll"

// Constants of the swiss roll of WGAN-GP.
const (
	swissRollNoise   = 0.25
	swissRollDivisor = 7.5
)

// NewSwissRoll returns 100,000 points of the swiss roll of WGAN-GP: coordinates 0 and 2 of
// scikit-learn's make_swiss_roll with noise 0.25, divided by 7.5. Before the division a
// point is (t cos t, t sin t) plus Gaussian noise, where t is uniform from 1.5 pi to 4.5 pi.
// Equal seeds give equal points. The parts are disjoint ranges of one sequence.
func NewSwissRoll(split Split, seed uint64) *Table {
	columns := sync.OnceValue(func() []Values { return drawSwissRoll(split, seed) })
	return &Table{swissRollInfo(), mixturePoints, columns}
}

// drawSwissRoll draws the points of one part.
func drawSwissRoll(split Split, seed uint64) []Values {
	key := random.Key(seed, swissRollName)
	points := NewValues(swissRollInfo().Fields[0], mixturePoints)
	for i := range mixturePoints {
		numbers := random.At(key, uint64(split)*mixturePoints+uint64(i))
		t := 1.5 * math.Pi * (1 + 2*numbers.Float64())
		sin, cos := math.Sincos(t)
		for k, at := range []float64{t * cos, t * sin} {
			points.Floats[2*i+k] = float32((at + swissRollNoise*numbers.Normal()) / swissRollDivisor)
		}
	}
	return []Values{points}
}

func swissRollInfo() Info { return NewInfo(swissRollName, Point(2)) }

// swissRollEntry describes the swiss roll in the catalogue.
func swissRollEntry() Entry {
	return Entry{
		Info:     swissRollInfo(),
		Title:    "a spiral in the plane, scikit-learn's swiss roll as for WGAN-GP, drawn by Gander",
		Train:    2 * mixturePoints,
		Test:     mixturePoints,
		Terms:    "none needed",
		Citation: citeWGANGP,
	}
}
