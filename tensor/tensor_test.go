package tensor_test

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

func TestAncestorsComeInOrder(t *testing.T) {
	x := tensor.Input("x", tensor.Float32, 3)
	y := x.Exp()
	z := y.Mul(x).Sum()
	all := tensor.Ancestors([]*tensor.Tensor{z, y}, nil)
	for i, v := range all {
		for _, a := range v.Args() {
			if at := slices.Index(all, a); at < 0 || at >= i {
				t.Errorf("an argument of %s comes at %d, after %d", v.Op().Name, at, i)
			}
		}
	}
	if len(all) != 4 {
		t.Errorf("%d ancestors, want x, exp, mul and sum", len(all))
	}
	stopped := tensor.Ancestors([]*tensor.Tensor{z}, func(v *tensor.Tensor) bool { return v == y })
	if !slices.Contains(stopped, y) || !slices.Contains(stopped, x) || len(stopped) != 4 {
		t.Error("x is reached past y, by the other way")
	}
	if only := tensor.Ancestors([]*tensor.Tensor{y}, func(v *tensor.Tensor) bool { return v == y }); len(only) != 1 {
		t.Errorf("the walk passed the tensor at which it stops: %v", only)
	}
}

// TestIdentitiesAreNotRecorded: an operation without effect adds nothing to the
// graph.
func TestIdentitiesAreNotRecorded(t *testing.T) {
	x := tensor.Input("x", tensor.Float32, 2, 3)
	s := tensor.Input("s", tensor.Float32)
	for name, y := range map[string]*tensor.Tensor{
		"reshape":     x.Reshape(2, 3),
		"transpose":   x.Transpose(0, 1),
		"broadcast":   x.BroadcastTo(2, 3),
		"reverse":     x.Reverse(),
		"convert":     x.Convert(tensor.Float32),
		"concatenate": tensor.Concatenate(1, x),
		"keepdims":    x.KeepDims(),
		"flatten":     x.Flatten(),
	} {
		if y != x {
			t.Errorf("%s made %s", name, y.Op().Name)
		}
	}
	if s.Sum() != s || s.MaxOver() != s {
		t.Error("a scalar was reduced")
	}
}

// TestAttributesAreCopied: a caller may reuse the lists that it passed.
func TestAttributesAreCopied(t *testing.T) {
	shape := []int{2, 3}
	x := tensor.Input("x", tensor.Float32, shape...)
	ones, zeros := []int{1, 1}, []int{0, 0}
	low := []int{1, 1}
	padded := x.Pad(tensor.PadAttr{Low: low, High: zeros, Interior: zeros})
	limit := []int{2, 3}
	slice := x.Slice(zeros, limit, ones)
	to := []int{4, 2, 3}
	wide := x.Broadcast(to, []int{1, 2})
	shape[0], low[0], limit[0], to[0] = 9, 9, 9, 9
	for _, c := range []struct {
		got  *tensor.Tensor
		want string
	}{
		{x, "float32[2,3]"}, {padded, "float32[3,4]"}, {slice, "float32[2,3]"}, {wide, "float32[4,2,3]"},
	} {
		if again := c.got.WithArgs(c.got.Args()...); again.String() != c.want {
			t.Errorf("%s became %v, want %s", c.got.Op().Name, again, c.want)
		}
	}
	attr := tensor.Plain(2)
	attr.Strides[0], attr.PadLow[0] = 2, 5
	if attr.InputDilation[0] != 1 || attr.KernelDilation[0] != 1 || attr.PadHigh[0] != 0 {
		t.Errorf("a plain convolution's lists share memory: %+v", attr)
	}
}

func TestWithArgs(t *testing.T) {
	x, y := tensor.Input("x", tensor.Float32, 2, 3), tensor.Input("y", tensor.Float32, 2, 3)
	sum := x.Sum(1)
	other := sum.WithArgs(y)
	if other.Op() != sum.Op() || other.Args()[0] != y || other.ID() <= y.ID() {
		t.Errorf("got %v of %v", other, other.Args())
	}
	if err := tensor.Try(func() { sum.WithArgs(tensor.Input("z", tensor.Float32)) }); err == nil {
		t.Error("an argument that does not fit was taken")
	}
}

func TestSizes(t *testing.T) {
	x := tensor.Input("x", tensor.Float32, 2, 3, 4)
	if x.Rank() != 3 || x.Size() != 24 || x.Dim(-1) != 4 || x.Dim(0) != 2 {
		t.Errorf("%v: rank %d, size %d", x, x.Rank(), x.Size())
	}
	if got := tensor.Strides(x.Shape()); !slices.Equal(got, []int{12, 4, 1}) {
		t.Errorf("strides %v", got)
	}
	if tensor.Size(nil) != 1 || tensor.Size([]int{3, 0}) != 0 {
		t.Error("a scalar has one element, an empty dimension none")
	}
	sizes := map[tensor.DType]int{tensor.Float32: 4, tensor.Float64: 8, tensor.Int32: 4, tensor.Uint32: 4, tensor.Bool: 1}
	for dtype, want := range sizes {
		if dtype.Size() != want {
			t.Errorf("%v takes %d bytes, want %d", dtype, dtype.Size(), want)
		}
	}
}
