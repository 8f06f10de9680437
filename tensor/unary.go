package tensor

import "math"

// inferUnary is the shape rule of operations from one float tensor to another
// of the same shape. more lists further dtypes that the operation accepts.
func inferUnary(more ...DType) func(*Primitive, []*Tensor, any) (DType, []int) {
	return func(op *Primitive, args []*Tensor, _ any) (DType, []int) {
		x := args[0]
		ok := x.dtype.IsFloat()
		for _, d := range more {
			ok = ok || x.dtype == d
		}
		if !ok {
			misuse(op.Name, args, "not defined for %v", x.dtype)
		}
		return x.dtype, x.shape
	}
}

// plainUnary is the plain implementation that applies f to every element.
func plainUnary(f func(float64) float64) func(*Tensor, []float64, []*Array) {
	return func(_ *Tensor, out []float64, args []*Array) {
		for i, x := range args[0].Data {
			out[i] = f(x)
		}
	}
}

// gradUnary is the gradient rule dx = rule(x, y, dy).
func gradUnary(rule func(x, y, dy *Tensor) *Tensor) func(y, dy *Tensor) []*Tensor {
	return func(y, dy *Tensor) []*Tensor { return []*Tensor{rule(y.args[0], y, dy)} }
}

var opNeg *Primitive

func init() {
	opNeg = define(&Primitive{
		Name: "neg", Family: Elementwise, StableHLO: "negate",
		Doc:   "neg(x) = -x, elementwise; integers wrap around.",
		infer: inferUnary(Int32, Uint32),
		grad:  gradUnary(func(_, _, dy *Tensor) *Tensor { return dy.Neg() }),
		plain: plainUnary(func(x float64) float64 { return -x }),
	})
}

var opExp *Primitive

func init() {
	opExp = define(&Primitive{
		Name: "exp", Family: Elementwise, StableHLO: "exponential",
		Doc:   "exp(x) = e^x, elementwise.",
		infer: inferUnary(),
		grad:  gradUnary(func(_, y, dy *Tensor) *Tensor { return dy.Mul(y) }),
		plain: plainUnary(math.Exp),
	})
}

var opLog *Primitive

func init() {
	opLog = define(&Primitive{
		Name: "log", Family: Elementwise, StableHLO: "log",
		Doc:   "log(x) is the natural logarithm, elementwise; -Inf at 0, NaN below.",
		infer: inferUnary(),
		grad:  gradUnary(func(x, _, dy *Tensor) *Tensor { return dy.Div(x) }),
		plain: plainUnary(math.Log),
	})
}

var opTanh *Primitive

func init() {
	opTanh = define(&Primitive{
		Name: "tanh", Family: Elementwise, StableHLO: "tanh",
		Doc:   "tanh(x) is the hyperbolic tangent, elementwise.",
		infer: inferUnary(),
		grad: gradUnary(func(_, y, dy *Tensor) *Tensor {
			return dy.Mul(y.like(1).Sub(y.Mul(y)))
		}),
		plain: plainUnary(math.Tanh),
	})
}

var opLogistic *Primitive

func init() {
	opLogistic = define(&Primitive{
		Name: "logistic", Family: Elementwise, StableHLO: "logistic",
		Doc:   "logistic(x) = 1 / (1 + e^-x), elementwise.",
		infer: inferUnary(),
		grad: gradUnary(func(_, y, dy *Tensor) *Tensor {
			return dy.Mul(y).Mul(y.like(1).Sub(y))
		}),
		plain: plainUnary(func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }),
	})
}

var opSqrt *Primitive

func init() {
	opSqrt = define(&Primitive{
		Name: "sqrt", Family: Elementwise, StableHLO: "sqrt",
		Doc:   "sqrt(x) is the square root, elementwise; NaN below 0.",
		infer: inferUnary(),
		grad:  gradUnary(func(_, y, dy *Tensor) *Tensor { return dy.Scale(0.5).Div(y) }),
		plain: plainUnary(math.Sqrt),
	})
}

var opRsqrt *Primitive

