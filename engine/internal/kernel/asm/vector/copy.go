package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// columns copies elements that are a stride apart. It does not use gather
// instructions, which need more than a cycle for each element; see pick.
func (m *machine) columns() {
	TEXT("columns"+m.name, NOSPLIT, "func(dst, src []float32, stride int, lanes *uint32, masks *uint16)")
	Doc("columns"+m.name+" sets dst[i] = src[i*stride] for whole vectors. It reads 16*stride elements for",
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

// pick returns 16 elements that have a constant distance. They are in the given
// number of vectors from x on. Each of them is in a different lane number,
// whichever vector holds it. So one permutation works for all vectors; a mask
// selects the lanes of each vector. Only AVX-512 has masked permutations.
func (m *machine) pick(label string, x, vectors reg.Register, lanes vec, masks reg.Register) vec {
	picked, v, at := m.new(), GP64(), GP64()
	XORQ(v, v)
	MOVQ(x, at)
	VPXORD(picked, picked, picked) // avoids a wait for the previous value
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

// repeat stores a whole vector for every element; the next vector overwrites
// the surplus.
func (m *machine) repeat() {
	TEXT("repeat"+m.name, NOSPLIT, "func(dst, src []float32, times int)")
	Doc("repeat"+m.name+" sets dst[i*times] and the following elements, up to the length of a",
		"vector, to src[i], for ascending i.")
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

// rows generates two copies of rows with a length that is a multiple of 16:
// copies of rows that begin a stride apart, and rows that repeat one element.
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
	Doc("repeatRows"+m.name+" fills dst with each element of src, stride apart, repeated times times.",
		"times must be a multiple of 16 and divide len(dst).")
	element := m.new()
	m.eachRow("times",
		func(src reg.Register) { VBROADCASTSS(Mem{Base: src}, element) },
		func(_, _ reg.Register) vec { return element })
}

// eachRow stores one row after the other. For each row it runs begin and then
// stores the results of vector for all columns.
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
