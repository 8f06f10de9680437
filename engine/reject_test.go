package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestCompileRejects checks that Compile returns an error, and does not panic,
// for invalid programs.
func TestCompileRejects(t *testing.T) {
	device := NewDevice(1)
	t.Cleanup(device.Close)
	store := NewStore()
	v := tensor.Input("v", tensor.Float32, 3)
	store.Add(v)
	deep := tensor.Input("deep", tensor.Float32, slices.Repeat([]int{1}, 13)...)
	for _, c := range []struct {
		name    string
		outputs []*tensor.Tensor
		updates []Update
		want    string
	}{
		{"two updates of a variable", nil, []Update{{v, v.Plus(1)}, {v, v.Plus(2)}}, "is updated twice"},
		{"an update of another variable", nil, []Update{{deep, deep}}, "which is not state"},
		{"an update of another shape", nil, []Update{{v, v.Sum()}}, "cannot become"},
		{"all-reduce over replicas unknown", []*tensor.Tensor{v.AllReduce()}, nil, "does not declare its replicas (hint: "},
		{"all-reduce in an update", nil, []Update{{v, v.Exp().AllReduce().Neg()}}, "does not declare its replicas (hint: "},
		{"too many dimensions", []*tensor.Tensor{deep.Exp()}, nil, "has 13 dimensions, at most 12 can be computed"},
	} {
		if _, err := device.Compile(store, c.outputs, c.updates...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// TestAllReduceOverOneReplica checks the sum over the one replica that a device
// can run, and the errors for other numbers of replicas.
func TestAllReduceOverOneReplica(t *testing.T) {
	device := NewDevice(1)
	t.Cleanup(device.Close)
	for _, n := range []int{-1, 0, 2} {
		if err := device.SetReplicas(n); err == nil || !strings.Contains(err.Error(), "can run only 1") {
			t.Errorf("%d replicas: error %v", n, err)
		}
	}
	if err := device.SetReplicas(1); err != nil {
		t.Fatal(err)
	}
	x := tensor.Input("x", tensor.Float32, 3)
	sum := x.Square().AllReduce()
	p, err := device.Compile(nil, []*tensor.Tensor{sum, tensor.Grads(sum.Sum(), x)[0]})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := p.Input(x)
	copy(m.Float32(), []float32{1, -2, 3})
	p.Run()
	if y := p.Output(0).Float32(); !slices.Equal(y, []float32{1, 4, 9}) {
		t.Errorf("all-reduce of the squares is %v", y)
	}
	if g := p.Output(1).Float32(); !slices.Equal(g, []float32{2, -4, 6}) {
		t.Errorf("its gradient is %v", g)
	}
}
