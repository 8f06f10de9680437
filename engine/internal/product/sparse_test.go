package product

import (
	"fmt"
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// sparseProducts are products with a sparse operand: one element in a given
// number of columns is not 0, as in the gradient of a maximum or after dropout.
func sparseProducts(d tensor.DType, m, k, n, one int, follow func(*tensor.Tensor) *tensor.Tensor) []*tensor.Tensor {
	in := func(name string, shape ...int) *tensor.Tensor { return tensor.Input(name, d, shape...) }
	column := tensor.Iota(tensor.Int32, 1, m, k).Add(tensor.Iota(tensor.Int32, 0, m, k))
	of := tensor.Scalar(tensor.Int32, float64(one))
	column = column.Sub(column.Div(of).Mul(of))
	chosen := column.Compare(tensor.Equal, tensor.Scalar(tensor.Int32, float64(one-1)))
	some := column.Compare(tensor.Less, tensor.Scalar(tensor.Int32, 1))
	zero := tensor.Zeros(d, m, k)
	winner, kept := chosen.Select(in("x", m, k), zero), some.Select(in("y", m, k), zero)
	return []*tensor.Tensor{
		follow(winner.MatMul(in("w", k, n))),
		follow(winner.MatMul(in("v", n, k).Transpose(1, 0))),
		follow(in("u", m, n).Transpose(1, 0).MatMul(winner)),
		follow(kept.MatMul(in("w", k, n))),
	}
}

// nowhereZero fills a with small whole numbers other than 0.
func nowhereZero(name string, a *tensor.Array) {
	small(name, a)
	for i, v := range a.Data {
		if v == 0 {
			a.Data[i] = 3
		}
	}
}

// compacted returns the number of products of p that check for zeros, and the
// number of those that found enough zeros.
func compacted(p *program) (checked, skipped int) {
	for _, s := range p.steps {
		switch s := s.(type) {
		case compactNonzeros[float32]:
			checked++
			if s.zeros.mostlyZero {
				skipped++
			}
		case compactNonzeros[float64]:
			checked++
			if s.zeros.mostlyZero {
				skipped++
			}
		}
	}
	return checked, skipped
}

// TestZerosAreLeftOut compares products of sparse operands with the reference
// evaluation, and checks that zeros are skipped if there are many.
func TestZerosAreLeftOut(t *testing.T) {
	follows := map[string]func(*tensor.Tensor) *tensor.Tensor{
		"alone":    func(y *tensor.Tensor) *tensor.Tensor { return y },
		"followed": func(y *tensor.Tensor) *tensor.Tensor { return y.Add(y.Square()) },
	}
	if !tilerOf[float32]().MultipliesSparse() {
		t.Skip("this instruction set has no sparse tiles")
	}
	for name, follow := range follows {
		for _, d := range []tensor.DType{tensor.Float32, tensor.Float64} {
			for _, s := range [][3]int{{100, 300, 70}, {65, 129, 33}, {20, 600, 130}, {300, 64, 49}} {
				for _, one := range []int{2, 10, 1000} {
					t.Run(fmt.Sprintf("%s %v %v one in %d", name, d, s, one), func(t *testing.T) {
						outputs := sparseProducts(d, s[0], s[1], s[2], one, follow)
						values := filled(outputs, nowhereZero)
						want, err := tensor.Eval(outputs, values)
						if err != nil {
							t.Fatal(err)
						}
						for threads := 1; threads <= 2; threads++ {
							p := ran(t, outputs, values, threads)
							checked, skipped := compacted(p)
							if checked != len(outputs) {
								t.Errorf("%d products check for zeros, want %d", checked, len(outputs))
							}
							if many := one > 2; skipped > 0 != many || many && skipped != checked {
								t.Errorf("%d of %d products skipped zeros", skipped, checked)
							}
							for i, o := range outputs {
								got := p.Outputs[i].Array(o.Shape()...)
								for e, v := range got.Data {
									if v != want[i].Data[e] {
										t.Fatalf("output %d: element %d is %v, want %v", i, e, v, want[i].Data[e])
									}
								}
							}
						}
					})
				}
			}
		}
	}
}

// TestZerosTimesInfinity multiplies zeros by infinity and NaN. The result is
// NaN, also if zeros are skipped.
func TestZerosTimesInfinity(t *testing.T) {
	outputs := sparseProducts(tensor.Float32, 100, 300, 70, 10, func(y *tensor.Tensor) *tensor.Tensor { return y })
	values := filled(outputs, func(name string, a *tensor.Array) {
		small(name, a)
		if name != "x" && name != "y" {
			a.Data[5000] = math.NaN()
			a.Data[6000] = math.Inf(1)
		}
	})
	want, err := tensor.Eval(outputs, values)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := compute(t, outputs, values, 1)
	for i := range outputs {
		wrong := 0
		for e, v := range got[i].Data {
			if w := want[i].Data[e]; v != w && (v == v || w == w) {
				wrong++
			}
		}
		if wrong > 0 {
			t.Errorf("output %d: %d elements are wrong", i, wrong)
		}
	}
}
