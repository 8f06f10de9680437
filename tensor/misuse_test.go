package tensor_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

// The operands of the wrong expressions, and their text in messages.
var (
	a   = tensor.Input("a", tensor.Float32, 2, 3)
	b   = tensor.Input("b", tensor.Float32, 4, 5)
	d   = tensor.Input("d", tensor.Float64, 2, 3)
	i   = tensor.Input("i", tensor.Int32, 2, 3)
	u   = tensor.Input("u", tensor.Uint32, 2)
	p   = tensor.Input("p", tensor.Bool, 2, 3)
	q   = tensor.Input("q", tensor.Float32, 2, 2)
	s   = tensor.Input("s", tensor.Float32)
	x   = tensor.Input("x", tensor.Float32, 1, 2, 4)
	k   = tensor.Input("k", tensor.Float32, 2, 2, 3)
	one = tensor.Plain(1)
	big = tensor.Input("big", tensor.Float32, 1, 1, 1, 1, 1, 1)
	A   = "float32[2,3]"
	B   = "float32[4,5]"
	D   = "float64[2,3]"
	I   = "int32[2,3]"
	U   = "uint32[2]"
	P   = "bool[2,3]"
	Q   = "float32[2,2]"
	S   = "float32[]"
	X   = "float32[1,2,4]"
	K   = "float32[2,2,3]"
)

// conv returns a plain convolution with a change.
func conv(change func(c *tensor.ConvAttr)) tensor.ConvAttr {
	c := tensor.Plain(1)
	change(&c)
	return c
}

