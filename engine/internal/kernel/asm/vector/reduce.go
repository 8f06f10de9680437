package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sums is the number of partial sums of a reduction. It is large enough to hide
// the latency of an addition on every instruction set. Element i is added to
// partial sum i%sums. The partial sums are added in halves: 16 to 16, 8 to 8,
// ..., 1 to 1.
const sums = 32

// An operator combines two vectors into one.
type operator func(m *machine, a, b vec) vec

func (m *machine) sum() {
	TEXT("sum"+m.name, NOSPLIT, "func(x []float32) float32")
	Doc(fmt.Sprintf("sum%s returns the sum of x, added in %d partial sums.", m.name, sums))
	m.fold(m.zero(), func(m *machine, a, b vec) vec { return m.add(a, b) })
}

func (m *machine) maxOf() {
	TEXT("maxOf"+m.name, NOSPLIT, "func(start float32, x []float32) float32")
	Doc(fmt.Sprintf("maxOf%s returns the maximum of start and x, NaN if any is NaN.", m.name))
	start := m.new()
	VBROADCASTSS(Load(Param("start"), XMM()), start)
	m.fold(start, (*machine).maximum)
}

// rowsOf generates the reduction of short rows, 16 at a time. The number of
// vectors that 16 rows fill is the length of a row. [machine.pick] copies
// columns out of these vectors.
func (m *machine) rowsOf(name, meaning string, with operator) {
	TEXT(name+"Rows"+m.name, NOSPLIT, "func(acc, x []float32, length int, lanes *uint32, masks *uint16)")
	Doc(name+"Rows"+m.name+" sets acc[i] to "+meaning+" acc[i], x[i*length], x[i*length+1], ...",
		"x[i*length+length-1], in this order, for whole vectors of i. It reads 16*length",
		"elements for each. lanes and masks give the positions of the columns of 16 rows,", "with 16 entries of each for a column.")
	acc, left, x := pointer("acc"), Load(Param("acc").Len(), GP64()), pointer("x")
	length, size := Load(Param("length"), GP64()), GP64()
	MOVQ(length, size)
	SHLQ(U8(6), size)
	folded := m.new()
	Label("next")
	SUBQ(U8(m.lanes), left)
	JLT(LabelRef("done"))
	VMOVUPS(Mem{Base: acc}, folded)
	lanes, masks, j := Load(Param("lanes"), GP64()), Load(Param("masks"), GP64()), GP64()
	MOVQ(length, j)
	Label("column")
	order := m.new()
	VMOVDQU32(Mem{Base: lanes}, order)
	VMOVAPS(with(m, folded, m.pick("vector", x, length, order, masks)), folded)
	ADDQ(U8(64), lanes)
	ADDQ(U8(32), masks)
	DECQ(j)
	JNE(LabelRef("column"))
	VMOVUPS(folded, Mem{Base: acc})
	ADDQ(size, x)
	ADDQ(U8(64), acc)
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}

// fold generates a reduction of x that begins with start.
func (m *machine) fold(start vec, with operator) {
	x, left := pointer("x"), Load(Param("x").Len(), GP64()).(reg.GPVirtual)
	acc := make([]vec, sums/m.lanes)
	for i := range acc {
		acc[i] = m.copied(start)
	}
	l := &loop{m: m, left: left, at: GP64()}
	XORQ(l.at, l.at)
	SUBQ(U8(sums), left)
	JLT(LabelRef("rest"))
	Label("whole")
	for i := range acc {
		VMOVAPS(with(m, acc[i], l.loadAt(x, i)), acc[i])
	}
	ADDQ(U8(sums), l.at)
	SUBQ(U8(sums), left)
	JGE(LabelRef("whole"))
	Label("rest")
	ADDQ(U8(sums), left)
	l.foldRest(x, acc, start, with)
	for len(acc) > 1 {
		half := len(acc) / 2
		for i := range half {
			acc[i] = with(m, acc[i], acc[i+half])
		}
		acc = acc[:half]
	}
	result := m.across(acc[0], with)
	VZEROUPPER()
	Store(result, ReturnIndex(0))
	RET()
}

// foldRest reduces fewer than sums elements, vector by vector. The last vector
// is padded with start.
func (l *loop) foldRest(x reg.Register, acc []vec, start vec, with operator) {
	for i := range acc {
		CMPQ(l.left, U8(l.m.lanes))
		JLT(LabelRef(fmt.Sprint("last", i)))
		VMOVAPS(with(l.m, acc[i], l.loadAt(x, 0)), acc[i])
		ADDQ(U8(l.m.lanes), l.at)
		SUBQ(U8(l.m.lanes), l.left)
	}
	for i := range acc {
		Label(fmt.Sprint("last", i))
		TESTQ(l.left, l.left)
		JEQ(LabelRef("folded"))
		VMOVAPS(with(l.m, acc[i], l.padded(x, start)), acc[i])
		JMP(LabelRef("folded"))
	}
	Label("folded")
}

// loadAt loads vector i from the current index of the loop on.
func (l *loop) loadAt(base reg.Register, i int) vec {
	d := l.m.new()
	VMOVUPS(l.words(base).Offset(4*l.m.lanes*i), d)
	return d
}

// padded loads the remaining elements and fills the rest of the vector with
// start.
func (l *loop) padded(x reg.Register, start vec) vec {
	first, d := l.m.firstLanes(l.left), l.m.copied(start)
	if l.m.wide() {
		VMOVUPS(l.words(x), first, d)
		return d
	}
	VMASKMOVPS(l.words(x), first, d)
	return l.m.blend(first, d, start)
}

func (m *machine) copied(x vec) vec {
	d := m.new()
	VMOVAPS(x, d)
	return d
}

// across reduces the lanes of x in halves.
func (m *machine) across(x vec, with operator) vec {
	for m.lanes > 4 {
		n := m.narrower()
		low, high := n.new(), n.new()
		if m.wide() {
			VEXTRACTF64X4(U8(1), x, high)
			VMOVAPS(x.AsY(), low)
		} else {
			VEXTRACTF128(U8(1), x, high)
			VMOVAPS(x.AsX(), low)
		}
		m, x = n, with(n, low, high)
	}
	for _, order := range []uint64{0x4e, 0x01} { // moves lanes 2, 3 to 0, 1; then lane 1 to 0
		other := m.new()
		VPSHUFD(U8(order), x, other)
		x = with(m, x, other)
	}
	return x
}
