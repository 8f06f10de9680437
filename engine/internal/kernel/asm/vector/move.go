package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// columns gathers elements a stride apart without gathering, which takes more
// than a cycle an element: see pick.
func (m *machine) columns() {
	TEXT("columns"+m.name, NOSPLIT, "func(dst, src []float32, stride int, lanes *uint32, masks *uint16)")
	Doc("columns"+m.name+" sets dst[i] = src[i*stride] for whole vectors, reading 16*stride elements for",
		"each. Element i of 16 is in lane lanes[i] of vector v if bit i of masks[v] is set.")
	dst, src, left := pointer("dst"), pointer("src"), Load(Param("dst").Len(), GP64())
	stride, masks, size := Load(Param("stride"), GP64()), Load(Param("masks"), GP64()), GP64()
	MOVQ(stride, size)
	SHLQ(U8(6), size)
	lanes := m.new()
	VMOVDQU32(Mem{Base: Load(Param("lanes"), GP64())}, lanes)
	Label("next")
	SUBQ(U8(m.lanes), left)
	JLT(LabelRef("done"))
	VMOVUPS(m.pick("vector", src, stride, lanes, masks), Mem{Base: dst})
	ADDQ(size, src)
	ADDQ(U8(64), dst)
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}

// pick returns 16 elements that are always the same distance apart. They lie in
// as many vectors from x on, each in a lane of its own of one of them, whichever
// that is. So one permutation serves all vectors, each for the lanes that its
// mask says. Only AVX-512 masks permutations.
func (m *machine) pick(label string, x, vectors reg.Register, lanes vec, masks reg.Register) vec {
	picked, v, at := m.new(), GP64(), GP64()
	XORQ(v, v)
	MOVQ(x, at)
	VPXORD(picked, picked, picked) // so as not to wait for the last one
	Label(label)
	k := K()
	KMOVW(Mem{Base: masks, Index: v, Scale: 2}, k)
	VPERMPS(Mem{Base: at}, lanes, k, picked)
	ADDQ(U8(64), at)
	INCQ(v)
	CMPQ(v, vectors)
	JLT(LabelRef(label))
	return picked
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
