package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var avx512 = set{name: "AVX512", shapes: []shape{{1, []int{12, 8, 5, 4, 3, 2, 1}}, {2, []int{12, 8, 5, 4, 3, 2, 1}}, {3, []int{8, 5, 4, 3, 2, 1}}}}

// avx512Half describes the tiles of panels with a last vector that is at most
// half full. They hold the results of this vector in half a register. On a
// processor that computes a whole register in two parts, this saves one part.
var avx512Half = set{name: "AVX512Half", half: true, shapes: avx512.shapes}

var avx512Gathered = set{name: "AVX512Gathered", gathers: true, shapes: avx512.shapes}

func bankAVX512() []reg.VecPhysical {
	return []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}
}

func tilesAVX512(c *build.Context) {
	for _, set := range []set{avx512, avx512Half, avx512Gathered} {
		for _, s := range set.shapes {
			for _, rows := range s.heights {
				tileAVX512(c, set, rows, s.vectors)
			}
		}
	}
}

func tileAVX512(c *build.Context, of set, rows, vectors int) {
	t := &tile{Context: c, rows: rows, vectors: vectors, half: of.half, gathers: of.gathers, bytes: 64}
	t.zero = func(r reg.VecPhysical) { t.VPXORD(r, r, r) }
	t.begin(of)
	t.registers(bankAVX512())

	mask := t.GP64()
	t.Load(t.Param("mask"), mask)
	t.KMOVW(mask.As32(), reg.K1)
	last := vectors - 1
	t.multiply(func(m operand.Mem, v int) {
		if v == last {
			t.VMOVUPS_Z(m, reg.K1, t.sized(t.right[v], v))
		} else {
			t.VMOVUPS(m, t.right[v])
		}
	})

	ldc := t.elements("ldc")
	three := t.triple(ldc)
	at := t.addresses(t.Load(t.Param("c"), t.GP64()), ldc)
	add := t.Load(t.Param("add"), t.GP64())
	t.TESTQ(add, add)
	t.JZ(operand.LabelRef("store"))
	t.eachResult(at, ldc, three, func(m operand.Mem, acc reg.VecPhysical, v int) {
		if v == last {
			t.VADDPS(m, t.sized(acc, v), reg.K1, t.sized(acc, v))
		} else {
			t.VADDPS(m, acc, acc)
		}
	})
	t.Label("store")
	t.eachResult(at, ldc, three, func(m operand.Mem, acc reg.VecPhysical, v int) {
		if v == last {
			t.VMOVUPS(t.sized(acc, v), reg.K1, m)
		} else {
			t.VMOVUPS(acc, m)
		}
	})
	t.VZEROUPPER()
	t.RET()
}

// eachResult calls do with every accumulator and its address in c.
func (t *tile) eachResult(at []reg.GPVirtual, ldc, three reg.GPVirtual, do func(m operand.Mem, acc reg.VecPhysical, v int)) {
	for i, accumulators := range t.acc {
		for v, acc := range accumulators {
			m := row(at, i, ldc, three)
			m.Disp = v * t.bytes
			do(m, acc, v)
		}
	}
}
