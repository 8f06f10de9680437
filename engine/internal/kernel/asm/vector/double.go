package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// doubles generates instructions on vectors of float64, for formulas that need
// more precision than float32. Two float64 vectors hold the elements of one
// float32 vector of m.
type doubles struct{ m *machine }

// number returns a vector that repeats v, in memory. A formula has more such
// constants than there are registers.
func (d doubles) number(v float64) Op { return d.m.data.at64(math.Float64bits(v)) }

func (d doubles) numbers(values []float64) []Op {
	ops := make([]Op, len(values))
	for i, v := range values {
		ops[i] = d.number(v)
	}
	return ops
}

// split returns the lower and the upper half of a vector of float32.
func (d doubles) split(x vec) [2]vec {
	low, high := d.m.new(), d.m.new()
	upper := d.m.narrower().new()
	if d.m.wide() {
		VEXTRACTF64X4(U8(1), x, upper)
		VCVTPS2PD(x.AsY(), low)
	} else {
		VEXTRACTF128(U8(1), x, upper)
		VCVTPS2PD(x.AsX(), low)
	}
	VCVTPS2PD(upper, high)
	return [2]vec{low, high}
}

// join is the inverse of split; it rounds once.
func (d doubles) join(x [2]vec) vec {
	low, high, both := d.m.narrower().new(), d.m.narrower().new(), d.m.new()
	if d.m.wide() {
		VCVTPD2PS(x[0], low)
		VCVTPD2PS(x[1], high)
		VINSERTF64X4(U8(1), high, low.AsZ(), both)
	} else {
		VCVTPD2PSY(x[0], low)
		VCVTPD2PSY(x[1], high)
		VINSERTF128(U8(1), high, low.AsY(), both)
	}
	return both
}

// Arithmetic, as in machine.

func (d doubles) add(a vec, b Op) vec { r := d.m.new(); VADDPD(b, a, r); return r }
func (d doubles) sub(a vec, b Op) vec { r := d.m.new(); VSUBPD(b, a, r); return r }
func (d doubles) mul(a vec, b Op) vec { r := d.m.new(); VMULPD(b, a, r); return r }
func (d doubles) div(a vec, b Op) vec { r := d.m.new(); VDIVPD(b, a, r); return r }

func (d doubles) atMost(x vec, limit Op) vec {
	r := d.m.new()
	VMINPD(x, d.m.register(limit), r)
	return r
}

func (d doubles) atLeast(x vec, limit Op) vec {
	r := d.m.new()
	VMAXPD(x, d.m.register(limit), r)
	return r
}

func (d doubles) polynomial(x vec, c []Op) vec {
	sum := d.m.register(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		d.mulAdd(sum, x, c[i])
	}
	return sum
}

// mulAdd sets a = a*b + c, rounded once.
func (d doubles) mulAdd(a, b vec, c Op) { VFMADD213PD(c, b, a) }

// scale returns x * 2^n. The whole number n is in the lowest bits of each lane.
// x and the result must be normal numbers. A NaN remains a NaN if these bits
// are 0.
func (d doubles) scale(x, n vec) vec {
	shifted, r := d.m.new(), d.m.new()
	VPSLLQ(U8(52), n, shifted)
	VPADDQ(shifted, x, r)
	return r
}
