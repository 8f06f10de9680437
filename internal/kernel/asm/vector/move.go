package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// columns gathers elements a stride apart without gathering, which takes more
// than a cycle an element: 16 of them lie in stride vectors, and element i is
// in lane i*stride%16 of one of them, whichever that is. So one permutation
// serves all vectors, each for the lanes that its mask says. Only AVX-512 masks
// permutations.
func (m *machine) columns() {
	TEXT("columns"+m.name, NOSPLIT, "func(dst, src []float32, stride int, lanes *[16]uint32, masks *[16]uint16)")
	Doc("columns"+m.name+" sets dst[i] = src[i*stride] for whole vectors, reading 16*stride elements for",
		"each. Element i of a vector is in lane lanes[i] of vector v of src if bit i of", "masks[v] is set.")
	dst, src, left := pointer("dst"), pointer("src"), Load(Param("dst").Len(), GP64())
	stride, masks := Load(Param("stride"), GP64()), Load(Param("masks"), GP64())
	lanes, gathered := m.new(), m.new()
	VMOVDQU32(Mem{Base: Load(Param("lanes"), GP64())}, lanes)
	Label("next")
	SUBQ(U8(m.lanes), left)
	JLT(LabelRef("done"))
	v := GP64()
	XORQ(v, v)
	VPXORD(gathered, gathered, gathered) // so as not to wait for the last one
	Label("vector")
	k := K()
	KMOVW(Mem{Base: masks, Index: v, Scale: 2}, k)
	VPERMPS(Mem{Base: src}, lanes, k, gathered)
	ADDQ(U8(64), src)
	INCQ(v)
	CMPQ(v, stride)
	JLT(LabelRef("vector"))
	VMOVUPS(gathered, Mem{Base: dst})
	ADDQ(U8(64), dst)
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}

// repeat stores a whole vector for every element and lets the next overwrite
// what is too much.
func (m *machine) repeat() {
	TEXT("repeat"+m.name, NOSPLIT, "func(dst, src []float32, times int)")
	Doc("repeat"+m.name+" sets dst[i*times] and the elements up to a vector's length from there",
		"to src[i], in this order.")
	dst, src, left := pointer("dst"), pointer("src"), Load(Param("src").Len(), GP64())
	step := Load(Param("times"), GP64()).(reg.GPVirtual)
	SHLQ(U8(2), step)
	TESTQ(left, left)
	JEQ(LabelRef("done"))
	Label("next")
	x := m.new()
	VBROADCASTSS(Mem{Base: src}, x)
	VMOVUPS(x, Mem{Base: dst})
	ADDQ(U8(4), src)
	ADDQ(step, dst)
	DECQ(left)
	JNE(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}

func (m *machine) fill() {
	TEXT("fill"+m.name, NOSPLIT, "func(dst []float32, v float32)")
	Doc("fill" + m.name + " sets dst[i] = v.")
	dst, v := pointer("dst"), m.new()
	VBROADCASTSS(Load(Param("v"), XMM()), v)
	m.over(func(l *loop) { l.store(dst, v) })
}

// rows writes the two movements of rows whose length is a multiple of 16: rows
// copied from places a stride apart, and rows of one element each.
func (m *machine) rows() {
	TEXT("copyRows"+m.name, NOSPLIT, "func(dst, src []float32, length, stride int)")
	Doc("copyRows"+m.name+" fills dst with rows of length elements, which begin stride apart in src.",
		"length must be a multiple of 16 and len(dst) of length.")
	m.eachRow("length", func(reg.Register) {}, func(src, column reg.Register) vec {
		x := m.new()
		VMOVUPS(Mem{Base: src, Index: column, Scale: 4}, x)
		return x
	})

	TEXT("repeatRows"+m.name, NOSPLIT, "func(dst, src []float32, times, stride int)")
	Doc("repeatRows"+m.name+" fills dst with each element of src, stride apart, as often as times says,",
		"which must be a multiple of 16 and divide len(dst).")
	element := m.new()
	m.eachRow("times",
		func(src reg.Register) { VBROADCASTSS(Mem{Base: src}, element) },
		func(_, _ reg.Register) vec { return element })
}

// eachRow stores row after row of what vector returns for the columns of one,
// after begin has run for it.
func (m *machine) eachRow(length string, begin func(src reg.Register), vector func(src, column reg.Register) vec) {
	dst, src, left := pointer("dst"), pointer("src"), Load(Param("dst").Len(), GP64())
	row, step := Load(Param(length), GP64()), Load(Param("stride"), GP64()).(reg.GPVirtual)
	SHLQ(U8(2), step)
	Label("row")
	SUBQ(row, left)
	JLT(LabelRef("done"))
	begin(src)
	column := GP64()
	XORQ(column, column)
	Label("vector")
	VMOVUPS(vector(src, column), Mem{Base: dst})
	ADDQ(U8(4*m.lanes), dst)
	ADDQ(U8(m.lanes), column)
	CMPQ(column, row)
	JLT(LabelRef("vector"))
	ADDQ(step, src)
	JMP(LabelRef("row"))
	Label("done")
	VZEROUPPER()
	RET()
}
