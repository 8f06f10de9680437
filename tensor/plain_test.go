package tensor_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gander-ml/gander/tensor"
)

var (
	inf = math.Inf(1)
	nan = math.NaN()
)

const (
	minInt32  = math.MinInt32
	maxInt32  = math.MaxInt32
	maxUint32 = math.MaxUint32
)

// An expectation is an expression and its expected elements.
type expectation struct {
	name string
	x    *tensor.Tensor
	want *tensor.Array
}

// checkValues compares plain implementations with expected elements that are
// written by hand. They must be equal. Here NaN equals NaN, and the two zeros
// are equal.
func checkValues(t *testing.T, expectations []expectation) {
	t.Helper()
	for _, m := range expectations {
		if diff := cmp.Diff(m.want, eval(t, m.x), cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m.name, diff)
		}
	}
}

func f32(data ...float64) *tensor.Array { return array(tensor.Float32, []int{len(data)}, data...) }
func i32(data ...float64) *tensor.Array { return array(tensor.Int32, []int{len(data)}, data...) }
func u32(data ...float64) *tensor.Array { return array(tensor.Uint32, []int{len(data)}, data...) }
func b1(data ...float64) *tensor.Array  { return array(tensor.Bool, []int{len(data)}, data...) }

func TestUnaryValues(t *testing.T) {
	x := floats(-inf, -2, 0, 1, inf, nan)
	checkValues(t, []expectation{
		{"neg", x.Neg(), f32(inf, 2, math.Copysign(0, -1), -1, -inf, nan)},
		{"neg of int32", ints(1, minInt32).Neg(), i32(-1, minInt32)},
		{"neg of uint32", words(0, 1).Neg(), u32(0, maxUint32)},
		{"exp", floats(-inf, 0, 89, inf, nan).Exp(), f32(0, 1, inf, inf, nan)}, // e^89 is too large for float32
		{"log", x.Log(), f32(nan, nan, -inf, 0, inf, nan)},
		{"tanh", floats(-inf, 0, inf, nan).Tanh(), f32(-1, 0, 1, nan)},
		{"logistic", floats(-inf, -1000, 0, 1000, inf, nan).Logistic(), f32(0, 0, 0.5, 1, 1, nan)},
		{"sqrt", floats(-1, 0, 4, inf, nan).Sqrt(), f32(nan, 0, 2, inf, nan)},
		{"rsqrt", floats(-1, 0, 4, inf, nan).Rsqrt(), f32(nan, inf, 0.5, 0, nan)},
		{"abs", x.Abs(), f32(inf, 2, 0, 1, inf, nan)},
		{"abs of int32", ints(-3, minInt32).Abs(), i32(3, minInt32)},
		{"sign", x.Sign(), f32(-1, -1, 0, 1, 1, nan)},
		{"sign of int32", ints(-3, 0, 7).Sign(), i32(-1, 0, 1)},
		{"sin", floats(0, inf).Sin(), f32(0, nan)},
		{"cos", floats(0, inf).Cos(), f32(1, nan)},
		{"floor", floats(-1.5, -1, 0.5, inf, nan).Floor(), f32(-2, -1, 0, inf, nan)},
		{"stop-gradient", x.StopGradient(), f32(-inf, -2, 0, 1, inf, nan)},
		{"all-reduce on one replica", x.AllReduce(), f32(-inf, -2, 0, 1, inf, nan)},
	})
}

