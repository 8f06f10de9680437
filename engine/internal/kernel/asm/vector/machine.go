package main

import (
	"fmt"
	"maps"
	"math"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// A machine generates instructions on vectors of float32 for one instruction
// set. Its methods return new virtual registers; the register allocator reuses
// physical ones.
type machine struct {
	name  string
	lanes int
	data  *table
}

type (
	vec  = reg.VecVirtual
	mask = reg.Register // a K register on AVX-512; a vector with all bits of a lane set or clear on AVX2
)

func (m *machine) wide() bool { return m.lanes == 16 }

func (m *machine) new() vec {
	switch m.lanes {
	case 16:
		return ZMM()
	case 8:
		return YMM()
	}
	return XMM()
}

// narrower returns a machine for vectors of half the length.
func (m *machine) narrower() *machine {
	return &machine{name: m.name, lanes: m.lanes / 2, data: m.data}
}

// A table holds the constants of all functions. Each constant is repeated to
// fill the widest vector.
type table struct {
	bits   map[uint32]bool
	bits64 map[uint64]bool
}

func (t *table) at(bits uint32) Mem {
	if t.bits == nil {
		t.bits = map[uint32]bool{}
	}
	t.bits[bits] = true
	return NewDataAddr(NewStaticSymbol(name(bits)), 0)
}

func name(bits uint32) string { return fmt.Sprintf("word%08x", bits) }

func (t *table) at64(bits uint64) Mem {
	if t.bits64 == nil {
		t.bits64 = map[uint64]bool{}
	}
	t.bits64[bits] = true
	return NewDataAddr(NewStaticSymbol(name64(bits)), 0)
}

func name64(bits uint64) string { return fmt.Sprintf("double%016x", bits) }

// blockOrder returns the memory with the block numbers of the lanes of Philox.
func (t *table) blockOrder(lanes int) Mem {
	return NewDataAddr(NewStaticSymbol(fmt.Sprint("blocks", lanes)), 0)
}

// tails returns memory that has, at offset 4*(8-n), a mask of the first n of 8
// lanes.
func (t *table) tails() Mem { return NewDataAddr(NewStaticSymbol("tails"), 0) }

func (t *table) write() {
	for _, b := range slices.Sorted(maps.Keys(t.bits)) {
		GLOBL(name(b), RODATA|NOPTR)
		for lane := range 16 {
			DATA(4*lane, U32(b))
		}
	}
	for _, b := range slices.Sorted(maps.Keys(t.bits64)) {
		GLOBL(name64(b), RODATA|NOPTR)
		for lane := range 8 {
			DATA(8*lane, U64(b))
		}
	}
	for _, lanes := range []int{8, 16} {
		GLOBL(fmt.Sprint("blocks", lanes), RODATA|NOPTR)
		for lane := range lanes / 2 {
			DATA(8*lane, U64(lane/2+lane%2*(lanes/4)))
		}
	}
	GLOBL("tails", RODATA|NOPTR)
	for lane := range 16 {
		DATA(4*lane, U32(map[bool]uint32{true: math.MaxUint32}[lane < 8]))
	}
}

// bits returns a vector that repeats one word. AVX-512 has enough registers to
// keep it in a register; AVX2 reads it from memory.
func (m *machine) bits(b uint32) Op {
	if !m.wide() {
		return m.data.at(b)
	}
	d := m.new()
	VBROADCASTSS(m.data.at(b), d)
	return d
}

// rare is number for a constant that is used rarely: it stays in memory and
// needs no register.
func (m *machine) rare(v float64) Op { return m.data.at(math.Float32bits(float32(v))) }

// number returns a vector that repeats one number.
func (m *machine) number(v float64) Op { return m.bits(math.Float32bits(float32(v))) }

// register returns a constant in a register.
func (m *machine) register(c Op) vec {
	if r, ok := c.(vec); ok {
		return r
	}
	d := m.new()
	VMOVUPS(c, d)
	return d
}

func (m *machine) zero() vec {
	d := m.new()
	if m.wide() {
		VPXORD(d, d, d)
	} else {
		VXORPS(d, d, d)
	}
	return d
}

// Arithmetic. Only the last argument may be a constant in memory.

func (m *machine) add(a vec, b Op) vec { d := m.new(); VADDPS(b, a, d); return d }
func (m *machine) sub(a vec, b Op) vec { d := m.new(); VSUBPS(b, a, d); return d }
func (m *machine) mul(a vec, b Op) vec { d := m.new(); VMULPS(b, a, d); return d }
func (m *machine) div(a vec, b Op) vec { d := m.new(); VDIVPS(b, a, d); return d }
func (m *machine) sqrt(x vec) vec      { d := m.new(); VSQRTPS(x, d); return d }

// atMost returns min(x, limit), and atLeast returns max(x, limit). Both return
// x where it is NaN.
func (m *machine) atMost(x vec, limit Op) vec {
	d := m.new()
	VMINPS(x, m.register(limit), d)
	return d
}

func (m *machine) atLeast(x vec, limit Op) vec {
	d := m.new()
	VMAXPS(x, m.register(limit), d)
	return d
}

// mulAdd returns a*b + c, rounded once.
func (m *machine) mulAdd(a vec, b, c Op) vec {
	d := m.new()
	if _, inMemory := c.(Mem); inMemory {
		VMOVAPS(a, d)
		VFMADD213PS(c, m.register(b), d)
	} else {
		VMOVAPS(c, d)
		VFMADD231PS(b, a, d)
	}
	return d
}

// subMul returns c - a*b, rounded once.
func (m *machine) subMul(c, a vec, b Op) vec {
	d := m.new()
	VMOVAPS(c, d)
	VFNMADD231PS(b, a, d)
	return d
}

// polynomial returns c[0] + c[1]*x + c[2]*x^2 + ... by Horner's rule.
func (m *machine) polynomial(x vec, c []Op) vec {
	sum := m.register(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		sum = m.mulAdd(sum, x, c[i])
	}
	return sum
}

// Rounding modes to whole numbers.
const (
	nearest = 8
	down    = 9
)

func (m *machine) round(x vec, way uint64) vec {
	d := m.new()
	if m.wide() {
		VRNDSCALEPS(U8(way), x, d)
	} else {
		VROUNDPS(U8(way), x, d)
	}
	return d
}

// Bits.

func (m *machine) and(a vec, b Op) vec {
	d := m.new()
	if m.wide() {
		VPANDD(b, a, d)
	} else {
		VPAND(b, a, d)
	}
	return d
}

func (m *machine) or(a vec, b Op) vec {
	d := m.new()
	if m.wide() {
		VPORD(b, a, d)
	} else {
		VPOR(b, a, d)
	}
	return d
}

func (m *machine) xor(a vec, b Op) vec {
	d := m.new()
	if m.wide() {
		VPXORD(b, a, d)
	} else {
		VPXOR(b, a, d)
	}
	return d
}

func (m *machine) addInt(a vec, b Op) vec { d := m.new(); VPADDD(b, a, d); return d }
func (m *machine) subInt(a vec, b Op) vec { d := m.new(); VPSUBD(b, a, d); return d }

func (m *machine) left(a vec, n uint64) vec  { d := m.new(); VPSLLD(U8(n), a, d); return d }
func (m *machine) right(a vec, n uint64) vec { d := m.new(); VPSRLD(U8(n), a, d); return d }

// rightSigned shifts to the right and copies the sign bit.
func (m *machine) rightSigned(a vec, n uint64) vec { d := m.new(); VPSRAD(U8(n), a, d); return d }

func (m *machine) toInt(x vec) vec   { d := m.new(); VCVTPS2DQ(x, d); return d }
func (m *machine) fromInt(x vec) vec { d := m.new(); VCVTDQ2PS(x, d); return d }

// truncate returns x truncated to a signed integer, or -2^31 where x is NaN or
// outside the range.
func (m *machine) truncate(x vec) vec { d := m.new(); VCVTTPS2DQ(x, d); return d }

// Comparisons.
const (
	equal        = 0x00
	notEqual     = 0x04 // also where either is NaN
	less         = 0x11
	lessEqual    = 0x12
	unordered    = 0x03 // either is NaN
	equalOrNaN   = 0x08
	notLess      = 0x15 // also where either is NaN
	notLessEqual = 0x16 // also where either is NaN
	notGreater   = 0x1a // also where either is NaN
)

func (m *machine) cmp(how uint64, a vec, b Op) mask {
	var d mask = m.new()
	if m.wide() {
		d = K()
	}
	VCMPPS(U8(how), b, a, d)
	return d
}

// blend returns yes where k is set, and no elsewhere.
func (m *machine) blend(k mask, yes Op, no vec) vec {
	d := m.new()
	if !m.wide() {
		VBLENDVPS(k, yes, no, d)
		return d
	}
	i, err := x86.VBLENDMPS(yes, no, k, d)
	if err != nil {
		panic(err)
	}
	i.Inputs = i.Inputs[:3] // avo counts d as an input; it would keep its register in use from the beginning
	Instruction(i)
	return d
}

// maximum returns the maximum of a and b as defined by Go: NaN if either is
// NaN, and +0 rather than -0. The instruction returns its second argument if
// both are equal or one is NaN. So the result of both orders of arguments gives
// the correct sign of zero.
func (m *machine) maximum(a, b vec) vec {
	ab, ba := m.new(), m.new()
	VMAXPS(b, a, ab)
	VMAXPS(a, b, ba)
	return m.blend(m.cmp(unordered, a, b), m.add(a, b), m.and(ab, ba))
}

// minimum is simpler: the bitwise or of a NaN and any value is still a NaN.
func (m *machine) minimum(a, b vec) vec {
	ab, ba := m.new(), m.new()
	VMINPS(b, a, ab)
	VMINPS(a, b, ba)
	return m.or(ab, ba)
}
