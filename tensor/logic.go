package tensor

import (
	"math"
	"slices"
)

// A Direction is the relation that a comparison tests.
type Direction string

// The six comparisons, with the names of StableHLO. A comparison with NaN is
// false, except NotEqual, which is true.
const (
	Equal        Direction = "EQ"
	NotEqual     Direction = "NE"
	Less         Direction = "LT"
	LessEqual    Direction = "LE"
	Greater      Direction = "GT"
	GreaterEqual Direction = "GE"
)

// CompareAttr holds the direction of a comparison.
type CompareAttr struct{ Direction Direction }

func (d Direction) known() bool {
	return slices.Contains([]Direction{Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual}, d)
}

func (d Direction) holds(a, b float64) bool {
	switch d {
	case Equal:
		return a == b
	case NotEqual:
		return a != b
	case Less:
		return a < b
	case LessEqual:
		return a <= b
	case Greater:
		return a > b
	}
	return a >= b
}

var opCompare *Primitive

func init() {
	opCompare = define(&Primitive{
		Name: "compare", Family: Elementwise, StableHLO: "compare",
		Doc: "compare(a, b) is true where the stated comparison of a with b holds, elementwise; the result is bool.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			a, b := args[0], args[1]
			if d := attr.(CompareAttr).Direction; !d.known() {
				misuse(op.Name, args, "%q is not a comparison", d)
			}
			if a.dtype != b.dtype || !slices.Equal(a.shape, b.shape) {
				misuse(op.Name, args, "the dtypes or shapes differ")
			}
			if d := attr.(CompareAttr).Direction; a.dtype == Bool && d != Equal && d != NotEqual {
				misuse(op.Name, args, "bool has no order (convert first)")
			}
			return Bool, a.shape
		},
		grad: noGradient,
		plain: func(y *Tensor, out []float64, args []*Array) {
			direction := y.attr.(CompareAttr).Direction
			for i := range out {
				if direction.holds(args[0].Data[i], args[1].Data[i]) {
					out[i] = 1
				}
			}
		},
	})
}

// Compare returns a bool tensor: true where the comparison of t with u holds.
// It broadcasts.
func (t *Tensor) Compare(direction Direction, u *Tensor) *Tensor {
	return broadcast2(opCompare, CompareAttr{direction}, t, u)
}

var opSelect *Primitive

func init() {
	opSelect = define(&Primitive{
		Name: "select", Family: Elementwise, StableHLO: "select",
		Doc: "select(p, a, b) is a where p (bool) is true and b elsewhere; all of one shape.",
		infer: func(op *Primitive, args []*Tensor, _ any) (DType, []int) {
			p, a, b := args[0], args[1], args[2]
			if p.dtype != Bool || a.dtype != b.dtype {
				misuse(op.Name, args, "want bool and two tensors of one dtype")
			}
			if !slices.Equal(p.shape, a.shape) || !slices.Equal(a.shape, b.shape) {
				misuse(op.Name, args, "the shapes differ")
			}
			return a.dtype, a.shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			p, zero := y.args[0], dy.like(0)
			return []*Tensor{nil, p.Select(dy, zero), p.Select(zero, dy)}
		},
		plain: func(_ *Tensor, out []float64, args []*Array) {
			for i := range out {
				if args[0].Data[i] != 0 {
					out[i] = args[1].Data[i]
				} else {
					out[i] = args[2].Data[i]
				}
			}
		},
	})
}

// Select returns a where t, a bool tensor, is true, and b elsewhere. It
// broadcasts.
func (t *Tensor) Select(a, b *Tensor) *Tensor {
	shape, ok := broadcastShape(a.shape, b.shape)
	if ok {
		shape, ok = broadcastShape(t.shape, shape)
	}
	if !ok {
		misuse(opSelect.Name, []*Tensor{t, a, b}, "the shapes do not broadcast")
	}
	return apply(opSelect, nil, t.BroadcastTo(shape...), a.BroadcastTo(shape...), b.BroadcastTo(shape...))
}

// ConvertAttr holds the dtype of the result.
type ConvertAttr struct{ DType DType }

var opConvert *Primitive

func init() {
	opConvert = define(&Primitive{
		Name: "convert", Family: Elementwise, StableHLO: "convert",
		Doc: "convert(x) is x in another dtype. A float becomes an integer by truncation; it is clamped to the range of " +
			"the integer, and NaN becomes 0. Everything except 0 becomes true.",
		infer: func(_ *Primitive, args []*Tensor, attr any) (DType, []int) {
			return attr.(ConvertAttr).DType, args[0].shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			if x := y.args[0]; x.dtype.IsFloat() && y.dtype.IsFloat() {
				return []*Tensor{dy.Convert(x.dtype)}
			}
			return []*Tensor{nil}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			for i, x := range args[0].Data {
				out[i] = y.dtype.saturate(args[0].DType, x)
			}
		},
	})
}

// saturate clamps a float x to the range of the integer type d. Conversions
// between integer types wrap around; round does this.
func (d DType) saturate(from DType, x float64) float64 {
	if !from.IsFloat() || d.IsFloat() || d == Bool {
		return x
	}
	lo, hi := 0.0, float64(math.MaxUint32)
	if d == Int32 {
		lo, hi = math.MinInt32, math.MaxInt32
	}
	if math.IsNaN(x) {
		return 0
	}
	return math.Trunc(min(max(x, lo), hi))
}

// Convert returns t in another dtype.
func (t *Tensor) Convert(dtype DType) *Tensor {
	if t.dtype == dtype {
		return t
	}
	return apply(opConvert, ConvertAttr{dtype}, t)
}
