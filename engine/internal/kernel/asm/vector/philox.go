package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Constants of Philox (Salmon et al. 2011, Parallel random numbers: as easy as
// 1, 2, 3).
const (
	philoxM0, philoxM1 = 0xD2511F53, 0xCD9E8D57
	philoxW0, philoxW1 = 0x9E3779B9, 0xBB67AE85
	philoxRounds       = 10
)

// philox generates the random bits. Each 64-bit lane computes one block of four
// words. The four words of the counter are in four registers, in the lower
// halves of the lanes. The upper halves may have any value: a multiplication
// reads only the lower halves, and the high word of its result is moved down by
// a shift. Lanes 2i and 2i+1 hold blocks i and i+lanes/4, so interleaving the
// words of neighbouring lanes puts the blocks in order.
func (m *machine) philox() {
	blocks := m.lanes / 2
	TEXT("philox"+m.name, NOSPLIT, "func(dst []uint32, key, counter *[2]uint32, block uint64)")
	Doc("philox"+m.name+" fills dst with the blocks [block, 0, counter[0], counter[1]], [block+1, ...]...",
		"of Philox-4x32-10. The length of dst must be a multiple of twice the lanes.")
	dst, left := pointer("dst"), Load(Param("dst").Len(), GP64())
	key0, key1 := m.lane64(loadWord("key", 0)), m.lane64(loadWord("key", 1))
	counter2, counter3 := m.lane64(loadWord("counter", 0)), m.lane64(loadWord("counter", 1))
	block := m.lane64(Load(Param("block"), GP64()))
	VPADDQ(m.data.blockOrder(m.lanes), block, block)
	mul0, mul1 := m.bits(philoxM0), m.bits(philoxM1)
	bump0, bump1 := m.bits(philoxW0), m.bits(philoxW1)
	step := m.lane64(constant64(uint64(blocks)))

	Label("next")
	SUBQ(U8(4*blocks), left)
	JLT(LabelRef("done"))
	c := [4]vec{block, m.zero(), counter2, counter3}
	k0, k1 := key0, key1
	for round := range philoxRounds {
		if round > 0 {
			k0, k1 = m.addInt(k0, bump0), m.addInt(k1, bump1)
		}
		p0, p1 := m.product(c[0], mul0), m.product(c[2], mul1)
		c = [4]vec{m.xor3(m.upper(p1), c[1], k0), p1, m.xor3(m.upper(p0), c[3], k1), p0}
	}
	first, second := m.paired(c[0], c[1]), m.paired(c[2], c[3])
	low, high := m.new(), m.new()
	VPUNPCKLQDQ(second, first, low)
	VPUNPCKHQDQ(second, first, high)
	VMOVUPS(low, Mem{Base: dst})
	VMOVUPS(high, Mem{Base: dst, Disp: 4 * m.lanes})
	ADDQ(U8(8*m.lanes), dst)
	VPADDQ(step, block, block)
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}

func loadWord(name string, i int) reg.Register {
	d := GP32()
	MOVL(Mem{Base: Load(Param(name), GP64()), Disp: 4 * i}, d)
	return d.As64()
}

func constant64(v uint64) reg.Register {
	d := GP64()
	MOVQ(U64(v), d)
	return d
}

// lane64 returns a vector that repeats one 64-bit value.
func (m *machine) lane64(v reg.Register) vec {
	d, x := m.new(), XMM()
	VMOVQ(v, x)
	VPBROADCASTQ(x, d)
	return d
}

func (m *machine) product(a vec, b Op) vec { d := m.new(); VPMULUDQ(b, a, d); return d }
func (m *machine) upper(a vec) vec         { d := m.new(); VPSRLQ(U8(32), a, d); return d }

func (m *machine) xor3(a, b, c vec) vec {
	if !m.wide() {
		return m.xor(m.xor(a, b), c)
	}
	VPTERNLOGD(U8(0x96), c, b, a)
	return a
}

// paired puts the lower halves of the lanes of b above those of a.
func (m *machine) paired(a, b vec) vec {
	shifted := m.new()
	VPSLLQ(U8(32), b, shifted)
	d := m.new()
	if m.wide() {
		k := K()
		word := GP32()
		MOVL(U32(0xaaaa), word)
		KMOVW(word, k)
		VPBLENDMD(shifted, a, k, d)
	} else {
		VPBLENDD(U8(0xaa), shifted, a, d)
	}
	return d
}
