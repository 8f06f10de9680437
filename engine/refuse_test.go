package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestCompileRefuses wants an error, and no panic, for what cannot be compiled.
func TestCompileRefuses(t *testing.T) {
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
		{"an update of what is none", nil, []Update{{deep, deep}}, "which is not state"},
		{"an update of another shape", nil, []Update{{v, v.Sum()}}, "cannot become"},
		{"too many dimensions", []*tensor.Tensor{deep.Exp()}, nil, "has 13 dimensions, at most 12 can be computed"},
	} {
		if _, err := device.Compile(store, c.outputs, c.updates...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}
