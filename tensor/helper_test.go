package tensor_test

import (
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// array returns an array with the given elements.
func array(dtype tensor.DType, shape []int, data ...float64) *tensor.Array {
	return &tensor.Array{DType: dtype, Shape: shape, Data: data}
}

// vector returns a constant of shape [len(data)].
func vector(dtype tensor.DType, data ...float64) *tensor.Tensor {
	return tensor.Const(array(dtype, []int{len(data)}, data...))
}

// floats returns a float32 vector; ints, words and bools return vectors of
// int32, uint32 and bool.
func floats(data ...float64) *tensor.Tensor { return vector(tensor.Float32, data...) }
func ints(data ...float64) *tensor.Tensor   { return vector(tensor.Int32, data...) }
func words(data ...float64) *tensor.Tensor  { return vector(tensor.Uint32, data...) }
func bools(data ...float64) *tensor.Tensor  { return vector(tensor.Bool, data...) }

// counting returns 1, 2, 3, ... in the given shape, in float32.
func counting(shape ...int) *tensor.Tensor {
	a := tensor.NewArray(tensor.Float32, shape...)
	for i := range a.Data {
		a.Data[i] = float64(i + 1)
	}
	return tensor.Const(a)
}

// eval computes x, which must not depend on inputs.
func eval(t testing.TB, x *tensor.Tensor) *tensor.Array {
	t.Helper()
	found, err := tensor.Eval([]*tensor.Tensor{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}
