package augment

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// adaColor changes the colours of pixels as ADA does:
//
//	brightness  adds .2 e * half            e ~ N(0, 1)
//	contrast    scales by 2^(.5 e), around middle
//	luma flip   reflects the luma at middle, with probability 1/2
//	hue         rotates by an angle of U(-pi, pi) around the grey axis
//	saturation  scales by 2^e, around the luma
//
// The luma of a pixel is the mean of its channels; its chroma is the rest. All
// operations together are an affine map of the luma, and a scaling and rotation of the
// chroma. The map is added to x as a difference that is exactly 0 if no operation
// applies. half is half the distance from black to white.
func (p Policy) adaColor(d *draws, x *tensor.Tensor, middle, half float64) *tensor.Tensor {
	channels := x.Dim(1)
	zero := tensor.Zeros(d.dtype, d.n)
	add, exponent, flip, angle, chroma := zero, zero, zero, zero, zero
	if p.has(adaBrightness) {
		add = d.number(d.strength(d.normal(.2)))
	}
	if p.has(adaContrast) {
		exponent = d.number(d.strength(d.normal(.5)))
	}
	if p.has(lumaFlip) {
		flip = d.number(d.strength(d.integer(0, 1)))
	}
	if p.has(hue) && channels == 3 {
		angle = d.number(d.strength(d.uniform(-math.Pi, math.Pi)))
	}
	if p.has(adaSaturation) && channels > 1 {
		chroma = d.number(d.strength(d.normal(1)))
	}

	luma := x.Mean(1).KeepDims(1)
	lumaScale := power(exponent).Mul(flip.Scale(-2).Plus(1))
	difference := d.each(lumaScale.Plus(-1)).Mul(luma.Plus(-middle)).Add(d.each(lumaScale.Mul(add).Scale(half)))
	if channels > 1 {
		chromaScale := power(exponent.Add(chroma))
		difference = difference.Add(d.each(chromaScale.Mul(angle.Cos()).Plus(-1)).Mul(x.Sub(luma)))
		if p.has(hue) && channels == 3 {
			turn := chromaScale.Mul(angle.Sin()).Scale(1 / math.Sqrt(3))
			difference = difference.Add(d.each(turn).Mul(quarterTurn(x)))
		}
	}
	return x.Add(difference)
}

// quarterTurn returns the cross product of (1, 1, 1) and the three channels: sqrt(3)
// times the chroma, rotated by 90 degrees around the grey axis.
func quarterTurn(x *tensor.Tensor) *tensor.Tensor {
	r, g, b := x.Slice1(1, 0, 1), x.Slice1(1, 1, 2), x.Slice1(1, 2, 3)
	return tensor.Concatenate(1, b.Sub(g), r.Sub(b), g.Sub(r))
}
