package data

import "github.com/gander-ml/gander/random"

// digitsName is the name of the embedded set.
const digitsName = "digits"

const (
	digitSide   = 28 // pixels, as in MNIST
	digitBox    = 20 // pixels: the side of the square in the middle that contains the digit
	digitPixels = digitSide * digitSide
)

// Digits is an endless [Set] of grey images of digits, 28x28, drawn with white strokes
// on black as in MNIST. An image is drawn when it is read. The set needs no file and no
// licence. The true factors of every image are known: see [Digits.Factors].
type Digits struct {
	key   [2]uint32
	first int64 // index of the first digit of the split, among all digits of the seed
}

// NewDigits returns one part of the digits of seed. The parts are disjoint ranges of one
// sequence: images 0 to [Endless]-1 are for training, the next Endless for validation,
// and the next for test.
func NewDigits(split Split, seed uint64) *Digits {
	return &Digits{random.Key(seed, digitsName), int64(split) * Endless}
}

var digitsInfo = NewInfo(digitsName, Image(1, digitSide, digitSide), Label(10))

// Info describes the set: images of 1x28x28 and their classes, one of 10.
func (d *Digits) Info() Info { return digitsInfo }

// Len returns [Endless].
func (d *Digits) Len() int64 { return Endless }

// Factors returns the factors of image i.
func (d *Digits) Factors(i int64) Factors {
	return drawFactors(random.At(d.key, uint64(d.first+i)))
}

// Read draws image i and sets its class. See [Set].
func (d *Digits) Read(row Row, i int64) error {
	if err := CheckRead(d, row, i); err != nil {
		return err
	}
	numbers := random.At(d.key, uint64(d.first+i))
	factors := drawFactors(numbers)
	if image := row[0].Bytes; len(image) > 0 {
		var m distanceMap
		m.reset(factors.Thickness)
		m.addStrokes(glyphs[factors.Class], factors, numbers)
		m.render(image)
	}
	if class := row[1].Ints; len(class) > 0 {
		class[0] = int32(factors.Class)
	}
	return nil
}
