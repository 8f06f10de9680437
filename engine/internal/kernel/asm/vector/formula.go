package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// A formula computes one vector from another, a formula2 from two. The
// functions below create their constants before they return a formula, so that
// the constants are loaded before the loop.
type (
	formula  func(x vec) vec
	formula2 func(a, b vec) vec
)

const signBit = 1 << 31

func neg(m *machine) formula {
	sign := m.bits(signBit)
	return func(x vec) vec { return m.xor(x, sign) }
}

func abs(m *machine) formula {
	rest := m.bits(signBit - 1)
	return func(x vec) vec { return m.and(x, rest) }
}

func sign(m *machine) formula {
	signs, one, zero := m.bits(signBit), m.number(1), m.zero()
	return func(x vec) vec {
		return m.blend(m.cmp(equalOrNaN, x, zero), x, m.or(m.and(x, signs), one))
	}
}

func rsqrt(m *machine) formula {
	one := m.number(1)
	return func(x vec) vec { return m.div(m.register(one), m.sqrt(x)) }
}

func add(m *machine) formula2 { return func(a, b vec) vec { return m.add(a, b) } }
func sub(m *machine) formula2 { return func(a, b vec) vec { return m.sub(a, b) } }
func mul(m *machine) formula2 { return func(a, b vec) vec { return m.mul(a, b) } }
func div(m *machine) formula2 { return func(a, b vec) vec { return m.div(a, b) } }

func fromInt32(m *machine) formula { return m.fromInt }

// fromUint32 rounds once: the upper half is an exact float32, also after
// multiplication by 2^16.
func fromUint32(m *machine) formula {
	if m.wide() {
		return func(x vec) vec { d := m.new(); VCVTUDQ2PS(x, d); return d }
	}
	low, step := m.bits(0xffff), m.number(0x1p16)
	return func(x vec) vec {
		return m.mulAdd(m.fromInt(m.right(x, 16)), step, m.fromInt(m.and(x, low)))
	}
}

// toInt32 truncates. If x is too large or NaN, the instruction gives -2^31.
func toInt32(m *machine) formula {
	limit, greatest, zero := m.number(0x1p31), m.bits(math.MaxInt32), m.zero()
	return func(x vec) vec {
		y := m.blend(m.cmp(notLess, x, limit), greatest, m.truncate(x))
		return m.blend(m.cmp(unordered, x, x), zero, y)
	}
}

// toUint32 truncates. The maximum with 0, in this order of arguments, is 0 for
// NaN.
func toUint32(m *machine) formula {
	zero := m.zero()
	if m.wide() { // if x is too large, the instruction gives 2^32 - 1
		return func(x vec) vec { d := m.new(); VCVTTPS2UDQ(m.atLeast(zero, x), d); return d }
	}
	// AVX2 has only signed integers: for x of at least 2^31, it converts x -
	// 2^31.
	middle, limit := m.number(0x1p31), m.number(0x1p32)
	sign, greatest := m.bits(signBit), m.bits(math.MaxUint32)
	return func(x vec) vec {
		x = m.atLeast(zero, x)
		upper := m.xor(m.truncate(m.sub(x, middle)), sign)
		y := m.blend(m.cmp(less, x, middle), m.truncate(x), upper)
		return m.blend(m.cmp(less, x, limit), y, m.register(greatest))
	}
}

// ln2 is split into two parts. The first part has 15 bits, so its product with
// a whole number below 2^9 is exact.
var (
	ln2Hi = float64(float32(math.Float32frombits(math.Float32bits(math.Ln2) &^ 0x1ff)))
	ln2Lo = math.Ln2 - ln2Hi
)

