package tensor_test

import (
	"testing"

	"github.com/gander-ml/gander/tensor"
)

func TestViewValues(t *testing.T) {
	x := counting(2, 3) // 1 2 3 / 4 5 6
	of := func(shape []int, data ...float64) *tensor.Array { return array(tensor.Float32, shape, data...) }
	checkValues(t, []expectation{
		{"reshape", x.Reshape(3, -1), of([]int{3, 2}, 1, 2, 3, 4, 5, 6)},
		{"reshape to a vector", x.Reshape(-1), f32(1, 2, 3, 4, 5, 6)},
		{"reshape of nothing to what is left", tensor.Zeros(tensor.Float32, 0, 3).Reshape(0, -1), of([]int{0, 1})},
		{"reshape of nothing", tensor.Zeros(tensor.Float32, 0, 3).Reshape(-1, 5), of([]int{0, 5})},
		{"transpose", x.Transpose(1, 0), of([]int{3, 2}, 1, 4, 2, 5, 3, 6)},
		{"transpose rank 3", counting(1, 2, 3).Transpose(2, 0, 1), of([]int{3, 1, 2}, 1, 4, 2, 5, 3, 6)},
		{"reverse rows", x.Reverse(0), of([]int{2, 3}, 4, 5, 6, 1, 2, 3)},
		{"reverse both", x.Reverse(1, 0), of([]int{2, 3}, 6, 5, 4, 3, 2, 1)},
		{"slice", counting(7).Slice([]int{1}, []int{7}, []int{4}), f32(2, 6)},
		{"slice of nothing", counting(7).Slice([]int{7}, []int{7}, []int{1}), f32()},
		{"slice one axis", x.Slice1(-1, 1, 3), of([]int{2, 2}, 2, 3, 5, 6)},
		{"broadcast", floats(1, 2).Broadcast([]int{2, 3}, []int{0}), of([]int{2, 3}, 1, 1, 1, 2, 2, 2)},
		{"broadcast a column", counting(2, 1).BroadcastTo(2, 2, 3), of([]int{2, 2, 3}, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2)},
		{"broadcast to nothing", counting(1).BroadcastTo(2, 0), of([]int{2, 0})},
		{"arithmetic broadcasts", counting(2, 1).Mul(counting(3)), of([]int{2, 3}, 1, 2, 3, 2, 4, 6)},
		{"keepdims", x.Sum(0).KeepDims(0), of([]int{1, 3}, 5, 7, 9)},
		{"keepdims of two", counting(2).KeepDims(2, 0), of([]int{1, 2, 1}, 1, 2)},
		{"keepdims from the last", counting(2).KeepDims(-1), of([]int{2, 1}, 1, 2)},
		{"flatten", counting(2, 1, 2).Flatten(), of([]int{2, 2}, 1, 2, 3, 4)},
		{"iota", tensor.Iota(tensor.Float32, 1, 2, 3), of([]int{2, 3}, 0, 1, 2, 0, 1, 2)},
		{"iota along the rows", tensor.Iota(tensor.Float32, 0, 2, 2), of([]int{2, 2}, 0, 0, 1, 1)},
		{"zeros", tensor.Zeros(tensor.Float32, 2), f32(0, 0)},
		{"full", tensor.Full(tensor.Float32, 7, 2), f32(7, 7)},
		{"constants are rounded", floats(0.1), f32(float64(float32(0.1)))},
	})
}

