package tensor_test

import (
	"strings"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

func TestEvalChecksInputs(t *testing.T) {
	x := tensor.Input("pixels", tensor.Float32, 2, 3)
	for _, c := range []struct {
		name  string
		given *tensor.Array
		want  string // part of the error; empty if no error is expected
	}{
		{"fits", tensor.NewArray(tensor.Float32, 2, 3), ""},
		{"missing", nil, `"pixels" of float32[2,3] has no value`},
		{"dtype", tensor.NewArray(tensor.Float64, 2, 3), "float64[2,3]"},
		{"another shape of one size", tensor.NewArray(tensor.Float32, 3, 2), "float32[3,2]"},
		{"too few elements", array(tensor.Float32, []int{2, 3}, 1), "1 elements"},
	} {
		_, err := tensor.Eval([]*tensor.Tensor{x.Sum()}, map[*tensor.Tensor]*tensor.Array{x: c.given})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestEvalRoundsInputs(t *testing.T) {
	x := tensor.Input("x", tensor.Float32)
	given := array(tensor.Float32, nil, 0.1)
	found, err := tensor.Eval([]*tensor.Tensor{x, x.Convert(tensor.Float64)}, map[*tensor.Tensor]*tensor.Array{x: given})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range found {
		if got.Data[0] != float64(float32(0.1)) {
			t.Errorf("got %v", got.Data[0])
		}
	}
	if given.Data[0] != 0.1 {
		t.Error("the value given was changed")
	}
}

func TestRootsMayRepeatAndDependOnEachOther(t *testing.T) {
	x := floats(1, 2)
	y := x.Plus(1)
	found, err := tensor.Eval([]*tensor.Tensor{y, x, y}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if found[0].Data[0] != 2 || found[1].Data[0] != 1 || found[2].Data[0] != 2 {
		t.Errorf("got %v", found)
	}
}
