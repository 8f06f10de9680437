package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packKernelNames contains the names of the packing kernels of amd64.
var packKernelNames = []string{"copyRunsAVX512", "transposeAVX512", "copyRunsAVX2", "transposeAVX2"}

// stagingNames contains the names of the kernels that use a table of pairs.
var stagingNames = []string{"copyEachAVX512", "copyEverySecondAVX512"}

func copyEach(c *build.Context)        { copyEachAVX512(c, 1) }
func copyEverySecond(c *build.Context) { copyEachAVX512(c, 2) }

const packParameters = "(dst *float32, ld int, src *float32, table *int, count, n int)"

// A packKernel is a packing kernel that is being generated. It reads a table of
// count offsets. The caller passes the position of the first one in memory, and the kernel
// goes back to that of the offset 0, which can be outside of the memory.
type packKernel struct {
	*build.Context
	dst, ld, src, table, count, n reg.GPVirtual
	offset                        reg.GPVirtual
}

func beginPacking(c *build.Context, name, doc string) *packKernel {
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func" + packParameters)
	c.Doc(name + " " + doc)
	m := &packKernel{Context: c, offset: c.GP64()}
	load := func(name string) reg.GPVirtual {
		r := c.GP64()
		c.Load(c.Param(name), r)
		return r
	}
	m.dst, m.ld, m.src = load("dst"), load("ld"), load("src")
	m.table, m.count, m.n = load("table"), load("count"), load("n")
	c.SHLQ(operand.U8(2), m.ld)
	m.MOVQ(operand.Mem{Base: m.table}, m.offset)
	m.toOffsetZero()
	return m
}

// toOffsetZero goes from the position of an offset to that of the offset 0. It changes
// m.offset.
func (m *packKernel) toOffsetZero() {
	m.SHLQ(operand.U8(2), m.offset)
	m.SUBQ(m.offset, m.src)
}

// from loads entry i of the table and returns the memory operand at that
// offset.
func (m *packKernel) from(i int) operand.Mem {
	m.MOVQ(operand.Mem{Base: m.table, Disp: 8 * i}, m.offset)
	return operand.Mem{Base: m.src, Index: m.offset, Scale: 4}
}

// maskOf sets the lowest lanes bits of K1.
func (m *packKernel) maskOf(lanes reg.GPVirtual) {
	bits, shift := m.GP64(), reg.RCX
	m.MOVQ(lanes, shift)
	m.MOVQ(operand.I32(-1), bits)
	m.SHLQ(reg.CL, bits)
	m.NOTQ(bits)
	m.KMOVW(bits.As32(), reg.K1)
}

// copyRunsAVX512 copies n contiguous elements for each entry of the table to
// lines that are ld apart. It copies whole vectors, and a last vector with a
// mask. Runs of up to three vectors, the width of a panel, have separate loops.
func copyRunsAVX512(c *build.Context) {
	m := beginPacking(c, "copyRunsAVX512", "copies n contiguous elements for each entry of table to lines that are ld apart.")
	whole, tail := m.GP64(), m.GP64()
	m.LEAQ(operand.Mem{Base: m.n, Disp: -1}, whole)
	m.SHRQ(operand.U8(4), whole)
	m.MOVQ(whole, tail)
	m.SHLQ(operand.U8(4), tail)
	m.SUBQ(m.n, tail)
	m.NEGQ(tail) // 1..16 lanes of the last vector
	m.maskOf(tail)
	names := []string{"one", "two", "three"}
	for v, name := range names {
		m.CMPQ(whole, operand.U8(v))
		m.JE(operand.LabelRef(name))
	}
	m.wideRuns(whole)
	for v, name := range names {
		m.Label(name)
		m.runs(v + 1)
		m.RET()
	}
}