func TestMovementValues(t *testing.T) {
	x := counting(2, 2) // 1 2 / 3 4
	of := func(shape []int, data ...float64) *tensor.Array { return array(tensor.Float32, shape, data...) }
	pad := func(x *tensor.Tensor, low, high, interior int) *tensor.Tensor {
		return x.Pad(tensor.PadAttr{Low: []int{low}, High: []int{high}, Interior: []int{interior}, Value: 9})
	}
	checkValues(t, []expectation{
		{"pad", pad(floats(1, 2), 1, 2, 0), f32(9, 1, 2, 9, 9)},
		{"pad between", pad(floats(1, 2, 3), 0, 0, 2), f32(1, 9, 9, 2, 9, 9, 3)},
		{"pad by less than nothing", pad(floats(1, 2, 3, 4), -1, -2, 0), f32(2)},
		{"pad cuts what it put between", pad(floats(1, 2, 3), -2, 1, 2), f32(9, 2, 9, 9, 3, 9)},
		{"pad nothing", pad(floats(), 1, 1, 3), f32(9, 9)},
		{"pad away", pad(floats(1, 2), -1, -1, 0), f32()},
		{"pad two axes", x.Pad(tensor.PadAttr{Low: []int{0, 1}, High: []int{1, 0}, Interior: []int{0, 0}}),
			of([]int{3, 3}, 0, 1, 2, 0, 3, 4, 0, 0, 0)},
		{"pad integers", ints(1).Pad(tensor.PadAttr{Low: []int{1}, High: []int{0}, Interior: []int{0}, Value: -1}), i32(-1, 1)},
		{"concatenate", tensor.Concatenate(0, x, counting(1, 2)), of([]int{3, 2}, 1, 2, 3, 4, 1, 2)},
		{"concatenate columns", tensor.Concatenate(-1, x, counting(2, 1), x), of([]int{2, 5}, 1, 2, 1, 1, 2, 3, 4, 2, 3, 4)},
		{"concatenate bools", tensor.Concatenate(0, bools(1), bools(), bools(0)), b1(1, 0)},
		{"gather", x.Gather(ints(1, 0, 1)), of([]int{3, 2}, 3, 4, 1, 2, 3, 4)},
		{"gather one row", x.Gather(tensor.Scalar(tensor.Int32, 1)), f32(3, 4)},
		{"gather out of range", x.Gather(ints(2, -1, 0)), of([]int{3, 2}, nan, nan, nan, nan, 1, 2)},
		{"gather out of range of nothing", tensor.Zeros(tensor.Float32, 0).Gather(ints(0)), f32(nan)},
		{"gather integers out of range", ints(5, 6).Gather(ints(2, 1)), i32(0, 6)},
		{"scatter-add", floats(1, 2, 4).ScatterAdd(ints(2, 0, 2), 4), f32(2, 0, 5, 0)},
		{"scatter-add rows", x.ScatterAdd(ints(1, 1), 2), of([]int{2, 2}, 0, 0, 4, 6)},
		{"scatter-add out of range", floats(1, 2, 4).ScatterAdd(ints(-1, 2, 0), 2), f32(4, 0)},
		{"scatter-add rounds in order", floats(1, 0x1p-24, 0x1p-24).ScatterAdd(ints(0, 0, 0), 1), f32(1)},
	})
}

func TestProductValues(t *testing.T) {
	of := func(shape []int, data ...float64) *tensor.Array { return array(tensor.Float32, shape, data...) }
	a, b := counting(2, 3), counting(3, 2)
	same := tensor.Plain(1)
	same.PadLow[0], same.PadHigh[0] = 1, 1
	strided := tensor.Plain(1)
	strided.Strides[0] = 2
	grouped := tensor.Plain(1)
	grouped.Groups = 2
	checkValues(t, []expectation{
		{"matmul", a.MatMul(b), of([]int{2, 2}, 22, 28, 49, 64)},
		{"outer product", floats(1, 2).Dot(floats(3, 4), tensor.DotAttr{}), of([]int{2, 2}, 3, 4, 6, 8)},
		{"inner product", a.Dot(b, tensor.DotAttr{AContract: []int{1, 0}, BContract: []int{0, 1}}), of(nil, 1+6+15+8+20+36)},
		{"batched", a.Dot(a, tensor.DotAttr{ABatch: []int{0}, BBatch: []int{0}, AContract: []int{1}, BContract: []int{1}}), f32(14, 77)},
		{"product over nothing", tensor.Zeros(tensor.Float32, 2, 0).MatMul(tensor.Zeros(tensor.Float32, 0, 1)), of([]int{2, 1}, 0, 0)},
		{"conv is correlation", floats(1, 2, 3, 4).Reshape(1, 1, 4).Conv(floats(1, 10).Reshape(1, 1, 2), tensor.Plain(1)),
			of([]int{1, 1, 3}, 21, 32, 43)},
		{"conv padded", floats(1, 2, 3).Reshape(1, 1, 3).Conv(floats(1, 10, 100).Reshape(1, 1, 3), same),
			of([]int{1, 1, 3}, 210, 321, 32)},
		{"conv strided", floats(1, 2, 3, 4).Reshape(1, 1, 4).Conv(floats(1, 10).Reshape(1, 1, 2), strided),
			of([]int{1, 1, 2}, 21, 43)},
		{"conv in groups", counting(1, 2, 2).Conv(floats(1, 10).Reshape(2, 1, 1), grouped), of([]int{1, 2, 2}, 1, 2, 30, 40)},
		{"transposed conv", floats(1, 2).Reshape(1, 1, 2).ConvTranspose(floats(1, 10, 100).Reshape(1, 1, 3), strided, []int{1}),
			of([]int{1, 1, 6}, 1, 10, 102, 20, 200, 0)},
	})
}
