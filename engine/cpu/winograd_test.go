package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// A window is what a convolution does in each of its two dimensions.
type window struct {
	name                          string
	kernel, stride, low, high, up int
}

var windows = []window{
	{"4x4 stride 2", 4, 2, 1, 1, 1},
	{"4x4 stride 2 unpadded", 4, 2, 0, 0, 1},
	{"4x4 stride 2 padded unevenly", 4, 2, 2, 1, 1},
	{"4x4 up", 4, 1, 2, 2, 2},
	{"3x3 up", 3, 1, 1, 2, 2},
	{"5x5 up threefold in steps of 2", 5, 2, 3, 3, 3},
	{"2x2", 2, 1, 0, 1, 1},
	{"3x3", 3, 1, 1, 1, 1},
	{"8x8 stride 4", 8, 4, 2, 2, 1},
}

// sizes are minibatch, channels of input and output, height and width: around
// a tile of two and a vector of sixteen, and of more than one block.
var sizes = [][5]int{{1, 1, 1, 3, 4}, {3, 2, 5, 5, 6}, {2, 3, 17, 4, 5}, {5, 33, 2, 6, 4}, {17, 2, 3, 4, 4}}

var largeSizes = [][5]int{{9, 17, 33, 8, 8}, {5, 70, 20, 4, 7}, {2, 3, 130, 6, 5}, {2, 2, 3, 38, 33}, {1, 3, 2, 70, 12}, {40, 3, 2, 9, 9}}

// always lets every convolution that can be made by minimal filtering be made
// so, whether it pays or not.
func always(t *testing.T) {
	pays := winogradPays
	winogradPays = func(*winograd) bool { return true }
	t.Cleanup(func() { winogradPays = pays })
}

// gradients returns a convolution and both gradients, in float32 and in
// float64, and what they are made of.
func (w window) gradients(d tensor.DType, s [5]int) []*tensor.Tensor {
	batch, in, out, height, width := s[0], s[1], s[2], s[3], s[4]
	if (min(height, width)-1)*w.up+1+w.low+w.high < w.kernel {
		return nil
	}
	c := tensor.Plain(2)
	for d := range 2 {
		c.Strides[d], c.PadLow[d], c.PadHigh[d], c.InputDilation[d] = w.stride, w.low, w.high, w.up
	}
	x := tensor.Input("x", d, batch, in, height, width)
	k := tensor.Input("k", d, out, in, w.kernel, w.kernel)
	y := x.Conv(k, c)
	return append([]*tensor.Tensor{y.ReLU()}, tensor.Grads(y.Mul(y).Sum(), x, k)...)
}

// filled gives every input of outputs values.
func filled(outputs []*tensor.Tensor, fill func(name string, a *tensor.Array)) map[*tensor.Tensor]*tensor.Array {
	values := map[*tensor.Tensor]*tensor.Array{}
	for _, x := range tensor.Ancestors(outputs, nil) {
		if a, ok := x.Attr().(tensor.InputAttr); ok {
			values[x] = tensor.NewArray(x.DType(), x.Shape()...)
			fill(a.Name, values[x])
		}
	}
	return values
}

// compute runs a program for outputs.
func compute(t *testing.T, outputs []*tensor.Tensor, values map[*tensor.Tensor]*tensor.Array, threads int) (got []*tensor.Array, bytes []string) {
	t.Helper()
	pool := NewPool(threads)
	defer pool.Close()
	p, err := Compile(Spec{Outputs: outputs}, pool)
	if err != nil {
		t.Fatal(err)
	}
	for x, a := range values {
		if m, ok := p.Input(x); ok {
			m.Set(a)
		}
	}
	p.Run()
	p.Run()
	for i, o := range outputs {
		got = append(got, p.Output(i).Array(o.Shape()...))
		bytes = append(bytes, string(p.Output(i).Bytes))
	}
	return got, bytes
}

// small fills a with whole numbers, few of them, whose sums are exact in any
// order.
func small(name string, a *tensor.Array) {
	for i := range a.Data {
		a.Data[i] = float64((i*7+i/11+len(name))%4 - 1)
	}
}

// TestMinimalFiltering compares convolutions made with fewer multiplications
// with the plain interpretation, larger ones with those of float64, which are
// made directly, and the bytes of one thread with those of two.
func TestMinimalFiltering(t *testing.T) {
	always(t)
	for _, w := range windows {
		for i, s := range append(sizes, largeSizes...) {
			outputs := w.gradients(tensor.Float32, s)
			if outputs == nil {
				continue
			}
			t.Run(fmt.Sprintf("%s %v", w.name, s), func(t *testing.T) {
				values := filled(outputs, small)
				got, one := compute(t, outputs, values, 1)
				_, two := compute(t, outputs, values, 2)
				var want []*tensor.Array
				if i < len(sizes) {
					var err error
					if want, err = tensor.Eval(outputs, values); err != nil {
						t.Fatal(err)
					}
				} else {
					exact := w.gradients(tensor.Float64, s)
					want, _ = compute(t, exact, filled(exact, small), 1)
				}
				for i := range outputs {
					if one[i] != two[i] {
						t.Errorf("output %d differs between 1 and 2 threads", i)
					}
					for e, v := range got[i].Data {
						if v != want[i].Data[e] && math.Abs(want[i].Data[e]) < 1<<22 {
							t.Fatalf("output %d: element %d is %v, want %v", i, e, v, want[i].Data[e])
						}
					}
				}
			})
		}
	}
}
