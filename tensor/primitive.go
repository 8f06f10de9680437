package tensor

// A Family groups primitives that an engine handles in the same way.
type Family uint8

const (
	Leaf        Family = iota // a value from outside: input, constant
	Elementwise               // result element i depends on element i of each argument
	Generator                 // elements computed from their index: iota, random bits
	View                      // the elements of the argument in another order
	Movement                  // the elements of the argument at other positions: pad, concatenate, gather
	Reduction                 // sums and maxima along axes
	Product                   // dot and convolution
)

// A Primitive is one of the operations that graphs consist of. The set is closed
// under differentiation: a gradient rule returns primitives.
type Primitive struct {
	Name      string
	Family    Family
	Doc       string // definition, with shapes
	StableHLO string // the corresponding operation of StableHLO, for XLA

	// infer is the shape rule. It returns the dtype and shape of the result, or
	// panics with a *MisuseError.
	infer func(op *Primitive, args []*Tensor, attr any) (DType, []int)

	// grad is the gradient rule. y is op(args), and dy is the gradient of a
	// scalar by y. The rule returns the gradient of this scalar by each
	// argument, or nil where no gradient flows.
	grad func(y, dy *Tensor) []*Tensor

	// plain is the plain Go implementation. It sets out, the elements of y,
	// from the elements of the arguments. Values are exact in float64; Eval
	// rounds out to the dtype of y.
	plain func(y *Tensor, out []float64, args []*Array)
}

// primitives is the closed set, in the order of the documentation.
var primitives []*Primitive

// define adds op to the closed set.
func define(op *Primitive) *Primitive {
	primitives = append(primitives, op)
	return op
}

// Primitives returns the closed set of primitives.
func Primitives() []*Primitive { return primitives }

// noGradient is the gradient rule of a primitive that is constant almost
// everywhere, or that has no continuous arguments.
func noGradient(y, _ *Tensor) []*Tensor { return make([]*Tensor, len(y.args)) }