// expPart returns a function that writes x as n*ln2 + r, with |r| <= ln2/2, and
// returns n and e^r - 1. It computes e^r - 1 as r + r^2*q(r). q has degree 4
// and minimises the relative error of the whole.
func expPart(m *machine) func(x vec) (n, fraction vec) {
	log2e, hi, lo := m.number(math.Log2E), m.number(ln2Hi), m.number(ln2Lo)
	q := m.numbers(minimax(-math.Ln2/2, math.Ln2/2, 4,
		expTail, func(r float64) float64 { return r * r / math.Expm1(r) }))
	return func(x vec) (n, fraction vec) {
		n = m.round(m.mul(x, log2e), nearest)
		r := m.subMul(m.subMul(x, n, hi), n, lo)
		return n, m.mulAdd(m.mul(r, r), m.polynomial(r, q), r)
	}
}

func (m *machine) numbers(values []float64) []Op {
	ops := make([]Op, len(values))
	for i, v := range values {
		ops[i] = m.number(v)
	}
	return ops
}

// scale returns x * 2^n for whole n from -252 to 254, rounded once.
func (m *machine) scale(x, n vec, bias Op) vec {
	if m.wide() {
		d := m.new()
		VSCALEFPS(n, x, d)
		return d
	}
	// 2^n may be outside the range of float32; it is split into two factors.
	whole := m.toInt(n)
	first := m.rightSigned(whole, 1)
	second := m.subInt(whole, first)
	return m.mul(m.mul(x, m.power(first, bias)), m.power(second, bias))
}

// power returns 2^n for whole n from -126 to 127.
func (m *machine) power(n vec, bias Op) vec { return m.left(m.addInt(n, bias), 23) }

const exponentBias = 127

// exp is 2^n * e^r. x is clamped to limits; at the limits the result is already
// 0 or infinity.
func exp(m *machine) formula {
	low, high, one, bias := m.number(-104), m.number(89), m.number(1), m.exponentBias()
	part := expPart(m)
	return func(x vec) vec {
		n, fraction := part(m.atLeast(m.atMost(x, high), low))
		return m.scale(m.add(fraction, one), n, bias)
	}
}

func (m *machine) exponentBias() Op {
	if m.wide() {
		return nil // VSCALEFPS needs no bias
	}
	return m.bits(exponentBias)
}

// logistic is e/(1+e) with e = e^-|x|, which cannot overflow, or 1/(1+e) where
// x is positive.
func logistic(m *machine) formula {
	signs, one := m.bits(signBit), m.number(1)
	exponential := exp(m)
	return func(x vec) vec {
		e := exponential(m.or(x, signs))
		above := m.blend(m.cmp(notLess, x, m.zero()), one, e)
		return m.div(above, m.add(e, one))
	}
}

// tanh is q = f/d with the sign of x, where f = e^2|x| - 1 and d = f+2. f is
// computed as 2^n*(e^r - 1) + (2^n - 1), which is exact enough near 0, where n
// is 0. Three roundings are too many for small x. So the rounding error of d is
// corrected in q: the correction is q*lost/d, with 1/d = (1-q)/2.
func tanh(m *machine) formula {
	signs, rest, one, two, half := m.bits(signBit), m.bits(signBit-1), m.number(1), m.number(2), m.number(0.5)
	limit, bias := m.number(20), m.bits(exponentBias)
	part := expPart(m)
	return func(x vec) vec {
		twice := m.and(m.add(x, x), rest)
		n, fraction := part(m.atMost(twice, limit))
		power := m.power(m.toInt(n), bias)
		f := m.mulAdd(fraction, power, m.sub(power, one))
		d := m.add(f, two)
		q := m.div(f, d)
		lost := m.sub(f, m.sub(d, two))
		q = m.subMul(q, m.mul(q, lost), m.subMul(m.register(half), q, half))
		return m.or(q, m.and(x, signs))
	}
}

