package engine

import (
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

// compiled returns an evaluator that runs graphs on device and compiles each
// once.
func compiled(device *Device) gradcheck.Evaluator {
	programs := map[*tensor.Tensor]*Program{} // by the first root
	return func(roots []*tensor.Tensor, inputs map[*tensor.Tensor]*tensor.Array) ([]*tensor.Array, error) {
		p := programs[roots[0]]
		if p == nil {
			var err error
			if p, err = device.Compile(nil, roots); err != nil {
				return nil, err
			}
			programs[roots[0]] = p
		}
		for in, value := range inputs {
			if m, ok := p.Input(in); ok {
				m.Set(value)
			}
		}
		p.Run()
		results := make([]*tensor.Array, len(roots))
		for i, r := range roots {
			results[i] = p.Output(i).Array(r.Shape()...)
		}
		return results, nil
	}
}

// TestCompiledGradients runs the table of gradient checks with compiled
// programs, in float64.
func TestCompiledGradients(t *testing.T) {
	device := NewDevice(2)
	t.Cleanup(device.Close)
	if err := device.SetReplicas(1); err != nil { // the table contains all-reduce
		t.Fatal(err)
	}
	for _, c := range gradcheck.Cases() {
		t.Run(c.Name, func(t *testing.T) { c.Check(t, gradcheck.With(compiled(device))) })
	}
}