func TestBinaryValues(t *testing.T) {
	a, b := floats(1, inf, inf, nan, 0), floats(2, -inf, nan, -inf, 0)
	checkValues(t, []expectation{
		{"add", a.Add(b), f32(3, nan, nan, nan, 0)},
		{"sub", a.Sub(b), f32(-1, inf, nan, nan, 0)},
		{"mul", a.Mul(b), f32(2, -inf, nan, nan, 0)},
		{"div", a.Div(b), f32(0.5, nan, nan, nan, nan)},
		{"div by 0", floats(1, -1).Div(floats(0, 0)), f32(inf, -inf)},
		{"max", a.Max(b), f32(2, inf, nan, nan, 0)},
		{"min", a.Min(b), f32(1, -inf, nan, nan, 0)},
		{"max of NaN and -Inf", floats(-inf, nan).Max(floats(nan, -inf)), f32(nan, nan)},
		{"min of NaN and -Inf", floats(-inf, nan).Min(floats(nan, -inf)), f32(nan, nan)},
		{"pow", floats(2, -2, 0, -8, 0).Pow(floats(3, 3, 0, 0.5, -1)), f32(8, -8, 1, nan, inf)},
		{"rounding", floats(1).Add(floats(0x1p-25)), f32(1)},
		{"overflow", floats(math.MaxFloat32).Scale(2), f32(inf)},
		{"float64 is not rounded", vector(tensor.Float64, 1).Plus(0x1p-52), array(tensor.Float64, []int{1}, 1+0x1p-52)},
		{"or", bools(0, 0, 1, 1).Max(bools(0, 1, 0, 1)), b1(0, 1, 1, 1)},
		{"and", bools(0, 0, 1, 1).Min(bools(0, 1, 0, 1)), b1(0, 0, 0, 1)},
	})
}

func TestIntegersWrapAround(t *testing.T) {
	checkValues(t, []expectation{
		{"add int32", ints(maxInt32).Add(ints(1)), i32(minInt32)},
		{"sub int32", ints(minInt32).Sub(ints(1)), i32(maxInt32)},
		{"mul int32", ints(65537, minInt32).Mul(ints(65537, -1)), i32(131073, minInt32)},
		{"mul uint32", words(0xDEADBEEF).Mul(words(0xCAFEBABE)), u32(0xDEADBEEF * 0xCAFEBABE & maxUint32)},
		{"add uint32", words(maxUint32).Add(words(2)), u32(1)},
		{"sub uint32", words(0).Sub(words(1)), u32(maxUint32)},
		{"div int32 truncates", ints(7, -7, 7, -7).Div(ints(2, 2, -2, -2)), i32(3, -3, -3, 3)},
		{"div int32 overflows", ints(minInt32).Div(ints(-1)), i32(minInt32)},
		{"div int32 by 0", ints(5, 0).Div(ints(0, 0)), i32(-1, -1)},
		{"div uint32", words(maxUint32, 5).Div(words(2, 0)), u32(maxInt32, maxUint32)},
		{"sum of int32", ints(maxInt32, 1, 1).Sum(), array(tensor.Int32, nil, minInt32+1)},
		{"scatter-add of int32", ints(maxInt32, 1).ScatterAdd(ints(0, 0), 1), i32(minInt32)},
	})
}

func TestCompareValues(t *testing.T) {
	a, b := floats(1, 2, 2, nan, nan, -inf), floats(2, 2, 1, 0, nan, inf)
	checkValues(t, []expectation{
		{"==", a.Compare(tensor.Equal, b), b1(0, 1, 0, 0, 0, 0)},
		{"!=", a.Compare(tensor.NotEqual, b), b1(1, 0, 1, 1, 1, 1)},
		{"<", a.Compare(tensor.Less, b), b1(1, 0, 0, 0, 0, 1)},
		{"<=", a.Compare(tensor.LessEqual, b), b1(1, 1, 0, 0, 0, 1)},
		{">", a.Compare(tensor.Greater, b), b1(0, 0, 1, 0, 0, 0)},
		{">=", a.Compare(tensor.GreaterEqual, b), b1(0, 1, 1, 0, 0, 0)},
		{"signed", ints(-1).Compare(tensor.Less, ints(1)), b1(1)},
		{"unsigned", words(maxUint32).Compare(tensor.Less, words(1)), b1(0)},
		{"zeros are equal", floats(math.Copysign(0, -1)).Compare(tensor.Equal, floats(0)), b1(1)},
		{"select", bools(1, 0, 1).Select(floats(1, nan, 3), floats(nan, 5, 6)), f32(1, 5, 3)},
		{"select of integers", bools(1, 0).Select(ints(1, 2), ints(3, 4)), i32(1, 4)},
	})
}