func init() {
	opRsqrt = define(&Primitive{
		Name: "rsqrt", Family: Elementwise, StableHLO: "rsqrt",
		Doc:   "rsqrt(x) = 1 / sqrt(x), elementwise.",
		infer: inferUnary(),
		grad: gradUnary(func(_, y, dy *Tensor) *Tensor {
			return dy.Scale(-0.5).Mul(y.Mul(y).Mul(y))
		}),
		plain: plainUnary(func(x float64) float64 { return 1 / math.Sqrt(x) }),
	})
}

var opAbs *Primitive

func init() {
	opAbs = define(&Primitive{
		Name: "abs", Family: Elementwise, StableHLO: "abs",
		Doc:   "abs(x) = |x|, elementwise; its gradient at 0 is 0.",
		infer: inferUnary(Int32),
		grad:  gradUnary(func(x, _, dy *Tensor) *Tensor { return dy.Mul(x.Sign()) }),
		plain: plainUnary(math.Abs),
	})
}

var opSign *Primitive

func init() {
	opSign = define(&Primitive{
		Name: "sign", Family: Elementwise, StableHLO: "sign",
		Doc:   "sign(x) is -1, 0 or 1, elementwise; NaN remains NaN.",
		infer: inferUnary(Int32),
		grad:  noGradient,
		plain: plainUnary(func(x float64) float64 {
			switch {
			case x > 0:
				return 1
			case x < 0:
				return -1
			}
			return x // zero and NaN are unchanged; zero keeps its sign
		}),
	})
}

var opSin *Primitive

func init() {
	opSin = define(&Primitive{
		Name: "sin", Family: Elementwise, StableHLO: "sine",
		Doc:   "sin(x), x in radians, elementwise.",
		infer: inferUnary(),
		grad:  gradUnary(func(x, _, dy *Tensor) *Tensor { return dy.Mul(x.Cos()) }),
		plain: plainUnary(math.Sin),
	})
}

var opCos *Primitive

func init() {
	opCos = define(&Primitive{
		Name: "cos", Family: Elementwise, StableHLO: "cosine",
		Doc:   "cos(x), x in radians, elementwise.",
		infer: inferUnary(),
		grad:  gradUnary(func(x, _, dy *Tensor) *Tensor { return dy.Mul(x.Sin()).Neg() }),
		plain: plainUnary(math.Cos),
	})
}

var opFloor *Primitive

func init() {
	opFloor = define(&Primitive{
		Name: "floor", Family: Elementwise, StableHLO: "floor",
		Doc:   "floor(x) is the largest integer not above x, elementwise.",
		infer: inferUnary(),
		grad:  noGradient,
		plain: plainUnary(math.Floor),
	})
}

// Neg returns -t.
func (t *Tensor) Neg() *Tensor { return apply(opNeg, nil, t) }

// Exp returns e^t.
func (t *Tensor) Exp() *Tensor { return apply(opExp, nil, t) }

// Log returns the natural logarithm of t.
func (t *Tensor) Log() *Tensor { return apply(opLog, nil, t) }

// Tanh returns the hyperbolic tangent of t.
func (t *Tensor) Tanh() *Tensor { return apply(opTanh, nil, t) }

// Logistic returns 1 / (1 + e^-t), the sigmoid.
func (t *Tensor) Logistic() *Tensor { return apply(opLogistic, nil, t) }

// Sqrt returns the square root of t.
func (t *Tensor) Sqrt() *Tensor { return apply(opSqrt, nil, t) }

// Rsqrt returns 1 / sqrt(t).
func (t *Tensor) Rsqrt() *Tensor { return apply(opRsqrt, nil, t) }

// Abs returns |t|.
func (t *Tensor) Abs() *Tensor { return apply(opAbs, nil, t) }

// Sign returns -1, 0 or 1.
func (t *Tensor) Sign() *Tensor { return apply(opSign, nil, t) }

// Sin returns the sine of t radians.
func (t *Tensor) Sin() *Tensor { return apply(opSin, nil, t) }

// Cos returns the cosine of t radians.
func (t *Tensor) Cos() *Tensor { return apply(opCos, nil, t) }

// Floor returns the largest integers not above t.
func (t *Tensor) Floor() *Tensor { return apply(opFloor, nil, t) }