// wideRuns generates the loop for runs of any length, of whole+1 vectors.
func (m *packKernel) wideRuns(whole reg.GPVirtual) {
	from, to, left := m.GP64(), m.GP64(), m.GP64()
	m.Label("wide")
	m.LEAQ(m.from(0), from)
	m.MOVQ(m.dst, to)
	m.MOVQ(whole, left)
	m.Label("vector")
	m.VMOVUPS(operand.Mem{Base: from}, reg.Z0)
	m.VMOVUPS(reg.Z0, operand.Mem{Base: to})
	m.ADDQ(operand.U8(64), from)
	m.ADDQ(operand.U8(64), to)
	m.DECQ(left)
	m.JNZ(operand.LabelRef("vector"))
	m.VMOVUPS_Z(operand.Mem{Base: from}, reg.K1, reg.Z0)
	m.VMOVUPS(reg.Z0, reg.K1, operand.Mem{Base: to})
	m.ADDQ(m.ld, m.dst)
	m.ADDQ(operand.U8(8), m.table)
	m.DECQ(m.count)
	m.JNZ(operand.LabelRef("wide"))
	m.VZEROUPPER()
	m.RET()
}

// runs generates the loop for runs of a fixed number of vectors, the last one
// masked.
func (m *packKernel) runs(vectors int) {
	loop := []string{"", "loop1", "loop2", "loop3"}[vectors]
	z := []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2}
	m.Label(loop)
	from := m.from(0)
	for v := range vectors {
		from.Disp = 64 * v
		if v == vectors-1 {
			m.VMOVUPS_Z(from, reg.K1, z[v])
		} else {
			m.VMOVUPS(from, z[v])
		}
	}
	for v := range vectors {
		if from.Disp = 64 * (vectors + v); vectors == 3 { // prefetch the panel to the right
			m.PREFETCHT1(from)
		}
	}
	for v := range vectors {
		to := operand.Mem{Base: m.dst, Disp: 64 * v}
		if v == vectors-1 {
			m.VMOVUPS(z[v], reg.K1, to)
		} else {
			m.VMOVUPS(z[v], to)
		}
	}
	m.ADDQ(m.ld, m.dst)
	m.ADDQ(operand.U8(8), m.table)
	m.DECQ(m.count)
	m.JNZ(operand.LabelRef(loop))
	m.VZEROUPPER()
}

const stagingParameters = "(dst, src *float32, table *int32, count, n, skip int)"

// copyEachAVX512 copies short lines of n <= 16 elements. Each entry of the
// table is a position in dst, which begins at position skip, and a position in
// src; src is the memory of the first one. If every is 2, it takes every second element of src.
func copyEachAVX512(c *build.Context, every int) {
	name := []string{"", "copyEachAVX512", "copyEverySecondAVX512"}[every]
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func" + stagingParameters)
	m := &packKernel{Context: c, dst: c.GP64(), src: c.GP64(), table: c.GP64(), count: c.GP64(), n: c.GP64(), offset: c.GP64()}
	for _, p := range []struct {
		name string
		r    reg.GPVirtual
	}{{"dst", m.dst}, {"src", m.src}, {"table", m.table}, {"count", m.count}, {"n", m.n}} {
		c.Load(c.Param(p.name), p.r)
	}
	m.MOVLQSX(operand.Mem{Base: m.table, Disp: 4}, m.offset)
	m.toOffsetZero()
	m.maskOf(m.n)
	skip := c.Load(c.Param("skip"), c.GP64())
	if every == 2 {
		m.secondMasks()
	}
	m.Label("line")
	m.MOVLQSX(operand.Mem{Base: m.table, Disp: 4}, m.offset)
	from := operand.Mem{Base: m.src, Index: m.offset, Scale: 4}
	if every == 1 {
		m.VMOVUPS_Z(from, reg.K1, reg.Z0)
	} else {
		m.VMOVUPS_Z(from, reg.K2, reg.Z0)
		from.Disp = 64
		m.VMOVUPS_Z(from, reg.K3, reg.Z1)
		m.VPERMT2PS(reg.Z1, reg.Z2, reg.Z0)
	}
	m.MOVLQSX(operand.Mem{Base: m.table}, m.offset)
	m.SUBQ(skip, m.offset)
	m.VMOVUPS(reg.Z0, reg.K1, operand.Mem{Base: m.dst, Index: m.offset, Scale: 4})
	m.ADDQ(operand.U8(8), m.table)
	m.DECQ(m.count)
	m.JNZ(operand.LabelRef("line"))
	m.VZEROUPPER()
	m.RET()
}

