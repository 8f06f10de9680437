package cpu

import (
	"testing"

	"github.com/gander-ml/gander/engine/internal/compile"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// filled returns values for every input of outputs.
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

// ran returns a program for outputs that has run twice.
func ran(t *testing.T, outputs []*tensor.Tensor, values map[*tensor.Tensor]*tensor.Array, threads int) *Program {
	t.Helper()
	on := pool.New(threads)
	defer on.Close()
	p, err := Compile(compile.Spec{Outputs: outputs}, on)
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
	return p
}

// compute returns the values of outputs, computed by a program.
func compute(t *testing.T, outputs []*tensor.Tensor, values map[*tensor.Tensor]*tensor.Array, threads int) (got []*tensor.Array, bytes []string) {
	t.Helper()
	p := ran(t, outputs, values, threads)
	for i, o := range outputs {
		got = append(got, p.Output(i).Array(o.Shape()...))
		bytes = append(bytes, string(p.Output(i).Bytes))
	}
	return got, bytes
}

// small fills a with small whole numbers. Their sums are exact in any order.
func small(name string, a *tensor.Array) {
	for i := range a.Data {
		a.Data[i] = float64((i*7+i/11+len(name))%4 - 1)
	}
}
