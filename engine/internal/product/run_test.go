package product

import (
	"testing"

	"github.com/gander-ml/gander/engine/internal/compile"
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/loop"
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

// A program is a list of loops and products that have run.
type program struct {
	*compile.Result
	steps []pool.Step
}

// ran returns a program for outputs that has run twice; it supports only loops
// and products.
func ran(t *testing.T, outputs []*tensor.Tensor, values map[*tensor.Tensor]*tensor.Array, threads int) *program {
	t.Helper()
	var planned []func(loop.Constants) ([]pool.Step, int)
	compiled, err := compile.Graph(compile.Spec{Outputs: outputs}, func(g *ir.Group) (partial, arranged int) {
		if g.IsLoop() {
			planned = append(planned, func(c loop.Constants) ([]pool.Step, int) {
				l := loop.New(g, c)
				return []pool.Step{l}, l.ScratchBytes()
			})
			return 0, 0
		}
		m := New(g)
		planned = append(planned, func(c loop.Constants) ([]pool.Step, int) { return m.Bind(g, c) })
		return m.Temporaries()
	})
	if err != nil {
		t.Fatal(err)
	}
	on := pool.New(threads)
	defer on.Close()
	p := &program{Result: compiled}
	blocks := loop.Constants{}
	for _, bind := range planned {
		steps, scratch := bind(blocks)
		p.steps = append(p.steps, steps...)
		on.Reserve(scratch)
	}
	for x, a := range values {
		if m, ok := p.Inputs[x]; ok {
			m.Set(a)
		}
	}
	on.Run(p.steps, nil)
	on.Run(p.steps, nil)
	return p
}

// compute returns the values of outputs, computed by a program.
func compute(t *testing.T, outputs []*tensor.Tensor, values map[*tensor.Tensor]*tensor.Array, threads int) (got []*tensor.Array, bytes []string) {
	t.Helper()
	p := ran(t, outputs, values, threads)
	for i, o := range outputs {
		got = append(got, p.Outputs[i].Array(o.Shape()...))
		bytes = append(bytes, string(p.Outputs[i].Bytes))
	}
	return got, bytes
}

// small fills a with small whole numbers. Their sums are exact in any order.
func small(name string, a *tensor.Array) {
	for i := range a.Data {
		a.Data[i] = float64((i*7+i/11+len(name))%4 - 1)
	}
}
