package data

import "github.com/gander-ml/gander/random"

// digitsName is the name of the embedded set.
const digitsName = "digits"

const (
	digitSide   = 28 // pixels, as in MNIST
	digitBox    = 20 // pixels: the square in the middle that a digit fills
	digitPixels = digitSide * digitSide
)

// Digits is an endless [Set] of pen-stroke digits, 28x28 grey, white ink on black
// as in MNIST, drawn when they are read. It needs no file and no licence, and the
// factors behind every image are known: see [Digits.Factors].
type Digits struct {
	key   [2]uint32
	first int64 // where the split begins among all digits of the seed
}

// NewDigits returns the digits of seed. The parts are disjoint stretches of one
// sequence: images 0 to [Endless]-1 to learn from, the next Endless for
// validation, the next for test.
func NewDigits(split Split, seed uint64) *Digits {
	return &Digits{random.Key(seed, digitsName), int64(split) * Endless}
}

// Info describes the set: 1x28x28, 10 classes.
func (d *Digits) Info() Info {
	return Info{Name: digitsName, Channels: 1, Height: digitSide, Width: digitSide, Classes: 10}
}

// Len returns [Endless].
func (d *Digits) Len() int64 { return Endless }

// Factors returns what image i was drawn from.
func (d *Digits) Factors(i int64) Factors {
	return drawFactors(random.At(d.key, uint64(d.first+i)))
}

// Read draws image i into dst and returns its class. See [Set].
func (d *Digits) Read(dst []byte, i int64) (int, error) {
	if err := checkRead(d, dst, i); err != nil {
		return 0, err
	}
	numbers := random.At(d.key, uint64(d.first+i))
	factors := drawFactors(numbers)
	var c canvas
	c.clear(factors.Thickness)
	c.write(glyphs[factors.Class], factors, numbers)
	c.develop(dst)
	return factors.Class, nil
}