// secondMasks sets K2 and K3 to masks of the 2n-1 elements, in two vectors,
// that contain n elements and the elements between them. It sets Z2 to the
// indices of every second element.
func (m *packKernel) secondMasks() {
	bits, shift := m.GP64(), reg.RCX
	m.LEAQ(operand.Mem{Base: m.n, Index: m.n, Scale: 1, Disp: -1}, shift)
	m.MOVQ(operand.I32(-1), bits)
	m.SHLQ(reg.CL, bits)
	m.NOTQ(bits)
	m.KMOVW(bits.As32(), reg.K2)
	m.SHRQ(operand.U8(16), bits)
	m.KMOVW(bits.As32(), reg.K3)
	places := m.StaticGlobal("everySecond")
	m.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 16 {
		m.AddDatum(4*i, operand.U32(2*i))
	}
	m.VMOVUPS(places, reg.Z2)
}

// transposeAVX512 transposes 16 rows of n elements, the entries of the table,
// to n lines of 16 elements that are ld apart. It transposes 16 x 16 elements
// at a time, in four rounds of exchanges between pairs of registers, at
// distances of 1, 2, 4 and 8 elements.
func transposeAVX512(c *build.Context) {
	m := beginPacking(c, "transposeAVX512", "writes element k of entry i of table, of 16, to dst[k*ld+i]; count is not used.")
	bank := bankAVX512()
	low, high := bank[:16], bank[16:]
	all := m.GP64()
	m.MOVQ(operand.I32(-1), all)
	m.KMOVW(all.As32(), reg.K1)
	m.Label("block")
	m.CMPQ(m.n, operand.U8(16))
	m.JGE(operand.LabelRef("full"))
	m.maskOf(m.n)
	m.Label("full")
	for i, z := range low {
		m.VMOVUPS_Z(m.from(i), reg.K1, z)
	}
	m.ADDQ(operand.U8(64), m.src)
	for i := 0; i < 16; i += 2 {
		m.VUNPCKLPS(low[i+1], low[i], high[i])
		m.VUNPCKHPS(low[i+1], low[i], high[i+1])
	}
	for i := 0; i < 16; i += 4 {
		m.VUNPCKLPD(high[i+2], high[i], low[i])
		m.VUNPCKHPD(high[i+2], high[i], low[i+1])
		m.VUNPCKLPD(high[i+3], high[i+1], low[i+2])
		m.VUNPCKHPD(high[i+3], high[i+1], low[i+3])
	}
	const even, odd = operand.U8(0x88), operand.U8(0xdd) // selection of 128-bit parts
	for i := 0; i < 16; i += 8 {
		for j := range 4 {
			m.VSHUFF32X4(even, low[i+4+j], low[i+j], high[i+j])
			m.VSHUFF32X4(odd, low[i+4+j], low[i+j], high[i+4+j])
		}
	}
	for j := range 4 {
		m.VSHUFF32X4(even, high[8+j], high[j], low[j])
		m.VSHUFF32X4(even, high[12+j], high[4+j], low[4+j])
		m.VSHUFF32X4(odd, high[8+j], high[j], low[8+j])
		m.VSHUFF32X4(odd, high[12+j], high[4+j], low[12+j])
	}
	for _, z := range low {
		m.VMOVUPS(z, operand.Mem{Base: m.dst})
		m.ADDQ(m.ld, m.dst)
		m.DECQ(m.n)
		m.JZ(operand.LabelRef("done"))
	}
	m.JMP(operand.LabelRef("block"))
	m.Label("done")
	m.VZEROUPPER()
	m.RET()
}

