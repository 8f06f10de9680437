package main

import "math"

// pow is 2^(b*log2 |a|), computed in float64 and rounded to float32 once. So a
// result that is an exact float32 is exact, and the largest and smallest
// results are correct. log2 of 0 and of infinity is set to its limit. b is
// clamped to a range; outside it, every power except that of 1 is 0 or
// infinity. Afterwards the sign and the special cases are set.
func pow(m *machine) formula2 {
	signs, rest, zero := m.bits(signBit), m.bits(signBit-1), m.zero()
	one, half := m.number(1), m.number(0.5)
	inf, negInf, nan := m.rare(math.Inf(1)), m.rare(math.Inf(-1)), m.rare(math.NaN())
	far, negFar := m.rare(0x1p40), m.rare(-0x1p40)
	part, d := logPart(m), doubles{m}
	log2, exp2 := log2Of(d), exp2Of(d)
	return func(a, b vec) vec {
		x := m.and(a, rest)
		n, f := part(x)
		n = m.blend(m.cmp(notLess, x, inf), x, n)
		n = m.blend(m.cmp(equal, x, zero), negInf, n)
		ns, fs, bs := d.split(n), d.split(f), d.split(m.atLeast(m.atMost(b, far), negFar))
		var powers [2]vec
		for i := range powers {
			powers[i] = exp2(d.mul(bs[i], log2(ns[i], fs[i])))
		}
		size := d.join(powers)

		halved := m.mul(b, half)
		even := m.cmp(equal, m.round(halved, down), halved)
		whole := m.or(size, m.blend(even, zero, m.and(a, signs)))
		broken := m.blend(m.cmp(less, a, zero), nan, size)
		broken = m.blend(m.cmp(equal, a, negInf), size, broken)
		y := m.blend(m.cmp(equal, m.round(b, down), b), whole, broken)
		y = m.blend(m.cmp(equal, b, zero), one, y)
		return m.blend(m.cmp(equal, a, one), one, y)
	}
}

// log2Of returns a function that computes n + log2(1+f) for 1+f between
// sqrt(1/2) and sqrt(2). With s = f/(2+f) the logarithm is s*p(s^2). p has
// degree 4 and the smallest relative error: 4e-12.
func log2Of(d doubles) func(n, f vec) vec {
	most := (math.Sqrt2 - 1) / (math.Sqrt2 + 1)
	p := d.numbers(minimax(0, most*most, 4, log2Odd, func(z float64) float64 { return 1 / log2Odd(z) }))
	two := d.number(2)
	return func(n, f vec) vec {
		s := d.div(f, d.add(f, two))
		log := d.polynomial(d.mul(s, s), p)
		d.mulAdd(log, s, n)
		return log
	}
}

// exp2Of returns a function that computes 2^t. Outside the range of float32,
// its result becomes 0 or infinity as a float32. t is n + r for whole n and |r|
// <= 1/2. 2^r is a polynomial of degree 7 with the smallest relative error:
// 4e-11. The addition of 1.5*2^52 rounds to a whole number and leaves it in the
// lowest bits. For a NaN that was a float32 these bits are 0.
func exp2Of(d doubles) func(t vec) vec {
	p := d.numbers(minimax(-0.5, 0.5, 7, math.Exp2, func(r float64) float64 { return math.Exp2(-r) }))
	low, high, shift := d.number(-200), d.number(200), d.number(0x1.8p52)
	return func(t vec) vec {
		t = d.atLeast(d.atMost(t, high), low)
		n := d.add(t, shift)
		r := d.sub(t, d.sub(n, shift))
		return d.scale(d.polynomial(r, p), n)
	}
}
