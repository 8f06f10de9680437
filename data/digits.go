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

var digitsInfo = NewInfo(digitsName, Image(1, digitSide, digitSide), Label(10))

// Info describes the set: images of 1x28x28 and their classes, one of 10.
func (d *Digits) Info() Info { return digitsInfo }

// Len returns [Endless].
func (d *Digits) Len() int64 { return Endless }

// Factors returns what image i was drawn from.
func (d *Digits) Factors(i int64) Factors {
	return drawFactors(random.At(d.key, uint64(d.first+i)))
}

// Read draws image i and tells its class. See [Set].
func (d *Digits) Read(row Row, i int64) error {
	if err := CheckRead(d, row, i); err != nil {
		return err
	}
	numbers := random.At(d.key, uint64(d.first+i))
	factors := drawFactors(numbers)
	if image := row[0].Bytes; len(image) > 0 {
		var c canvas
		c.clear(factors.Thickness)
		c.write(glyphs[factors.Class], factors, numbers)
		c.develop(image)
	}
	if class := row[1].Ints; len(class) > 0 {
		class[0] = int32(factors.Class)
	}
	return nil
}
