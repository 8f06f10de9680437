package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	toPlanesParameters   = "(dst *float32, plane, step int, src *float32, table *int32, count, n int)"
	fromPlanesParameters = "(dst *float32, table *int32, src *float32, plane, step int, count, n int)"
)

// A set is an instruction set.
type set struct {
	name  string // part of the names of functions
	lanes int
}

// A transform is a kernel that is being generated. On one side it reads or
// writes vectors at the positions of a table. On the other side are planes, one
// for each point.
//
// A vector of channels is transformed in two rounds: along one dimension and
// then along the other. Between the rounds it is on the stack; the second round
// reads it soon after it is written, so it is in cache.
type transform struct {
	*build.Context
	set
	table, count, n reg.GPVirtual
	scattered       reg.GPVirtual // base address of the positions of the table
	planes, plane   reg.GPVirtual // the first plane; bytes from one plane to the next
	step            reg.GPVirtual // bytes from one transform to the next
	at, to          reg.GPVirtual // scattered and planes, from the current vector on
	offset          reg.GPVirtual
	between         operand.Mem
	bank            []reg.VecPhysical
	constants       map[float32]reg.VecPhysical
}

func (s set) begin(c *build.Context, name, signature string, m matrix) *transform {
	c.Function(name + s.name)
	c.SignatureExpr("func" + signature)
	t := &transform{Context: c, set: s, at: c.GP64(), to: c.GP64(), offset: c.GP64(), constants: map[float32]reg.VecPhysical{}}
	load := func(name string) reg.GPVirtual {
		r := c.GP64()
		c.Load(c.Param(name), r)
		return r
	}
	t.table, t.count, t.n = load("table"), load("count"), load("n")
	t.plane, t.step = load("plane"), load("step")
	if signature == toPlanesParameters {
		t.scattered, t.planes = load("src"), load("dst")
	} else {
		t.scattered, t.planes = load("dst"), load("src")
	}
	c.SHLQ(operand.U8(2), t.plane)
	c.SHLQ(operand.U8(2), t.step)
	bytes := 4 * s.lanes
	t.between = operand.Mem{Base: c.GP64()}
	c.LEAQ(c.AllocLocal(bytes*len(m)*len(m[0])+bytes).Offset(bytes-1), t.between.Base)
	c.ANDQ(operand.I8(-bytes), t.between.Base)
	t.bank = s.registers()
	t.broadcast(m)
	return t
}

// registers returns the registers that every instruction set has.
func (s set) registers() []reg.VecPhysical {
	if s.lanes == 16 {
		return []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
			reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15}
	}
	return []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
}

// broadcast loads the factors of a matrix, except 0, 1 and -1.
func (t *transform) broadcast(m matrix) {
	bits := t.GP32()
	for _, row := range m {
		for _, v := range row {
			if _, known := t.constants[v]; known || v == 0 || v == 1 || v == -1 {
				continue
			}
			r := t.take()
			t.constants[v] = r
			t.MOVL(operand.U32(math.Float32bits(v)), bits)
			t.VMOVD(bits, r.AsX())
			t.VBROADCASTSS(r.AsX(), r)
		}
	}
}

// take reserves a register and returns it.
func (t *transform) take() reg.VecPhysical {
	last := len(t.bank) - 1
	r := t.bank[last]
	t.bank = t.bank[:last]
	return r
}

// loop generates a loop over every vector of every row of the table. A row has
// the given number of positions.
func (t *transform) loop(positions int, body func()) {
	left, from := t.GP64(), t.GP64()
	t.Label("entry")
	t.MOVQ(t.scattered, t.at)
	t.MOVQ(t.planes, from)
	t.MOVQ(t.n, left)
	t.Label("vector")
	t.MOVQ(from, t.to)
	body()
	t.ADDQ(operand.U8(4*t.lanes), t.at)
	t.ADDQ(operand.U8(4*t.lanes), from)
	t.SUBQ(operand.U8(t.lanes), left)
	t.JG(operand.LabelRef("vector"))
	t.ADDQ(operand.U8(4*positions), t.table)
	t.ADDQ(t.step, t.planes)
	t.DECQ(t.count)
	t.JNZ(operand.LabelRef("entry"))
	t.VZEROUPPER()
	t.RET()
}

