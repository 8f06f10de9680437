package product

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/engine/internal/compile"
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A window describes a convolution in each of its two dimensions.
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

// sizes are minibatch, channels of input and output, height and width. They are
// near an output tile of two and a vector of sixteen elements, and larger than
// one block.
var sizes = [][5]int{{1, 1, 1, 3, 4}, {3, 2, 5, 5, 6}, {2, 3, 17, 4, 5}, {5, 33, 2, 6, 4}, {17, 2, 3, 4, 4}}

var largeSizes = [][5]int{{9, 17, 33, 8, 8}, {5, 70, 20, 4, 7}, {2, 3, 130, 6, 5}, {2, 2, 3, 38, 33}, {1, 3, 2, 70, 12}, {40, 3, 2, 9, 9}}

// only makes every convolution that a form supports use this form, also where
// it is slower.
func only(t *testing.T, tile, taps int) {
	pays := winogradPays
	winogradPays = func(c *winograd) bool { return c.filter.Tile == tile && c.filter.Taps == taps }
	t.Cleanup(func() { winogradPays = pays })
}

// gradients returns a convolution and both gradients, in float32 and in
// float64, and their inputs.
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

func magnitude(fill func(string, *tensor.Array)) func(string, *tensor.Array) {
	return func(name string, a *tensor.Array) {
		fill(name, a)
		for i, v := range a.Data {
			a.Data[i] = math.Abs(v)
		}
	}
}

// minimalFilteringError is the allowed error of a result, in units of the
// largest sum of magnitudes of products of any result. Errors spread within an
// output tile. So a small result next to a large one has the error of the large
// one.
const minimalFilteringError = 2e-6

// TestMinimalFiltering compares convolutions that use minimal filtering with
// the reference evaluation. It compares larger ones with float64 results, which
// are computed directly. For these it also compares the bytes of one thread
// with those of two.
func TestMinimalFiltering(t *testing.T) {
	for _, form := range kernel.Winograds() {
		t.Run(fmt.Sprintf("F(%d, %d)", form.Tile, form.Taps), func(t *testing.T) {
			only(t, form.Tile, form.Taps)
			for i, w := range windows {
				for j, s := range sizes {
					if (i+j)%3 == form.Tile%3 {
						checkFiltering(t, w, s, true)
					}
				}
				checkFiltering(t, w, largeSizes[(i+form.Tile+form.Taps)%len(largeSizes)], false)
			}
		})
	}
}

func checkFiltering(t *testing.T, w window, s [5]int, plain bool) {
	outputs := w.gradients(tensor.Float32, s)
	if outputs == nil {
		return
	}
	t.Run(fmt.Sprintf("%s %v", w.name, s), func(t *testing.T) {
		values := filled(outputs, small)
		got, one := compute(t, outputs, values, 1)
		two := one
		if !plain {
			_, two = compute(t, outputs, values, 2)
		}
		exact := w.gradients(tensor.Float64, s)
		want, _ := compute(t, exact, filled(exact, small), 1)
		scale, _ := compute(t, exact, filled(exact, magnitude(small)), 1)
		if plain {
			var err error
			if want, err = tensor.Eval(outputs, values); err != nil {
				t.Fatal(err)
			}
		}
		for i := range outputs {
			if one[i] != two[i] {
				t.Errorf("output %d differs between 1 and 2 threads", i)
			}
			largest := slices.Max(append(scale[i].Data, 0))
			for e, v := range got[i].Data {
				if d := math.Abs(v - want[i].Data[e]); !(d <= minimalFilteringError*largest) {
					t.Fatalf("output %d: element %d is %v, want %v", i, e, v, want[i].Data[e])
				}
			}
		}
	})
}

// TestMinimalFilteringKeepsNaN checks that a result is NaN or infinite if it
// uses a NaN or infinite number with any tap.
func TestMinimalFilteringKeepsNaN(t *testing.T) {
	for _, form := range kernel.Winograds() {
		only(t, form.Tile, form.Taps)
		for _, w := range windows {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				for _, where := range []string{"x", "k"} {
					outputs := w.gradients(tensor.Float32, [5]int{2, 3, 4, 7, 6})
					values := filled(outputs, func(name string, a *tensor.Array) {
						small(name, a)
						if name == where {
							a.Data[len(a.Data)/3] = bad
						}
					})
					got, _ := compute(t, outputs, values, 1)
					want, err := tensor.Eval(outputs, values)
					if err != nil {
						t.Fatal(err)
					}
					for i := range outputs {
						for e, v := range want[i].Data {
							if g := got[i].Data[e]; (math.IsNaN(v) || math.IsInf(v, 0)) && !math.IsNaN(g) && !math.IsInf(g, 0) {
								t.Fatalf("F(%d, %d) %s, %v in %s: element %d of output %d is %v, want %v",
									form.Tile, form.Taps, w.name, bad, where, e, i, g, v)
							}
						}
					}
				}
			}
		}
	}
}

// TestMinimalFilteringPays checks the choice of the form for layers with
// measured times, and that few channels use the direct computation.
func TestMinimalFilteringPays(t *testing.T) {
	for _, c := range []struct {
		batch, in, out, size, kernel, stride int
		form                                 string // empty: computed directly
	}{
		{64, 64, 128, 16, 4, 2, "F(2x2, 2x2)"},
		{64, 128, 128, 16, 3, 1, "F(2x2, 3x3)"},
		{64, 3, 64, 32, 4, 2, ""},
		{64, 64, 3, 32, 3, 1, ""},
		{1, 64, 64, 4, 4, 2, ""},
		{64, 64, 64, 16, 1, 1, ""},
	} {
		a := tensor.Plain(2)
		for d := range 2 {
			a.Strides[d], a.PadLow[d], a.PadHigh[d] = c.stride, (c.kernel-1)/2, (c.kernel-1)/2
		}
		x := tensor.Input("x", tensor.Float32, c.batch, c.in, c.size, c.size)
		y := x.Conv(tensor.Input("k", tensor.Float32, c.out, c.in, c.kernel, c.kernel), a)
		made := ""
		if _, err := compile.Graph(compile.Spec{Outputs: []*tensor.Tensor{y}}, func(g *ir.Group) (partial, arranged int) {
			m := New(g)
			made, _ = m.Form()
			return m.Temporaries()
		}); err != nil {
			t.Fatal(err)
		}
		if made != c.form {
			t.Errorf("%+v is made by %q", c, made)
		}
	}
}