// copyRunsAVX2 copies n contiguous elements for each entry of the table. It
// copies vectors; the last vector ends at the end of the run and overlaps the
// vector before it. Runs with fewer than eight elements are copied one element
// at a time.
func copyRunsAVX2(c *build.Context) {
	m := beginPacking(c, "copyRunsAVX2", "copies n contiguous elements for each entry of table to lines that are ld apart.")
	from, at, last := m.GP64(), m.GP64(), m.GP64()
	m.LEAQ(operand.Mem{Base: m.n, Disp: -8}, last)
	m.Label("line")
	m.LEAQ(m.from(0), from)
	m.XORQ(at, at)
	m.CMPQ(m.n, operand.U8(8))
	m.JL(operand.LabelRef("single"))
	m.Label("vector")
	m.VMOVUPS(operand.Mem{Base: from, Index: at, Scale: 4}, reg.Y0)
	m.VMOVUPS(reg.Y0, operand.Mem{Base: m.dst, Index: at, Scale: 4})
	m.ADDQ(operand.U8(8), at)
	m.CMPQ(at, last)
	m.JLE(operand.LabelRef("vector"))
	m.VMOVUPS(operand.Mem{Base: from, Index: last, Scale: 4}, reg.Y0)
	m.VMOVUPS(reg.Y0, operand.Mem{Base: m.dst, Index: last, Scale: 4})
	m.JMP(operand.LabelRef("next"))
	m.Label("single")
	m.VMOVSS(operand.Mem{Base: from, Index: at, Scale: 4}, reg.X0)
	m.VMOVSS(reg.X0, operand.Mem{Base: m.dst, Index: at, Scale: 4})
	m.INCQ(at)
	m.CMPQ(at, m.n)
	m.JL(operand.LabelRef("single"))
	m.Label("next")
	m.ADDQ(m.ld, m.dst)
	m.ADDQ(operand.U8(8), m.table)
	m.DECQ(m.count)
	m.JNZ(operand.LabelRef("line"))
	m.VZEROUPPER()
	m.RET()
}

// transposeAVX2 transposes 8 rows of n elements to n lines of 8 elements; n is
// a multiple of 8. It does three rounds of exchanges, at distances of 1, 2 and
// 4 elements.
func transposeAVX2(c *build.Context) {
	m := beginPacking(c, "transposeAVX2", "writes element k of entry i of table, of 8, to dst[k*ld+i]; n is a multiple of 8, count is not used.")
	bank := bankAVX2()
	low, high := bank[:8], bank[8:]
	m.Label("block")
	for i, y := range low {
		m.VMOVUPS(m.from(i), y)
	}
	m.ADDQ(operand.U8(32), m.src)
	for i := 0; i < 8; i += 2 {
		m.VUNPCKLPS(low[i+1], low[i], high[i])
		m.VUNPCKHPS(low[i+1], low[i], high[i+1])
	}
	for i := 0; i < 8; i += 4 {
		m.VUNPCKLPD(high[i+2], high[i], low[i])
		m.VUNPCKHPD(high[i+2], high[i], low[i+1])
		m.VUNPCKLPD(high[i+3], high[i+1], low[i+2])
		m.VUNPCKHPD(high[i+3], high[i+1], low[i+3])
	}
	for j := range 4 {
		m.VPERM2F128(operand.U8(0x20), low[4+j], low[j], high[j])
		m.VPERM2F128(operand.U8(0x31), low[4+j], low[j], high[4+j])
	}
	for _, y := range high {
		m.VMOVUPS(y, operand.Mem{Base: m.dst})
		m.ADDQ(m.ld, m.dst)
	}
	m.SUBQ(operand.U8(8), m.n)
	m.JNZ(operand.LabelRef("block"))
	m.VZEROUPPER()
	m.RET()
}
