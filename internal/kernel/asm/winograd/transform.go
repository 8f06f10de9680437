package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	spread = "(dst *float32, plane, step int, src *float32, table *int32, count, n int)"
	gather = "(dst *float32, table *int32, src *float32, plane, step int, count, n int)"
)

// A set is an instruction set.
type set struct {
	name  string // as it stands in the names of functions
	lanes int
}

// registers returns n vector registers.
func (s set) registers(n int) []reg.VecPhysical {
	wide := []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11}
	narrow := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11}
	if s.lanes == 16 {
		return wide[:n]
	}
	return narrow[:n]
}

// A transform is one of the kernels being written. One side of it is scattered,
// where a table says; the other is nine planes.
type transform struct {
	*build.Context
	set
	table, count, n reg.GPVirtual
	scattered       reg.GPVirtual // the table counts from here
	planes, plane   reg.GPVirtual // the first plane; bytes from one to the next
	step            reg.GPVirtual // bytes from transform to transform
	at              reg.GPVirtual // scattered, from the current vector on
	rows            [3]reg.GPVirtual
	offset          reg.GPVirtual
}

func (s set) begin(c *build.Context, name, signature, doc string) *transform {
	c.Function(name + s.name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func" + signature)
	c.Doc(name + s.name + " " + doc)
	t := &transform{Context: c, set: s, at: c.GP64(), offset: c.GP64()}
	load := func(name string) reg.GPVirtual {
		r := c.GP64()
		c.Load(c.Param(name), r)
		return r
	}
	t.table, t.count, t.n = load("table"), load("count"), load("n")
	t.plane, t.step = load("plane"), load("step")
	if signature == spread {
		t.scattered, t.planes = load("src"), load("dst")
	} else {
		t.scattered, t.planes = load("dst"), load("src")
	}
	c.SHLQ(operand.U8(2), t.plane)
	c.SHLQ(operand.U8(2), t.step)
	for i := range t.rows {
		t.rows[i] = c.GP64()
	}
	return t
}

// loop repeats body for every vector of every entry of the table, of some
// places each.
func (t *transform) loop(places int, body func()) {
	left, three := t.GP64(), t.GP64()
	t.LEAQ(operand.Mem{Base: t.plane, Index: t.plane, Scale: 2}, three)
	t.Label("entry")
	t.MOVQ(t.scattered, t.at)
	t.MOVQ(t.planes, t.rows[0])
	t.LEAQ(operand.Mem{Base: t.rows[0], Index: three, Scale: 1}, t.rows[1])
	t.LEAQ(operand.Mem{Base: t.rows[1], Index: three, Scale: 1}, t.rows[2])
	t.MOVQ(t.n, left)
	t.Label("vector")
	body()
	t.ADDQ(operand.U8(4*t.lanes), t.at)
	for _, r := range t.rows {
		t.ADDQ(operand.U8(4*t.lanes), r)
	}
	t.SUBQ(operand.U8(t.lanes), left)
	t.JG(operand.LabelRef("vector"))
	t.ADDQ(operand.U8(4*places), t.table)
	t.ADDQ(t.step, t.planes)
	t.DECQ(t.count)
	t.JNZ(operand.LabelRef("entry"))
	t.VZEROUPPER()
	t.RET()
}

// place is the memory that entry i of the table stands for.
func (t *transform) place(i int) operand.Mem {
	t.MOVLQSX(operand.Mem{Base: t.table, Disp: 4 * i}, t.offset)
	return operand.Mem{Base: t.at, Index: t.offset, Scale: 4}
}

// product is the memory of product i of nine.
func (t *transform) product(i int) operand.Mem {
	m := operand.Mem{Base: t.rows[i/3]}
	if i%3 > 0 {
		m.Index, m.Scale = t.plane, uint8(i%3)
	}
	return m
}

// input is the left factors: rows and then columns x0-x1, x1, x2-x1.
func (s set) input(c *build.Context) {
	t := s.begin(c, "input", spread, "writes the nine left factors of 3 x 3 inputs for each of count rows of table.")
	x := s.registers(9)
	t.loop(9, func() {
		for i, r := range x {
			t.VMOVUPS(t.place(i), r)
		}
		for _, i := range []int{0, 3, 6} {
			t.VSUBPS(x[i+1], x[i], x[i])
			t.VSUBPS(x[i+1], x[i+2], x[i+2])
		}
		for i := range 3 {
			t.VSUBPS(x[i+3], x[i], x[i])
			t.VSUBPS(x[i+3], x[i+6], x[i+6])
		}
		for i, r := range x {
			t.VMOVUPS(r, t.product(i))
		}
	})
}

// taps is the right factors: rows and then columns w0, w0+w1, w1.
func (s set) taps(c *build.Context) {
	t := s.begin(c, "taps", spread, "writes the nine right factors of 2 x 2 taps for each of count rows of table.")
	w := s.registers(9)
	t.loop(4, func() {
		for i, r := range []reg.VecPhysical{w[0], w[2], w[6], w[8]} {
			t.VMOVUPS(t.place(i), r)
		}
		t.VADDPS(w[2], w[0], w[1])
		t.VADDPS(w[8], w[6], w[7])
		for i := range 3 {
			t.VADDPS(w[i+6], w[i], w[i+3])
		}
		for i, r := range w {
			t.VMOVUPS(r, t.product(i))
		}
	})
}

// output is the results: columns and then rows m0+m1, m1+m2.
func (s set) output(c *build.Context) {
	t := s.begin(c, "output", gather, "writes the 2 x 2 results of nine products for each of count rows of table.")
	m := s.registers(9)
	t.loop(4, func() {
		for i, r := range m {
			t.VMOVUPS(t.product(i), r)
		}
		for i := range 3 {
			t.VADDPS(m[i+3], m[i], m[i])
			t.VADDPS(m[i+3], m[i+6], m[i+6])
		}
		for _, i := range []int{0, 6} {
			t.VADDPS(m[i+1], m[i], m[i])
			t.VADDPS(m[i+1], m[i+2], m[i+2])
		}
		for i, r := range []reg.VecPhysical{m[0], m[2], m[6], m[8]} {
			t.VMOVUPS(r, t.place(i))
		}
	})
}
