package augment

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// The operations of ADA are those of training/augment.py in
// NVlabs/stylegan2-ada-pytorch, commit 0e9b616. Two things differ. The published code
// samples an image of twice the size, filtered by a wavelet (sym6), and reduces the
// result. Package augment interpolates the image itself, so strongly reduced images
// have more aliasing. The published code reflects an image once at each edge and is
// zero beyond that. Here the reflections continue.

// An affine is one map of coordinates for each image. Pixel (x, y) of the result
// shows the image at
//
//	(xx*x + xy*y + dx, yx*x + yy*y + dy)
//
// Coordinates are in pixels, x to the right and y down from the centre of the image.
// Each field has shape [n] and the dtype of the images.
type affine struct{ xx, xy, dx, yx, yy, dy *tensor.Tensor }

// scaled returns the product of m and a matrix that scales by x and y.
func (m affine) scaled(x, y *tensor.Tensor) affine {
	m.xx, m.yx = m.xx.Mul(x), m.yx.Mul(x)
	m.xy, m.yy = m.xy.Mul(y), m.yy.Mul(y)
	return m
}

// rotated returns the product of m and [cos, -sin; sin, cos].
func (m affine) rotated(cos, sin *tensor.Tensor) affine {
	m.xx, m.xy = m.xx.Mul(cos).Add(m.xy.Mul(sin)), m.xy.Mul(cos).Sub(m.xx.Mul(sin))
	m.yx, m.yy = m.yx.Mul(cos).Add(m.yy.Mul(sin)), m.yy.Mul(cos).Sub(m.yx.Mul(sin))
	return m
}

// moved returns the product of m and a translation by (-x, -y).
func (m affine) moved(x, y *tensor.Tensor) affine {
	m.dx = m.dx.Sub(m.xx.Mul(x).Add(m.xy.Mul(y)))
	m.dy = m.dy.Sub(m.yx.Mul(x).Add(m.yy.Mul(y)))
	return m
}

// geometry applies the operations of blit and geom as one affine map.
func (p Policy) geometry(d *draws, x *tensor.Tensor) *tensor.Tensor {
	one, zero := tensor.Full(d.dtype, 1, d.n), tensor.Zeros(d.dtype, d.n)
	m := affine{xx: one, xy: zero, dx: zero, yx: zero, yy: one, dy: zero}
	m = p.geom(d, p.blit(d, m, x), x)
	return sample(x, m)
}

// blit multiplies m by the operations that move whole pixels:
//
//	xflip     exchanges left and right         with probability 1/2
//	rotate90  turns by 0, 90, 180 or 270 degrees
//	xint      shifts by round(t*side)          t ~ U(-1/8, 1/8) for each axis
func (p Policy) blit(d *draws, m affine, x *tensor.Tensor) affine {
	if p.has(xflip) {
		flip := d.number(d.strength(d.integer(0, 1)))
		m = m.scaled(flip.Scale(-2).Plus(1), tensor.Full(d.dtype, 1, d.n))
	}
	if p.has(rotate90) {
		turns := d.number(d.strength(d.integer(0, 3)))
		cos := turns.Plus(-2).Abs().Plus(-1) // 1, 0, -1, 0, exactly
		sin := turns.Plus(-1).Abs().Neg().Plus(1)
		m = m.rotated(cos, sin)
	}
	if p.has(xint) {
		right, down := d.whole(x.Dim(3)), d.whole(x.Dim(2))
		applies := d.applies()
		m = m.moved(d.number(choose(applies, right)), d.number(choose(applies, down)))
	}
	return m
}

// whole draws a shift in whole pixels along an axis of the given size.
func (d *draws) whole(size int) *tensor.Tensor {
	return d.uniform(-1, 1).Scale(float64(size) / 8).Plus(.5).Floor()
}

// geom multiplies m by the operations that interpolate between pixels:
//
//	scale   by 2^(.2 e)                     e ~ N(0, 1)
//	rotate  by an angle of U(-pi, pi), before and after aniso
//	aniso   by 2^(.2 e) in x and 2^(-.2 e) in y
//	xfrac   shifts by e*side/8              e ~ N(0, 1) for each axis
//
// Each of the two rotations has probability 1 - sqrt(1-p), so that an image has a
// rotation with probability p.
func (p Policy) geom(d *draws, m affine, x *tensor.Tensor) affine {
	if p.has(scale) {
		smaller := power(d.number(d.strength(d.normal(.2))).Neg()) // the map goes from the result to the image
		m = m.scaled(smaller, smaller)
	}
	if p.has(rotate) {
		m = d.turned(m)
	}
	if p.has(aniso) {
		e := d.number(d.strength(d.normal(.2)))
		m = m.scaled(power(e.Neg()), power(e))
	}
	if p.has(rotate) {
		m = d.turned(m)
	}
	if p.has(xfrac) {
		right, down := d.normal(float64(x.Dim(3))/8), d.normal(float64(x.Dim(2))/8)
		applies := d.applies()
		m = m.moved(d.number(choose(applies, right)), d.number(choose(applies, down)))
	}
	return m
}

// turned multiplies m by one of the two rotations.
func (d *draws) turned(m affine) affine {
	angle := d.uniform(-math.Pi, math.Pi)
	probability := d.p
	if probability != nil {
		probability = probability.Neg().Plus(1).Max(tensor.Scalar(tensor.Float32, 0)).Sqrt().Neg().Plus(1)
	}
	angle = d.number(choose(d.with(probability), angle))
	return m.rotated(angle.Cos(), angle.Sin())
}

// power returns 2^e.
func power(e *tensor.Tensor) *tensor.Tensor { return e.Scale(math.Ln2).Exp() }
