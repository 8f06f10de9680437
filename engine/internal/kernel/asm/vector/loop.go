package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A loop iterates over the elements of the slices of a kernel.
type loop struct {
	m     *machine
	at    reg.GPVirtual // index of the element
	left  reg.GPVirtual // elements from index at on
	tail  bool          // true while the code for the last, partial vector is generated
	first mask          // mask of the lanes of the partial vector
}

func (m *machine) function(name, args, does string) {
	TEXT(name+m.name, NOSPLIT, "func("+args+")")
	Doc(fmt.Sprintf("%s%s sets %s.", name, m.name, does))
}

func pointer(name string) reg.Register { return Load(Param(name).Base(), GP64()) }

// over generates body for whole vectors, and again for the last, partial
// vector.
func (m *machine) over(body func(l *loop)) {
	l := &loop{m: m, at: GP64(), left: Load(Param("dst").Len(), GP64()).(reg.GPVirtual)}
	XORQ(l.at, l.at)
	SUBQ(U8(m.lanes), l.left)
	JLT(LabelRef("rest"))
	Label("whole")
	body(l)
	ADDQ(U8(m.lanes), l.at)
	SUBQ(U8(m.lanes), l.left)
	JGE(LabelRef("whole"))
	Label("rest")
	ADDQ(U8(m.lanes), l.left)
	JEQ(LabelRef("done"))
	l.tail, l.first = true, m.firstLanes(l.left)
	body(l)
	Label("done")
	VZEROUPPER()
	RET()
}

// firstLanes returns the mask of the first n lanes.
func (m *machine) firstLanes(n reg.GPVirtual) mask {
	if m.wide() {
		all := GP64()
		MOVQ(I32(-1), all)
		BZHIQ(n, all, all)
		k := K()
		KMOVW(all.As32(), k)
		return k
	}
	tails, at := GP64(), GP64()
	LEAQ(m.data.tails(), tails)
	MOVQ(U32(m.lanes), at)
	SUBQ(n, at)
	d := m.new()
	VMOVDQU(Mem{Base: tails, Index: at, Scale: 4}, d)
	return d
}

func (l *loop) words(base reg.Register) Mem { return Mem{Base: base, Index: l.at, Scale: 4} }
func (l *loop) bytes(base reg.Register) Mem { return Mem{Base: base, Index: l.at, Scale: 1} }

func (l *loop) load(base reg.Register) vec {
	d := l.m.new()
	switch {
	case !l.tail:
		VMOVUPS(l.words(base), d)
	case l.m.wide():
		VMOVUPS_Z(l.words(base), l.first, d)
	default:
		VMASKMOVPS(l.words(base), l.first, d)
	}
	return d
}

func (l *loop) store(base reg.Register, x vec) {
	switch {
	case !l.tail:
		VMOVUPS(x, l.words(base))
	case l.m.wide():
		VMOVUPS(x, l.first, l.words(base))
	default:
		VMASKMOVPS(x, l.first, l.words(base))
	}
}

// Kernels that mix bytes and words: AVX2 cannot mask bytes, so its kernels on
// bytes process only whole vectors and leave the rest to their callers.

// overBytes generates body for whole vectors and, if possible, for the partial
// vector.
func (m *machine) overBytes(body func(l *loop)) {
	if m.wide() {
		m.over(body)
	} else {
		m.overWhole(body)
	}
}

func (m *machine) overWhole(body func(l *loop)) {
	l := &loop{m: m, at: GP64(), left: Load(Param("dst").Len(), GP64()).(reg.GPVirtual)}
	XORQ(l.at, l.at)
	SUBQ(U8(m.lanes), l.left)
	JLT(LabelRef("done"))
	Label("whole")
	body(l)
	ADDQ(U8(m.lanes), l.at)
	SUBQ(U8(m.lanes), l.left)
	JGE(LabelRef("whole"))
	Label("done")
	VZEROUPPER()
	RET()
}

// loadBytes returns a byte for each lane in the low part of a register.
func (l *loop) loadBytes(base reg.Register) vec {
	d := XMM()
	switch {
	case !l.m.wide():
		VMOVQ(l.bytes(base), d)
	case l.tail:
		VMOVDQU8_Z(l.bytes(base), l.first, d)
	default:
		VMOVDQU(l.bytes(base), d)
	}
	return d
}

// storeBytes stores 1 for each lane where k is set and 0 elsewhere. ones is a
// vector of bytes with value 1.
func (l *loop) storeBytes(base reg.Register, k mask, ones vec) {
	d := XMM()
	if l.m.wide() {
		VMOVDQU8_Z(ones, k, d)
		if l.tail {
			VMOVDQU8(d, l.first, l.bytes(base))
		} else {
			VMOVDQU(d, l.bytes(base))
		}
		return
	}
	high := XMM()
	VEXTRACTI128(U8(1), k, high)
	VPACKSSDW(high, k.(vec).AsX(), d)
	VPACKSSWB(d, d, d)
	VPAND(ones, d, d)
	VMOVQ(d, l.bytes(base))
}

func (m *machine) unary(name, does string, f func(*machine) formula) {
	m.function(name, "dst, x []float32", does)
	dst, x := pointer("dst"), pointer("x")
	apply := f(m)
	m.over(func(l *loop) { l.store(dst, apply(l.load(x))) })
}