// position returns the memory at entry i of the current row of the table.
func (t *transform) position(i int) operand.Mem {
	t.MOVLQSX(operand.Mem{Base: t.table, Disp: 4 * i}, t.offset)
	return operand.Mem{Base: t.at, Index: t.offset, Scale: 4}
}

// middle returns the memory of number i between the rounds.
func (t *transform) middle(i int) operand.Mem { return t.between.Offset(4 * t.lanes * i) }

// apply reads a vector for each column of m and writes one for each row.
func (t *transform) apply(m matrix, from, to func(i int)) {
	in, sum := t.bank[:len(m[0])], t.bank[len(m[0])]
	for i := range in {
		from(i)
	}
	for i, row := range m {
		t.combine(row, in, sum)
		to(i)
	}
}

// combine sets sum to the sum of the vectors in times their factors. It begins
// with a vector that is not subtracted; every row must have one.
func (t *transform) combine(factors []float32, in []reg.VecPhysical, sum reg.VecPhysical) {
	first := 0
	for first < len(factors)-1 && (factors[first] == 0 || factors[first] == -1) {
		first++
	}
	if factors[first] == 0 {
		panic(fmt.Sprintf("winograd: a row must have a factor other than 0 and -1: %v", factors))
	}
	if factors[first] == 1 {
		t.VMOVUPS(in[first], sum)
	} else {
		t.VMULPS(t.constants[factors[first]], in[first], sum)
	}
	for i, v := range factors {
		switch {
		case i == first || v == 0:
		case v == 1:
			t.VADDPS(in[i], sum, sum)
		case v == -1:
			t.VSUBPS(in[i], sum, sum)
		default:
			t.VFMADD231PS(t.constants[v], in[i], sum)
		}
	}
}

// toPlanes generates a transform from positions of a table to planes: first
// along columns and then along rows.
func (s set) toPlanes(c *build.Context, name string, m matrix) {
	reads, writes := len(m[0]), len(m)
	t := s.begin(c, name, toPlanesParameters, m)
	c.Doc(fmt.Sprintf("%s%s transforms %d x %d vectors into %d x %d planes for each of count rows of table.", name, s.name, reads, reads, writes, writes))
	sum := t.bank[reads]
	t.loop(reads*reads, func() {
		for column := range reads {
			t.apply(m, func(i int) { t.VMOVUPS(t.position(i*reads+column), t.bank[i]) },
				func(i int) { t.VMOVUPS(sum, t.middle(i*reads+column)) })
		}
		for row := range writes {
			t.apply(m, func(i int) { t.VMOVUPS(t.middle(row*reads+i), t.bank[i]) }, func(int) {
				t.VMOVUPS(sum, operand.Mem{Base: t.to})
				t.ADDQ(t.plane, t.to)
			})
		}
	})
}

// fromPlanes generates a transform from planes to positions of a table: first
// along rows and then along columns.
func (s set) fromPlanes(c *build.Context, name string, m matrix) {
	reads, writes := len(m[0]), len(m)
	t := s.begin(c, name, fromPlanesParameters, m)
	c.Doc(fmt.Sprintf("%s%s transforms %d x %d planes into %d x %d vectors for each of count rows of table.", name, s.name, reads, reads, writes, writes))
	sum := t.bank[reads]
	t.loop(writes*writes, func() {
		for row := range reads {
			t.apply(m, func(i int) {
				t.VMOVUPS(operand.Mem{Base: t.to}, t.bank[i])
				t.ADDQ(t.plane, t.to)
			}, func(i int) { t.VMOVUPS(sum, t.middle(row*writes+i)) })
		}
		for column := range writes {
			t.apply(m, func(i int) { t.VMOVUPS(t.middle(i*writes+column), t.bank[i]) },
				func(i int) { t.VMOVUPS(sum, t.position(i*writes+column)) })
		}
	})
}
