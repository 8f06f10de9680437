package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	sparseParameters   = "(c *float32, ldc int, values *float32, at, bounds *int32, stride, rows int, b *float32, ldb, mask, add int)"
	nonzerosParameters = "(masks *uint16, x *float32, n int)"
)

// sparseKernel returns the name of the sparse tile with the given width in
// vectors.
func (s set) sparseKernel(vectors int) string { return fmt.Sprintf("sparse%sx%d", s.name, vectors) }

// nonzerosKernel returns the name of the kernel that finds nonzero elements.
func (s set) nonzerosKernel() string { return "nonzeros" + s.name }

func sparseAVX512(c *build.Context) {
	for _, s := range avx512.shapes {
		t := &sparse{Context: c, vectors: s.vectors, bytes: 64, bank: bankAVX512()}
		t.zero = func(r reg.VecPhysical) { t.VPXORD(r, r, r) }
		t.write(avx512.sparseKernel(s.vectors))
	}
	nonzerosAVX512(c)
}

func sparseAVX2(c *build.Context) {
	for _, s := range avx2.shapes {
		t := &sparse{Context: c, vectors: s.vectors, bytes: 32, bank: bankAVX2()}
		t.zero = func(r reg.VecPhysical) { t.VXORPS(r, r, r) }
		t.write(avx2.sparseKernel(s.vectors))
	}
	nonzerosAVX2(c)
}

// A sparse is a sparse tile that is being generated. It multiplies rows, given
// as lists of their nonzero elements, by a panel. For each element it reads a
// line of the panel directly from memory.
type sparse struct {
	*build.Context
	vectors, bytes int
	bank           []reg.VecPhysical
	zero           func(r reg.VecPhysical)
}

// masked reports whether vector v is the last vector of an AVX-512 tile.
func (t *sparse) masked(v int) bool { return t.bytes == 64 && v == t.vectors-1 }

func (t *sparse) load(name string) reg.GPVirtual {
	r := t.GP64()
	t.Load(t.Param(name), r)
	return r
}

func (t *sparse) write(name string) {
	t.Function(name)
	t.Attributes(attr.NOSPLIT)
	t.SignatureExpr("func" + sparseParameters)
	t.Doc(fmt.Sprintf("%s multiplies sparse rows by %d vectors.", name, t.vectors))
	c, ldc, bounds, stride := t.load("c"), t.load("ldc"), t.load("bounds"), t.load("stride")
	values, at, b, ldb := t.load("values"), t.load("at"), t.load("b"), t.load("ldb")
	rows, add := t.load("rows"), t.load("add")
	for _, elements := range []reg.GPVirtual{ldc, ldb, stride} {
		t.SHLQ(operand.U8(2), elements)
	}
	if t.bytes == 64 {
		t.KMOVW(t.load("mask").As32(), reg.K1)
	}
	acc, left := t.bank[:t.vectors], t.bank[t.vectors]
	i, end, line := t.GP64(), t.GP64(), t.GP64()

	t.Label("row")
	t.MOVLQSX(operand.Mem{Base: bounds}, i)
	t.MOVLQSX(operand.Mem{Base: bounds, Disp: 4}, end)
	for _, r := range acc {
		t.zero(r)
	}
	t.CMPQ(i, end)
	t.JE(operand.LabelRef("results"))
	t.Label("element")
	t.MOVLQSX(operand.Mem{Base: at, Index: i, Scale: 4}, line)
	t.IMULQ(ldb, line)
	t.VBROADCASTSS(operand.Mem{Base: values, Index: i, Scale: 4}, left)
	for v, r := range acc {
		m := operand.Mem{Base: b, Index: line, Scale: 1, Disp: v * t.bytes}
		if t.masked(v) {
			t.VFMADD231PS(m, left, reg.K1, r)
		} else {
			t.VFMADD231PS(m, left, r)
		}
	}
	t.INCQ(i)
	t.CMPQ(i, end)
	t.JNE(operand.LabelRef("element"))
	t.Label("results")
	t.TESTQ(add, add)
	t.JZ(operand.LabelRef("store"))
	for v, r := range acc {
		if m := (operand.Mem{Base: c, Disp: v * t.bytes}); t.masked(v) {
			t.VADDPS(m, r, reg.K1, r)
		} else {
			t.VADDPS(m, r, r)
		}
	}
	t.Label("store")
	for v, r := range acc {
		if m := (operand.Mem{Base: c, Disp: v * t.bytes}); t.masked(v) {
			t.VMOVUPS(r, reg.K1, m)
		} else {
			t.VMOVUPS(r, m)
		}
	}
	t.ADDQ(ldc, c)
	t.ADDQ(stride, bounds)
	t.DECQ(rows)
	t.JNZ(operand.LabelRef("row"))
	t.VZEROUPPER()
	t.RET()
}

// nonzeros generates a kernel that writes a mask for each 16 of n elements of
// x.
func nonzeros(c *build.Context, name string, mask func(x reg.GPVirtual, m reg.GPVirtual)) {
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func" + nonzerosParameters)
	c.Doc(name + " writes a bit for each of n elements that is not zero; n is a multiple of 16.")
	masks, x, n, m := c.GP64(), c.GP64(), c.GP64(), c.GP64()
	c.Load(c.Param("masks"), masks)
	c.Load(c.Param("x"), x)
	c.Load(c.Param("n"), n)
	c.Label("vector")
	mask(x, m)
	c.MOVW(m.As16(), operand.Mem{Base: masks})
	c.ADDQ(operand.U8(64), x)
	c.ADDQ(operand.U8(2), masks)
	c.SUBQ(operand.U8(16), n)
	c.JNZ(operand.LabelRef("vector"))
	c.VZEROUPPER()
	c.RET()
}

// notEqual is a comparison predicate that is true for NaN too.
const notEqual = operand.U8(4)

func nonzerosAVX512(c *build.Context) {
	zero := reg.Z0
	nonzeros(c, avx512.nonzerosKernel(), func(x, m reg.GPVirtual) {
		c.VPXORD(zero, zero, zero)
		c.VCMPPS(notEqual, operand.Mem{Base: x}, zero, reg.K1)
		c.KMOVW(reg.K1, m.As32())
	})
}

func nonzerosAVX2(c *build.Context) {
	zero, low, high := reg.Y0, reg.Y1, reg.Y2
	upper := c.GP64()
	nonzeros(c, avx2.nonzerosKernel(), func(x, m reg.GPVirtual) {
		c.VXORPS(zero, zero, zero)
		c.VCMPPS(notEqual, operand.Mem{Base: x}, zero, low)
		c.VCMPPS(notEqual, operand.Mem{Base: x, Disp: 32}, zero, high)
		c.VMOVMSKPS(low, m.As32())
		c.VMOVMSKPS(high, upper.As32())
		c.SHLQ(operand.U8(8), upper)
		c.ORQ(upper, m)
	})
}
