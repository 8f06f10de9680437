package data

import (
	"math"

	"github.com/gander-ml/gander/random"
)

// DomainDigits is an endless [Set] of the digits of [Digits] in one of two domains:
// rendered or photographed. The differences between the two are known. It is a pair of
// simulated and real images, for systems that make the first look like the second. The two
// sets have different digits.
type DomainDigits struct {
	name       string
	appearance appearance
	key        [2]uint32
	Digits
}

// An appearance is how digits are seen. Greys are from 0 to 1, lengths are in pixels.
type appearance struct {
	paper, ink float64 // greys of the background and of the strokes
	tone       float64 // an image is lighter or darker by a number from -tone to tone
	blur       float64 // of the strokes: the standard deviation of a Gaussian
	grain      float64 // standard deviation of the noise
	size       float64 // of the grain: the standard deviation of the Gaussian that blurs it; 0: none
}

// The names of the two sets and their appearances.
const (
	renderedName     = "rendered-digits"
	photographedName = "photographed-digits"
)

var (
	rendered     = appearance{paper: .2, ink: .8, grain: .03}
	photographed = appearance{paper: .45, ink: .7, tone: .05, blur: 1, grain: .06, size: .6}
)

// NewRenderedDigits returns one part of the digits of seed as a simulator would render
// them: light strokes of grey 0.8 on grey 0.2, with independent Gaussian noise of standard
// deviation 0.03.
func NewRenderedDigits(split Split, seed uint64) *DomainDigits {
	return newDomainDigits(renderedName, rendered, split, seed)
}

// NewPhotographedDigits returns one part of the digits of seed as a poor camera would see
// them: strokes of grey 0.7 on grey 0.45, blurred by a Gaussian of standard deviation 1
// pixel, with Gaussian noise of standard deviation 0.06 that was blurred by one of 0.6
// pixels. A whole image is lighter or darker by up to 0.05.
func NewPhotographedDigits(split Split, seed uint64) *DomainDigits {
	return newDomainDigits(photographedName, photographed, split, seed)
}

func newDomainDigits(name string, a appearance, split Split, seed uint64) *DomainDigits {
	first := int64(split) * Endless
	return &DomainDigits{name, a, random.Key(seed, name+" appearance"), Digits{random.Key(seed, name), first}}
}

// Info describes the set: images of 1x28x28 and their classes, one of 10.
func (d *DomainDigits) Info() Info { return NewInfo(d.name, digitsInfo.Fields...) }

// Read draws image i and sets its class. See [Set].
func (d *DomainDigits) Read(row Row, i int64) error {
	if err := CheckRead(d, row, i); err != nil {
		return err
	}
	if err := d.Digits.Read(row, i); err != nil {
		return err
	}
	if image := row[0].Bytes; len(image) > 0 {
		d.appearance.apply(image, random.At(d.key, uint64(d.first+i)))
	}
	return nil
}

// apply changes white strokes on black.
func (a appearance) apply(image []byte, numbers *random.Stream) {
	strokes, grain := make([]float64, len(image)), make([]float64, len(image))
	for p, b := range image {
		strokes[p], grain[p] = float64(b)/255, numbers.Normal()
	}
	blurred(strokes, a.blur)
	norm := blurred(grain, a.size)
	paper := a.paper + numbers.Uniform(-a.tone, a.tone)
	for p := range image {
		grey := paper + (a.ink-a.paper)*strokes[p] + a.grain*grain[p]/norm
		image[p] = byte(255*min(max(grey, 0), 1) + .5)
	}
}

// blurred blurs a square image by a Gaussian. Beyond the edges are the pixels of the other
// side. It returns the standard deviation of noise that had standard deviation 1 before.
func blurred(image []float64, sd float64) float64 {
	if sd == 0 {
		return 1
	}
	reach := int(math.Ceil(3 * sd))
	weights, sum, squares := make([]float64, 2*reach+1), 0., 0.
	for k := range weights {
		away := float64(k-reach) / sd
		weights[k] = math.Exp(-away * away / 2)
		sum += weights[k]
	}
	for k := range weights {
		weights[k] /= sum
		squares += float64(weights[k] * weights[k]) // the conversion rounds, so that all machines give the same result
	}
	line := make([]float64, digitSide)
	for _, step := range [2][2]int{{1, digitSide}, {digitSide, 1}} { // along rows, then along columns
		for i := range digitSide {
			for k := range line {
				line[k] = image[i*step[1]+k*step[0]]
			}
			for k := range line {
				v := 0.
				for j, w := range weights {
					v += float64(w * line[(k+j-reach+digitSide)%digitSide])
				}
				image[i*step[1]+k*step[0]] = v
			}
		}
	}
	return squares // sqrt(squares) for each of the two axes
}
