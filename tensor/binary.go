package tensor

import (
	"math"
	"slices"
)

// inferBinary is the shape rule of elementwise operations on two tensors with
// the same shape and dtype. The methods broadcast before they call it.
func inferBinary(op *Primitive, args []*Tensor, _ any) (DType, []int) {
	a, b := args[0], args[1]
	if a.dtype != b.dtype {
		misuse(op.Name, args, "the dtypes differ")
	}
	if !slices.Equal(a.shape, b.shape) {
		misuse(op.Name, args, "the shapes differ")
	}
	if a.dtype == Bool && op != opMax && op != opMin {
		misuse(op.Name, args, "not defined for bool (max is or, min is and)")
	}
	return a.dtype, a.shape
}

// plainBinary is the plain implementation that applies f to pairs of elements.
// integer is used in its place for integer dtypes, if it is not nil.
func plainBinary(f func(a, b float64) float64, integer func(a, b int64) int64) func(*Tensor, []float64, []*Array) {
	return func(y *Tensor, out []float64, args []*Array) {
		a, b := args[0].Data, args[1].Data
		for i := range out {
			if integer != nil && !y.dtype.IsFloat() {
				// Truncate to 32 bits, because the product of two integers may
				// not fit a float64. Eval converts the same bits to uint32 if
				// needed.
				out[i] = float64(int32(integer(int64(a[i]), int64(b[i]))))
			} else {
				out[i] = f(a[i], b[i])
			}
		}
	}
}

var opAdd *Primitive

func init() {
	opAdd = define(&Primitive{
		Name: "add", Family: Elementwise, StableHLO: "add",
		Doc:   "add(a, b) = a + b, elementwise; integers wrap around.",
		infer: inferBinary,
		grad:  func(_, dy *Tensor) []*Tensor { return []*Tensor{dy, dy} },
		plain: plainBinary(func(a, b float64) float64 { return a + b }, nil),
	})
}

var opSub *Primitive

func init() {
	opSub = define(&Primitive{
		Name: "sub", Family: Elementwise, StableHLO: "subtract",
		Doc:   "sub(a, b) = a - b, elementwise; integers wrap around.",
		infer: inferBinary,
		grad:  func(_, dy *Tensor) []*Tensor { return []*Tensor{dy, dy.Neg()} },
		plain: plainBinary(func(a, b float64) float64 { return a - b }, nil),
	})
}

var opMul *Primitive

func init() {
	opMul = define(&Primitive{
		Name: "mul", Family: Elementwise, StableHLO: "multiply",
		Doc:   "mul(a, b) = a * b, elementwise; integers wrap around.",
		infer: inferBinary,
		grad: func(y, dy *Tensor) []*Tensor {
			return []*Tensor{dy.Mul(y.args[1]), dy.Mul(y.args[0])}
		},
		plain: plainBinary(
			func(a, b float64) float64 { return a * b },
			func(a, b int64) int64 { return a * b }),
	})
}

var opDiv *Primitive

func init() {
	opDiv = define(&Primitive{
		Name: "div", Family: Elementwise, StableHLO: "divide",
		Doc:   "div(a, b) = a / b, elementwise; integers truncate towards 0, and an integer divided by 0 gives -1 (all bits set).",
		infer: inferBinary,
		grad: func(y, dy *Tensor) []*Tensor {
			da := dy.Div(y.args[1])
			return []*Tensor{da, da.Mul(y).Neg()}
		},
		plain: plainBinary(
			func(a, b float64) float64 { return a / b },
			func(a, b int64) int64 {
				if b == 0 {
					return -1
				}
				return a / b
			}),
	})
}

var opMax *Primitive

func init() {
	opMax = define(&Primitive{
		Name: "max", Family: Elementwise, StableHLO: "maximum",
		Doc:   "max(a, b), elementwise; NaN if either is NaN; equal arguments share the gradient. On bool: or.",
		infer: inferBinary,
		grad:  gradExtremum(Greater),
		plain: plainBinary(greater, nil),
	})
}

var opMin *Primitive

