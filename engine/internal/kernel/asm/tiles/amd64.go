package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// assemble returns the text of one file of amd64 assembly.
func assemble(functions ...func(*build.Context)) ([]byte, error) {
	c := build.NewContext()
	for _, write := range functions {
		write(c)
	}
	file, err := c.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	return printer.NewGoAsm(printer.Config{Name: "engine/internal/kernel/asm/tiles", Pkg: "kernel"}).Print(file)
}

// A shape describes tiles of one width in vectors, and their heights.
type shape struct {
	vectors int
	heights []int
}

// A tile is a register tile that is being generated.
type tile struct {
	*build.Context
	rows, vectors int
	half          bool                // the last vector is half as long
	gathers       bool                // b is read through tables
	bytes         int                 // bytes of a vector
	acc           [][]reg.VecPhysical // by row and vector
	right         []reg.VecPhysical   // the current vectors of b
	left          []reg.VecPhysical   // broadcasts, used in turn
	zero          func(r reg.VecPhysical)
}

func (t *tile) begin(of set) {
	name := of.kernel(t.rows, t.vectors)
	t.Function(name)
	t.Attributes(attr.NOSPLIT)
	t.SignatureExpr("func" + of.parameters())
	t.Doc(fmt.Sprintf("%s multiplies %d rows by %d vectors.", name, t.rows, t.vectors))
}

// registers assigns the vector registers of a bank.
func (t *tile) registers(bank []reg.VecPhysical) {
	take := func(n int) []reg.VecPhysical {
		taken := bank[:n]
		bank = bank[n:]
		return taken
	}
	for range t.rows {
		t.acc = append(t.acc, take(t.vectors))
	}
	t.right = take(t.vectors)
	t.left = take(min(4, len(bank)))
}

// sized returns the register of vector v, or half of it.
func (t *tile) sized(r reg.VecPhysical, v int) reg.Register {
	if t.half && v == t.vectors-1 {
		return r.AsY()
	}
	return r
}

// embeds reports whether the multiplications broadcast the left elements
// themselves, instead of an earlier broadcast to a register. This is better if
// few multiplications use an element.
func (t *tile) embeds() bool { return t.bytes == 64 && (t.vectors == 1 || t.vectors == 2 && t.half) }

// elements loads a stride in elements and converts it to bytes.
func (t *tile) elements(name string) reg.GPVirtual {
	r := t.GP64()
	t.Load(t.Param(name), r)
	t.SHLQ(operand.U8(2), r)
	return r
}

// addresses returns pointers to every fourth row of a block of memory.
func (t *tile) addresses(base reg.Register, stride reg.GPVirtual) []reg.GPVirtual {
	at := []reg.GPVirtual{t.GP64()}
	t.MOVQ(base, at[0])
	for len(at)*4 < t.rows {
		next := t.GP64()
		t.LEAQ(operand.Mem{Base: at[len(at)-1], Index: stride, Scale: 4}, next)
		at = append(at, next)
	}
	return at
}

// row returns the address of row i, computed from the pointers to every fourth
// row and the stride.
func row(at []reg.GPVirtual, i int, stride, three reg.GPVirtual) operand.Mem {
	m := operand.Mem{Base: at[i/4]}
	switch i % 4 {
	case 1:
		m.Index, m.Scale = stride, 1
	case 2:
		m.Index, m.Scale = stride, 2
	case 3:
		m.Index, m.Scale = three, 1
	}
	return m
}

func (t *tile) triple(stride reg.GPVirtual) reg.GPVirtual {
	three := t.GP64()
	t.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, three)
	return three
}

// multiply generates the loop over k. loadRight loads vector v of b.
func (t *tile) multiply(loadRight func(m operand.Mem, v int)) {
	rs, cs := t.elements("rs"), t.elements("cs")
	three := t.triple(rs)
	a := t.addresses(t.Load(t.Param("a"), t.GP64()), rs)
	k := t.Load(t.Param("k"), t.GP64())
	for _, row := range t.acc {
		for _, r := range row {
			t.zero(r)
		}
	}
	right := t.rightPanel
	if t.gathers {
		right = t.rightGathered
	}
	load := right(loadRight)
	t.loop(k, func() {
		load()
		t.products(a, rs, three)
		for _, at := range a {
			t.ADDQ(cs, at)
		}
	})
	t.Label("results")
}

// products generates the multiplications of one step of k.
func (t *tile) products(a []reg.GPVirtual, rs, three reg.GPVirtual) {
	for i, accumulators := range t.acc {
		if t.embeds() {
			for v, acc := range accumulators {
				t.VFMADD231PS_BCST(row(a, i, rs, three), t.sized(t.right[v], v), t.sized(acc, v))
			}
			continue
		}
		left := t.left[i%len(t.left)]
		t.VBROADCASTSS(row(a, i, rs, three), left)
		for v, acc := range accumulators {
			t.VFMADD231PS(t.sized(t.right[v], v), t.sized(left, v), t.sized(acc, v))
		}
	}
}

// rightPanel returns the generator of the loads of one step of k, for a panel with
// lines at a constant distance.
func (t *tile) rightPanel(loadRight func(m operand.Mem, v int)) func() {
	b, ldb := t.Load(t.Param("b"), t.GP64()), t.elements("ldb")
	return func() {
		for v := range t.vectors {
			loadRight(operand.Mem{Base: b, Disp: v * t.bytes}, v)
		}
		t.ADDQ(ldb, b)
	}
}

// rightGathered is rightPanel for an operand that is read through a table of
// vectors and a table of steps.
func (t *tile) rightGathered(loadRight func(m operand.Mem, v int)) func() {
	base, list := t.Load(t.Param("b"), t.GP64()), t.Load(t.Param("vectors"), t.GP64())
	at, offset := t.Load(t.Param("at"), t.GP64()), t.GP64()
	var b []reg.GPVirtual
	for v := range t.vectors {
		b = append(b, t.GP64())
		t.MOVQ(operand.Mem{Base: list, Disp: 8 * v}, offset)
		t.LEAQ(operand.Mem{Base: base, Index: offset, Scale: 4}, b[v])
	}
	return func() {
		t.MOVQ(operand.Mem{Base: at}, offset)
		t.ADDQ(operand.U8(8), at)
		for v := range t.vectors {
			loadRight(operand.Mem{Base: b[v], Index: offset, Scale: 4}, v)
		}
	}
}

// loop generates the loop over k. The first steps also prefetch.
func (t *tile) loop(k reg.Register, step func()) {
	n, prefetch := t.Load(t.Param("lines"), t.GP64()), t.Load(t.Param("prefetch"), t.GP64())
	t.SUBQ(n, k)
	t.TESTQ(n, n)
	t.JZ(operand.LabelRef("loop"))
	t.Label("prefetch")
	line := t.GP64()
	t.MOVQ(operand.Mem{Base: prefetch}, line)
	t.PREFETCHT1(operand.Mem{Base: line})
	t.ADDQ(operand.U8(8), prefetch)
	step()
	t.DECQ(n)
	t.JNZ(operand.LabelRef("prefetch"))
	t.TESTQ(k, k)
	t.JZ(operand.LabelRef("results"))
	t.Label("loop")
	step()
	t.DECQ(k)
	t.JNZ(operand.LabelRef("loop"))
}
