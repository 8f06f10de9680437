package cpu

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestExchangedConvolutions compares kernel gradients of transposed
// convolutions with few channels with the reference evaluation. It also checks
// that their operands were exchanged.
func TestExchangedConvolutions(t *testing.T) {
	for _, w := range []struct{ kernel, stride, low, high, extra int }{{4, 2, 1, 1, 0}, {3, 2, 1, 0, 1}, {5, 3, 2, 2, 1}, {2, 2, 0, 0, 0}, {4, 2, 0, 3, 1}} {
		for _, dims := range []int{1, 2, 3} {
			for _, d := range []tensor.DType{tensor.Float32, tensor.Float64} {
				t.Run(fmt.Sprintf("%+v in %d dimensions of %v", w, dims, d), func(t *testing.T) {
					c := tensor.Plain(dims)
					for i := range dims {
						c.Strides[i], c.PadLow[i], c.PadHigh[i] = w.stride, w.low, w.high
					}
					x := tensor.Input("x", d, append([]int{2, 5}, []int{4, 5, 3}[:dims]...)...)
					k := tensor.Input("k", d, append([]int{5, 3}, slices.Repeat([]int{w.kernel}, dims)...)...)
					y := x.ConvTranspose(k, c, slices.Repeat([]int{w.extra}, dims))
					outputs := tensor.Grads(y.Mul(y).Sum(), k)
					values := filled(outputs, small)
					turned := 0
					for _, pl := range ran(t, outputs, values, 1).planned {
						for _, n := range pl.group.Nodes {
							if a, ok := n.Attr.(tensor.ConvAttr); ok && a.KernelDilation[0] == w.stride {
								turned++
							}
						}
					}
					if turned != 1 {
						t.Errorf("%d convolutions were exchanged, want 1", turned)
					}
					got, _ := compute(t, outputs, values, 1)
					want, err := tensor.Eval(outputs, values)
					if err != nil {
						t.Fatal(err)
					}
					for e, v := range got[0].Data {
						if v != want[0].Data[e] {
							t.Fatalf("element %d is %v, want %v", e, v, want[0].Data[e])
						}
					}
				})
			}
		}
	}
}
