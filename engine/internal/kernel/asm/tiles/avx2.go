package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var avx2 = set{name: "AVX2", shapes: []shape{{1, []int{6, 5, 4, 3, 2, 1}}, {2, []int{6, 5, 4, 3, 2, 1}}}}

var avx2Gathered = set{name: "AVX2Gathered", gathers: true, shapes: avx2.shapes}

func bankAVX2() []reg.VecPhysical {
	return []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}
}

func tilesAVX2(c *build.Context) {
	for _, set := range []set{avx2, avx2Gathered} {
		for _, s := range set.shapes {
			for _, rows := range s.heights {
				tileAVX2(c, set, rows, s.vectors)
			}
		}
	}
}

func tileAVX2(c *build.Context, of set, rows, vectors int) {
	t := &tile{Context: c, rows: rows, vectors: vectors, gathers: of.gathers, bytes: 32}
	t.zero = func(r reg.VecPhysical) { t.VXORPS(r, r, r) }
	t.begin(of)
	t.registers(bankAVX2())
	t.multiply(func(m operand.Mem, v int) { t.VMOVUPS(m, t.right[v]) })

	ldc := t.elements("ldc")
	three := t.triple(ldc)
	at := t.addresses(t.Load(t.Param("c"), t.GP64()), ldc)
	add := t.Load(t.Param("add"), t.GP64())
	t.TESTQ(add, add)
	t.JZ(operand.LabelRef("store"))
	t.eachResult(at, ldc, three, func(m operand.Mem, acc reg.VecPhysical, _ int) { t.VADDPS(m, acc, acc) })
	t.Label("store")
	t.eachResult(at, ldc, three, func(m operand.Mem, acc reg.VecPhysical, _ int) { t.VMOVUPS(acc, m) })
	t.VZEROUPPER()
	t.RET()
}