func (m *machine) binary(name, does string, f func(*machine) formula2) {
	m.function(name, "dst, a, b []float32", does)
	dst, a, b := pointer("dst"), pointer("a"), pointer("b")
	apply := f(m)
	m.over(func(l *loop) { l.store(dst, apply(l.load(a), l.load(b))) })
}

// pairs generates every pair of a first operator from add, sub, mul and div and
// a second from add, sub and mul.
func (m *machine) pairs() {
	type operator struct {
		name, sign string
		formula2
	}
	first := []operator{{"add", "+", add(m)}, {"sub", "-", sub(m)}, {"mul", "*", mul(m)}, {"div", "/", div(m)}}
	for _, f := range first {
		for _, s := range first[:3] {
			m.pair(f.name+strings.ToUpper(s.name[:1])+s.name[1:], fmt.Sprintf("dst[i] = (a[i] %s b[i]) %s c[i]", f.sign, s.sign),
				func(a, b, c vec) vec { return s.formula2(f.formula2(a, b), c) })
		}
		m.pair(f.name+"SubFrom", fmt.Sprintf("dst[i] = c[i] - (a[i] %s b[i])", f.sign),
			func(a, b, c vec) vec { return m.sub(c, f.formula2(a, b)) })
	}
}

func (m *machine) pair(name, does string, f func(a, b, c vec) vec) {
	m.function(name, "dst, a, b, c []float32", does+", rounded twice")
	dst, a, b, c := pointer("dst"), pointer("a"), pointer("b"), pointer("c")
	m.over(func(l *loop) { l.store(dst, f(l.load(a), l.load(b), l.load(c))) })
}

func (m *machine) compare(name, does string, how uint64) {
	m.function(name, "dst []bool, a, b []float32", does)
	dst, a, b := pointer("dst"), pointer("a"), pointer("b")
	ones := XMM()
	VMOVDQU(m.data.at(0x01010101), ones)
	m.overBytes(func(l *loop) { l.storeBytes(dst, m.cmp(how, l.load(a), l.load(b)), ones) })
}

// choose generates the selection by bytes.
func (m *machine) choose() {
	m.function("choose", "dst []float32, p []bool, a, b []float32", "dst[i] = a[i] where p[i] and b[i] elsewhere")
	dst, p, a, b := pointer("dst"), pointer("p"), pointer("a"), pointer("b")
	zero := m.zero()
	m.overBytes(func(l *loop) {
		bytes := l.loadBytes(p)
		if m.wide() {
			k := K()
			VPTESTMB(bytes, bytes, k)
			l.store(dst, m.blend(k, l.load(a), l.load(b)))
			return
		}
		words := m.new()
		VPMOVZXBD(bytes, words)
		VPCMPEQD(zero, words, words)
		l.store(dst, m.blend(words, l.load(b), l.load(a)))
	})
}

func (m *machine) fromBool() {
	m.function("fromBool", "dst []float32, x []bool", "dst[i] to 1 where x[i] and to 0 elsewhere")
	dst, x := pointer("dst"), pointer("x")
	m.overBytes(func(l *loop) {
		words := m.new()
		VPMOVZXBD(l.loadBytes(x), words)
		l.store(dst, m.fromInt(words))
	})
}

func (m *machine) shiftRight() {
	m.function("shiftRight", "dst, x []uint32, by uint64", "dst[i] = x[i] >> by")
	dst, x := pointer("dst"), pointer("x")
	count := XMM()
	VMOVQ(Load(Param("by"), GP64()), count)
	m.over(func(l *loop) {
		d := m.new()
		VPSRLD(count, l.load(x), d)
		l.store(dst, d)
	})
}

// guarded generates the sine or cosine. The kernel stops at a vector with an
// element of a magnitude above the limit, and returns the number of processed
// elements.
func (m *machine) guarded(name, does string, quarter uint32) {
	TEXT(name+m.name, NOSPLIT, "func(dst, x []float32) (done int)")
	Doc(fmt.Sprintf("%s%s sets %s. It stops at a vector with an x[i] that is beyond", name, m.name, does),
		fmt.Sprintf("%d in magnitude or NaN, and returns the number of processed elements.", sinCosLimit))
	dst, x := pointer("dst"), pointer("x")
	apply := sinCos(m, quarter)
	limit, rest := m.number(sinCosLimit), m.bits(signBit-1)
	l := &loop{m: m, at: GP64(), left: Load(Param("dst").Len(), GP64()).(reg.GPVirtual)}
	stopAt := func(v vec, label string) {
		far := m.cmp(notLessEqual, m.and(v, rest), limit)
		if m.wide() {
			KORTESTW(far, far)
		} else {
			VPTEST(far, far)
		}
		JNE(LabelRef(label))
	}
	XORQ(l.at, l.at)
	SUBQ(U8(m.lanes), l.left)
	JLT(LabelRef("rest"))
	Label("whole")
	v := l.load(x)
	stopAt(v, "stop")
	l.store(dst, apply(v))
	ADDQ(U8(m.lanes), l.at)
	SUBQ(U8(m.lanes), l.left)
	JGE(LabelRef("whole"))
	Label("rest")
	ADDQ(U8(m.lanes), l.left)
	JEQ(LabelRef("stop"))
	l.tail, l.first = true, m.firstLanes(l.left)
	v = l.load(x)
	stopAt(v, "stop")
	l.store(dst, apply(v))
	ADDQ(l.left, l.at)
	Label("stop")
	VZEROUPPER()
	Store(l.at, ReturnIndex(0))
	RET()
}