// misuses are wrong expressions: the operation in the error, its operands, and
// a part of the reason. Each is a function of one line, so its line number is
// known.
var misuses = []struct {
	op       string
	operands []string
	reason   string
	build    func()
}{
	// elementwise
	{"add", []string{A, B}, "broadcast", func() { a.Add(b) }},
	{"mul", []string{A, D}, "dtypes", func() { a.Mul(d) }},
	{"sub", []string{P, P}, "bool", func() { p.Sub(p) }},
	{"pow", []string{I, I}, "int32", func() { i.Pow(i) }},
	{"exp", []string{I}, "int32", func() { i.Exp() }},
	{"neg", []string{P}, "bool", func() { p.Neg() }},
	{"abs", []string{U}, "uint32", func() { u.Abs() }},
	{"all-reduce", []string{P}, "bool", func() { p.AllReduce() }},
	{"compare", []string{A, B}, "broadcast", func() { a.Compare(tensor.Less, b) }},
	{"compare", []string{A, D}, "dtypes", func() { a.Compare(tensor.Less, d) }},
	{"compare", []string{P, P}, "no order", func() { p.Compare(tensor.Less, p) }},
	{"argmax", []string{P}, "not defined for bool", func() { p.ArgMax(0) }},
	{"compare", []string{A, A}, "comparison", func() { a.Compare("<", a) }},
	{"select", []string{A, A, A}, "bool", func() { a.Select(a, a) }},
	{"select", []string{P, A, D}, "dtype", func() { p.Select(a, d) }},
	{"select", []string{P, A, B}, "broadcast", func() { p.Select(a, b) }},
	{"add", []string{A, B}, "shapes differ", func() { a.Add(a).WithArgs(a, b) }},
	{"compare", []string{A, B}, "shapes differ", func() { a.Compare(tensor.Less, a).WithArgs(a, b) }},
	{"select", []string{P, A, B}, "shapes differ", func() { p.Select(a, a).WithArgs(p, a, b) }},
	// leaves and generators
	{"input", nil, "negative", func() { tensor.Input("x", tensor.Float32, 2, -1) }},
	{"constant", nil, "5 elements", func() { tensor.Const(array(tensor.Float32, []int{2, 3}, 1, 2, 3, 4, 5)) }},
	{"constant", nil, "0.5", func() { i.Scale(0.5) }},
	{"constant", nil, "0.333", func() { i.Mean(1) }}, // the mean is the sum times 1/3
	{"constant", nil, "-1", func() { tensor.Scalar(tensor.Uint32, -1) }},
	{"iota", nil, "axis 2", func() { tensor.Iota(tensor.Int32, 2, 3, 4) }},
	{"iota", nil, "bool", func() { tensor.Iota(tensor.Bool, 0, 3) }},
	{"iota", nil, "negative", func() { tensor.Iota(tensor.Int32, 0, -3) }},
	{"random-bits", []string{U, I}, "uint32[2]", func() { tensor.RandomBits(u, i, 4) }},
	{"random-bits", []string{U, "uint32[1]"}, "uint32[2]", func() { tensor.RandomBits(u, u.Slice1(0, 1, 2), 4) }},
	{"random-bits", []string{"int32[2]", U}, "uint32[2]", func() { tensor.RandomBits(u.Convert(tensor.Int32), u, 4) }},
	{"random-bits", []string{U, U}, "negative", func() { tensor.RandomBits(u, u, -4) }},
	// views
	{"broadcast", []string{A}, "[3]", func() { a.BroadcastTo(3) }},
	{"broadcast", []string{A}, "[4 3]", func() { a.BroadcastTo(4, 3) }},
	{"broadcast", []string{A}, "1 axes", func() { a.Broadcast([]int{2, 3}, []int{0}) }},
	{"broadcast", []string{A}, "ascend", func() { a.Broadcast([]int{3, 2}, []int{1, 0}) }},
	{"broadcast", []string{A}, "ascend", func() { a.Broadcast([]int{2, 3}, []int{0, 2}) }},
	{"broadcast", []string{Q}, "ascend", func() { q.Broadcast([]int{2, 2}, []int{0, 0}) }},
	{"broadcast", []string{S}, "negative", func() { tensor.Full(tensor.Float32, 1).Broadcast([]int{-1}, nil) }},
	{"reshape", []string{A}, "6 elements", func() { a.Reshape(4) }},
	{"reshape", []string{A}, "6 elements", func() { a.Reshape(4, -1) }},
	{"reshape", []string{A}, "negative", func() { a.Reshape(-2, -3) }},
	{"transpose", []string{A}, "permutation", func() { a.Transpose(0, 0) }},
	{"transpose", []string{A}, "permutation", func() { a.Transpose() }},
	{"reshape", []string{A}, "6 elements", func() { a.Reshape(0, -1) }},
	{"slice", []string{A}, "every axis", func() { a.Slice([]int{0}, []int{2, 3}, []int{1, 1}) }},
	{"slice", []string{A}, "every axis", func() { a.Slice([]int{0, 0}, []int{2}, []int{1, 1}) }},
	{"slice", []string{A}, "every axis", func() { a.Slice([]int{0, 0}, []int{2, 3}, []int{1}) }},
	{"slice", []string{A}, "1:4:1 along axis 1", func() { a.Slice1(1, 1, 4) }},
	{"slice", []string{A}, "-1:2:1", func() { a.Slice1(0, -1, 2) }},
	{"slice", []string{A}, "2:1:1", func() { a.Slice1(1, 2, 1) }},
	{"slice", []string{A}, "0:3:0", func() { a.Slice([]int{0, 0}, []int{2, 3}, []int{1, 0}) }},
	{"slice", []string{A}, "axis 2", func() { a.Slice1(2, 0, 1) }},
	{"reverse", []string{A}, "axis 2", func() { a.Reverse(2) }},
	{"reverse", []string{A}, "twice", func() { a.Reverse(1, 1) }},
	{"reverse", []string{A}, "twice", func() { a.Reverse(1, 0, 1) }},
	{"dim", []string{A}, "axis -3", func() { a.Dim(-3) }},
	{"keepdims", []string{A}, "axis 4", func() { a.KeepDims(1, 4) }},
	{"keepdims", []string{A}, "axis -4", func() { a.KeepDims(-4) }},
	{"keepdims", []string{A}, "twice", func() { a.KeepDims(1, 1) }},
	{"flatten", []string{S}, "batch", func() { s.Flatten() }},
	// movement
	{"pad", []string{A}, "every axis", func() { a.Pad(tensor.PadAttr{}) }},
	{"pad", []string{S}, "every axis", func() { s.Pad(tensor.PadAttr{Low: []int{1}}) }},
	{"pad", []string{U}, "every axis", func() { u.Pad(tensor.PadAttr{Low: []int{0}, High: []int{0}}) }},
	{"pad", []string{U}, "every axis", func() { u.Pad(tensor.PadAttr{Low: []int{0}, Interior: []int{0}}) }},
	{"pad", []string{U}, "interior", func() { u.Pad(tensor.PadAttr{Low: []int{0}, High: []int{0}, Interior: []int{-1}}) }},
	{"pad", []string{U}, "nothing is left", func() { u.Pad(tensor.PadAttr{Low: []int{-2}, High: []int{-1}, Interior: []int{0}}) }},
	{"concatenate", nil, "axis 0", func() { tensor.Concatenate(0) }},
	{"concatenate", []string{A}, "axis 2", func() { tensor.Concatenate(2, a) }},
	{"concatenate", []string{U}, "axis 1", func() { tensor.Concatenate(1, a, a).WithArgs(u) }},
	{"concatenate", []string{A, B}, "dimension 1", func() { tensor.Concatenate(0, a, b) }},
	{"concatenate", []string{A, D}, "dtypes", func() { tensor.Concatenate(0, a, d) }},
	{"gather", []string{A, A}, "int32", func() { a.Gather(a) }},
	{"gather", []string{S, I}, "rows", func() { s.Gather(i) }},
	{"scatter-add", []string{A, U}, "int32", func() { a.ScatterAdd(u, 3) }},
	{"scatter-add", []string{U, I}, "with the shape", func() { u.ScatterAdd(i, 3) }},
	{"scatter-add", []string{A, I}, "negative", func() { a.ScatterAdd(i, -3) }},
	{"scatter-add", []string{P, I}, "bool", func() { p.ScatterAdd(i, 3) }},
	// reductions
	{"reduce-sum", []string{A}, "axis 2", func() { a.Sum(2) }},
	{"reduce-max", []string{A}, "axis -3", func() { a.MaxOver(-3) }},
	{"reduce-sum", []string{A}, "ascend", func() { a.Sum(1, -1) }},
	{"reduce-sum", []string{U}, "ascend", func() { a.Sum(1).WithArgs(u) }},
	{"argmax", []string{U}, "axis 1", func() { a.ArgMax(1).WithArgs(u) }},
	{"reduce-sum", []string{P}, "bool", func() { p.Sum() }},
	{"argmax", []string{S}, "axis 0", func() { s.ArgMax(0) }},
	{"argmax", []string{"float32[0]"}, "no maximum", func() { u.Convert(tensor.Float32).Slice1(0, 0, 0).ArgMax(0) }},
	{"logsumexp", []string{A}, "axis 2", func() { a.LogSumExp(2) }},
	// products
	{"matmul", []string{A, X}, "matrices", func() { a.MatMul(x) }},
	{"dot", []string{A, B}, "3 and 4", func() { a.MatMul(b) }},
	{"dot", []string{A, D}, "dtype", func() { a.Dot(d, tensor.DotAttr{}) }},
	{"dot", []string{I, I}, "float", func() { i.Dot(i, tensor.DotAttr{}) }},
	{"dot", []string{A, A}, "pair", func() { a.Dot(a, tensor.DotAttr{ABatch: []int{0}}) }},
	{"dot", []string{A, A}, "does not exist", func() { a.Dot(a, tensor.DotAttr{AContract: []int{2}, BContract: []int{0}}) }},
	{"dot", []string{A, A}, "does not exist", func() { a.Dot(a, tensor.DotAttr{AContract: []int{0}, BContract: []int{2}}) }},
	{"dot", []string{A, A}, "does not exist", func() { a.Dot(a, tensor.DotAttr{AContract: []int{-1}, BContract: []int{0}}) }},
	{"dot", []string{A, A}, "does not exist", func() { a.Dot(a, tensor.DotAttr{ABatch: []int{0}, BBatch: []int{-2}}) }},
	{"dot", []string{A, Q}, "twice", func() { a.Dot(q, tensor.DotAttr{AContract: []int{0, 0}, BContract: []int{0, 1}}) }},
	{"dot", []string{Q, A}, "twice", func() { q.Dot(a, tensor.DotAttr{AContract: []int{0, 1}, BContract: []int{0, 0}}) }},
	{"dot", []string{A, A}, "twice", func() { a.Dot(a, tensor.DotAttr{[]int{0}, []int{0}, []int{0}, []int{0}}) }},
	{"conv", []string{X, A}, "spatial", func() { x.Conv(a, one) }},
	{"conv", []string{X, K}, "spatial", func() { x.Conv(k, tensor.Plain(2)) }},
	{"conv", []string{X, K}, "0 spatial", func() { x.Conv(k, tensor.ConvAttr{}) }},
	{"conv", []string{"float32[1,1,1,1,1,1]", "float32[1,1,1,1,1,1]"}, "4 spatial", func() { big.Conv(big, tensor.Plain(4)) }},
	{"conv", []string{X, "float64[1,2,1]"}, "dtype", func() { x.Conv(tensor.Zeros(tensor.Float64, 1, 2, 1), one) }},
	{"conv", []string{X, K}, "groups", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.Groups = 2 })) }},
	{"conv", []string{X, K}, "groups", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.Groups = 0 })) }},
	{"conv", []string{X, K}, "all 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.PadLow = nil })) }},
	{"conv", []string{X, K}, "all 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.PadHigh = nil })) }},
	{"conv", []string{X, K}, "all 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.InputDilation = nil })) }},
	{"conv", []string{X, K}, "all 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.KernelDilation = nil })) }},
	{"conv", []string{X, K}, "at least 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.Strides[0] = 0 })) }},
	{"conv", []string{X, K}, "at least 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.InputDilation[0] = 0 })) }},
	{"conv", []string{X, K}, "at least 1", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.KernelDilation[0] = 0 })) }},
	{"conv", []string{X, "float32[2,2,0]"}, "at least 1", func() { x.Conv(k.Slice1(2, 0, 0), one) }},
	{"conv", []string{X, K}, "does not fit", func() { x.Conv(k, conv(func(c *tensor.ConvAttr) { c.PadHigh[0] = -2 })) }},
	{"conv-transpose", []string{X, A}, "spatial", func() { x.ConvTranspose(a, one, []int{0}) }},
	{"conv-transpose", []string{X, K}, "spatial", func() { x.ConvTranspose(k, one, nil) }},
	{"conv-transpose", []string{X, K}, "spatial", func() { x.ConvTranspose(k, conv(func(c *tensor.ConvAttr) { c.PadLow = nil }), []int{0}) }},
	{"conv-transpose", []string{X, K}, "spatial", func() { x.ConvTranspose(k, conv(func(c *tensor.ConvAttr) { c.PadHigh = nil }), []int{0}) }},
	{"conv-transpose", []string{X, K}, "spatial", func() { x.ConvTranspose(k, conv(func(c *tensor.ConvAttr) { c.KernelDilation = nil }), []int{0}) }},
	{"conv-transpose", []string{X, K}, "groups", func() { x.ConvTranspose(k, conv(func(c *tensor.ConvAttr) { c.Groups = 0 }), []int{0}) }},
	{"conv", []string{A, "float32[2,2,3]"}, "spatial", func() { a.ConvTranspose(k, one, []int{0}) }},
	// gradients
	{"grad", []string{A}, "scalar", func() { tensor.Grad(a, a) }},
	{"grad", []string{"int32[]"}, "float", func() { tensor.Grad(i.Sum(), a) }},
	{"grad", []string{S, I}, "float", func() { tensor.Grads(s, a, i) }},
}

// TestMisuse checks that every wrong expression panics with a *MisuseError that
// names the operation, its operands and this file and line.
func TestMisuse(t *testing.T) {
	for _, m := range misuses {
		file, line := place(m.build)
		err := tensor.Try(m.build)
		var e *tensor.MisuseError
		if !errors.As(err, &e) {
			t.Errorf("line %d, %s: got %v, want a *MisuseError", line, m.op, err)
			continue
		}
		if e.Op != m.op || !slices.Equal(e.Operands, m.operands) || !strings.Contains(e.Reason, m.reason) {
			t.Errorf("line %d: %v, want %s of %v because of %q", line, e, m.op, m.operands, m.reason)
		}
		if e.File != file || e.Line != line {
			t.Errorf("%s blames %s:%d, want line %d", m.op, e.File, e.Line, line)
		}
	}
}

// place returns the file and the line at which a function begins.
func place(f func()) (file string, line int) {
	pc := reflect.ValueOf(f).Pointer()
	return runtime.FuncForPC(pc).FileLine(pc)
}

func TestMisuseErrorReads(t *testing.T) {
	a, b := tensor.Input("a", tensor.Float32, 100, 784), tensor.Input("b", tensor.Float32, 1200, 784)
	err := tensor.Try(func() { a.MatMul(b) })
	text := err.Error()
	for _, part := range []string{"dot(float32[100,784], float32[1200,784]): ", "784 and 1200", "misuse_test.go:"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
	if strings.Contains(text, string(filepath.Separator)+"misuse_test.go") {
		t.Errorf("%q holds a whole path", text)
	}
}

// TestMisuseBlamesTheNearestCallerOutside checks that the error names the
// nearest caller outside the package, here a case.
func TestMisuseBlamesTheNearestCallerOutside(t *testing.T) {
	c := gradcheck.ConvCase("wrong", []int{1, 1, 3}, []int{1, 2, 3}, tensor.Plain(1))
	err := tensor.Try(func() {
		if _, err := c.Trace(1); err != nil {
			t.Error(err)
		}
	})
	var e *tensor.MisuseError
	if !errors.As(err, &e) || filepath.Base(filepath.Dir(e.File)) != "gradcheck" {
		t.Errorf("got %v, want one that blames package gradcheck", err)
	}
}

func TestTry(t *testing.T) {
	if err := tensor.Try(func() {}); err != nil {
		t.Errorf("nothing wrong gave %v", err)
	}
	other := errors.New("something else")
	defer func() {
		if r := recover(); r != other {
			t.Errorf("another panic came out as %v", r)
		}
	}()
	err := tensor.Try(func() { panic(other) })
	t.Errorf("another panic became %v", err)
}