func init() {
	opMin = define(&Primitive{
		Name: "min", Family: Elementwise, StableHLO: "minimum",
		Doc:   "min(a, b), elementwise; NaN if either is NaN; equal arguments share the gradient. On bool: and.",
		infer: inferBinary,
		grad:  gradExtremum(Less),
		plain: plainBinary(lesser, nil),
	})
}

// greater and lesser are the plain maximum and minimum: NaN if either argument
// is NaN. math.Max and math.Min differ: an infinity takes precedence over NaN
// there.
func greater(a, b float64) float64 { return max(a, b) }
func lesser(a, b float64) float64  { return min(a, b) }

// gradExtremum passes the gradient to the argument that is the result, and half
// of it to each where they are equal.
func gradExtremum(wins Direction) func(y, dy *Tensor) []*Tensor {
	return func(y, dy *Tensor) []*Tensor {
		a, b := y.args[0], y.args[1]
		zero, half := dy.like(0), dy.Scale(0.5)
		tie := a.Compare(Equal, b)
		return []*Tensor{
			tie.Select(half, a.Compare(wins, b).Select(dy, zero)),
			tie.Select(half, b.Compare(wins, a).Select(dy, zero)),
		}
	}
}

var opPow *Primitive

func init() {
	opPow = define(&Primitive{
		Name: "pow", Family: Elementwise, StableHLO: "power",
		Doc: "pow(a, b) = a^b, elementwise, floats only; the gradient by b is 0 where a is not positive.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			if !args[0].dtype.IsFloat() {
				misuse(op.Name, args, "not defined for %v", args[0].dtype)
			}
			return inferBinary(op, args, attr)
		},
		grad: func(y, dy *Tensor) []*Tensor {
			a, b := y.args[0], y.args[1]
			zero, one := b.like(0), b.like(1)
			// Where b is 0, the gradient by a is 0. There, if 1/a is infinite,
			// 1 replaces a, because 0 times infinity is NaN.
			infinite := one.Div(a).Abs().Compare(Equal, a.like(math.Inf(1)))
			base := b.Compare(Equal, zero).Min(infinite).Select(one, a)
			// 1 replaces an a without a logarithm.
			positive := a.Compare(Greater, zero)
			log := positive.Select(a, one).Log()
			return []*Tensor{dy.Mul(b).Mul(base.Pow(b.Sub(one))), positive.Select(dy.Mul(y).Mul(log), zero)}
		},
		plain: plainBinary(math.Pow, nil),
	})
}

// broadcast2 applies an elementwise op after broadcasting a and b to their
// common shape.
func broadcast2(op *Primitive, attr any, a, b *Tensor) *Tensor {
	shape, ok := broadcastShape(a.shape, b.shape)
	if !ok {
		misuse(op.Name, []*Tensor{a, b}, "the shapes do not broadcast")
	}
	return apply(op, attr, a.BroadcastTo(shape...), b.BroadcastTo(shape...))
}

// Add returns t + u. The arithmetic methods broadcast: dimensions are matched
// from the last, and dimensions that are 1 or missing are repeated.
func (t *Tensor) Add(u *Tensor) *Tensor { return broadcast2(opAdd, nil, t, u) }

// Sub returns t - u.
func (t *Tensor) Sub(u *Tensor) *Tensor { return broadcast2(opSub, nil, t, u) }

// Mul returns t * u, elementwise.
func (t *Tensor) Mul(u *Tensor) *Tensor { return broadcast2(opMul, nil, t, u) }

// Div returns t / u, elementwise.
func (t *Tensor) Div(u *Tensor) *Tensor { return broadcast2(opDiv, nil, t, u) }

// Max returns the maximum of t and u, elementwise; of bools, t or u.
func (t *Tensor) Max(u *Tensor) *Tensor { return broadcast2(opMax, nil, t, u) }

// Min returns the minimum of t and u, elementwise; of bools, t and u.
func (t *Tensor) Min(u *Tensor) *Tensor { return broadcast2(opMin, nil, t, u) }

// Pow returns t to the power of u, elementwise.
func (t *Tensor) Pow(u *Tensor) *Tensor { return broadcast2(opPow, nil, t, u) }