func TestConvertValues(t *testing.T) {
	x := floats(-1.9, 1.9, -inf, inf, nan, 3e9, -3e9, 0x1p32)
	checkValues(t, []expectation{
		{"float to int32", x.Convert(tensor.Int32), i32(-1, 1, minInt32, maxInt32, 0, maxInt32, minInt32, maxInt32)},
		{"float to uint32", x.Convert(tensor.Uint32), u32(0, 1, 0, maxUint32, 0, 3e9, 0, maxUint32)},
		{"float to bool", floats(0, math.Copysign(0, -1), 0.1, -1, nan, inf).Convert(tensor.Bool), b1(0, 0, 1, 1, 1, 1)},
		{"int32 to float32", ints(1<<24+1, -5).Convert(tensor.Float32), f32(1<<24, -5)},
		{"int32 to uint32", ints(-1, minInt32).Convert(tensor.Uint32), u32(maxUint32, 1<<31)},
		{"uint32 to int32", words(maxUint32, 7).Convert(tensor.Int32), i32(-1, 7)},
		{"uint32 to float32", words(maxUint32).Convert(tensor.Float32), f32(0x1p32)},
		{"int32 to bool", ints(0, -4).Convert(tensor.Bool), b1(0, 1)},
		{"bool to float32", bools(0, 1).Convert(tensor.Float32), f32(0, 1)},
		{"bool to int32", bools(0, 1).Convert(tensor.Int32), i32(0, 1)},
		{"float64 to float32", vector(tensor.Float64, 0.1, 1e300, -1e300).Convert(tensor.Float32), f32(float64(float32(0.1)), inf, -inf)},
		{"to its own dtype", ints(3).Convert(tensor.Int32), i32(3)},
	})
}

func TestReduceValues(t *testing.T) {
	x := tensor.Const(array(tensor.Float32, []int{2, 3}, 1, 5, 3, 4, 2, 6))
	none := tensor.Zeros(tensor.Float32, 0, 2)
	scalar := func(v float64) *tensor.Array { return array(tensor.Float32, nil, v) }
	checkValues(t, []expectation{
		{"sum", x.Sum(), scalar(21)},
		{"sum over 0", x.Sum(0), f32(5, 7, 9)},
		{"sum over -1", x.Sum(-1), f32(9, 12)},
		{"sum over nothing", none.Sum(0), f32(0, 0)},
		{"sum of a scalar", tensor.Scalar(tensor.Float32, 3).Sum(), scalar(3)},
		{"sum of Inf and -Inf", floats(inf, -inf).Sum(), scalar(nan)},
		{"max", x.MaxOver(), scalar(6)},
		{"max over 0", x.MaxOver(0), f32(4, 5, 6)},
		{"max over nothing", none.MaxOver(0), f32(-inf, -inf)},
		{"max over nothing of int32", tensor.Zeros(tensor.Int32, 0, 1).MaxOver(0), i32(minInt32)},
		{"max over nothing of uint32", tensor.Zeros(tensor.Uint32, 0, 1).MaxOver(0), u32(0)},
		{"max with NaN first", floats(nan, inf, 1).MaxOver(), scalar(nan)},
		{"max with NaN last", floats(1, inf, nan).MaxOver(), scalar(nan)},
		{"mean", x.Mean(1), f32(3, 4)},
		{"mean over all", x.Mean(), scalar(3.5)},
		{"mean of one", floats(3).Mean(), scalar(3)},
		{"mean over nothing", none.Mean(0), f32(0, 0)},
		{"sum per example", counting(2, 2, 2).SumPerExample(), f32(10, 26)},
		{"argmax over 0", x.ArgMax(0), i32(1, 0, 1)},
		{"argmax over 1", x.ArgMax(1), i32(1, 2)},
		{"argmax of a tie is the first", floats(1, 7, 7).ArgMax(0), array(tensor.Int32, nil, 1)},
		{"argmax of NaN is the first NaN", floats(1, nan, inf, nan).ArgMax(0), array(tensor.Int32, nil, 1)},
		{"argmax of NaN at the start", floats(nan, inf).ArgMax(0), array(tensor.Int32, nil, 0)},
		{"argmax of -Inf", floats(-inf, -inf).ArgMax(-1), array(tensor.Int32, nil, 0)},
		{"argmax of int32", ints(3, -1, 4).ArgMax(0), array(tensor.Int32, nil, 2)},
	})
}