// logPart returns a function that writes positive x as 2^n * (1+f), with 1+f
// between sqrt(1/2) and sqrt(2).
func logPart(m *machine) func(x vec) (n, f vec) {
	root := m.bits(math.Float32bits(float32(math.Sqrt(0.5))))
	least, lift, lifted := m.rare(0x1p-126), m.rare(0x1p25), m.rare(-25)
	one := m.number(1)
	return func(x vec) (n, f vec) {
		small := m.cmp(less, x, least)
		y := m.blend(small, m.mul(x, lift), x)
		whole := m.rightSigned(m.subInt(y, root), 23)
		f = m.sub(m.subInt(y, m.left(whole, 23)), one)
		n = m.fromInt(whole)
		return m.blend(small, m.add(n, lifted), n), f
	}
}

// log is n*ln2 + log(1+f). log(1+f) is f - f^2/2 + f^3*p(f). p has degree 8 and
// minimises the relative error of the whole.
func log(m *machine) formula {
	root := math.Sqrt(0.5)
	p := m.numbers(minimax(root-1, 2*root-1, 8,
		logTail, func(f float64) float64 { return f * f * f / math.Log1p(f) }))
	part, half, zero := logPart(m), m.number(0.5), m.zero()
	hi, lo := m.number(ln2Hi), m.number(ln2Lo)
	inf, negInf, nan := m.rare(math.Inf(1)), m.rare(math.Inf(-1)), m.rare(math.NaN())
	return func(x vec) vec {
		n, f := part(x)
		square := m.mul(f, f)
		tail := m.mul(m.mul(square, f), m.polynomial(f, p))
		tail = m.mulAdd(n, lo, tail)
		tail = m.subMul(tail, square, half)
		sum := m.mulAdd(n, hi, m.add(f, tail))

		sum = m.blend(m.cmp(equal, x, inf), x, sum)
		outside := m.blend(m.cmp(equal, x, zero), negInf, m.register(nan))
		return m.blend(m.cmp(notGreater, x, zero), outside, sum)
	}
}

// sinCosLimit is the largest magnitude for which sine and cosine are computed
// here. Below it, three float32 parts of pi/2 are enough to subtract a multiple
// of pi/2.
const sinCosLimit = 1 << 15

// piHalfRest is pi/2 minus the nearest float64.
const piHalfRest = 6.123233995736766e-17

// sinCos subtracts q*pi/2 from x, with result |r| <= pi/4, and returns the sine
// or cosine of r with a sign. Both depend on q + quarter: quarter is 0 for the
// sine of x and 1 for the cosine. Both polynomials, in r^2, minimise the
// relative error.
func sinCos(m *machine, quarter uint32) formula {
	const most = math.Pi / 4 * math.Pi / 4
	s := m.numbers(minimax(0, most, 3, sinTail, func(z float64) float64 { return z }))
	c := m.numbers(minimax(0, most, 3, cosTail, func(z float64) float64 { return z * z }))
	var parts [3]Op // of pi/2
	left := math.Pi / 2
	for i := range parts {
		parts[i] = m.number(left)
		left -= float64(float32(left))
		if i == 1 {
			left += piHalfRest
		}
	}
	perQuarter, one, half := m.number(2/math.Pi), m.number(1), m.number(-0.5)
	add, odd := m.bits(quarter), m.bits(1)
	zero := m.zero()
	return func(x vec) vec {
		q := m.round(m.mul(x, perQuarter), nearest)
		r := m.subMul(m.subMul(m.subMul(x, q, parts[0]), q, parts[1]), q, parts[2])
		z := m.mul(r, r)
		sine := m.mulAdd(m.mul(z, r), m.polynomial(z, s), r)
		cosine := m.mulAdd(z, half, one)
		cosine = m.mulAdd(m.mul(z, z), m.polynomial(z, c), cosine)
		turns := m.addInt(m.toInt(q), add)
		isOdd := m.cmp(notEqual, m.fromInt(m.and(turns, odd)), zero)
		return m.xor(m.blend(isOdd, cosine, sine), m.left(m.right(turns, 1), 31))
	}
}
