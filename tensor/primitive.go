package tensor

// A Family groups the primitives that an engine treats alike.
type Family uint8

const (
	Leaf        Family = iota // a value from outside: input, constant
	Elementwise               // result element i depends on element i of each argument
	Generator                 // elements computed from their index: iota, random bits
	View                      // the argument's elements, seen in another order
	Movement                  // the argument's elements, moved: pad, concatenate, gather
	Reduction                 // sums and maxima along axes
	Product                   // dot and convolution
)

// A Primitive is one of the operations every graph is made of. The set is
// closed under differentiation: a gradient rule answers with primitives.
type Primitive struct {
	Name      string
	Family    Family
	Doc       string // what it computes, with shapes
	StableHLO string // the operation it is written as for XLA

	// infer is the shape rule: the result's dtype and shape, or a panic with
	// a *MisuseError.
	infer func(op *Primitive, args []*Tensor, attr any) (DType, []int)

	// grad is the gradient rule: given y = op(args) and the gradient dy of
	// some scalar by y, it returns that scalar's gradient by each argument,
	// nil where none flows.
	grad func(y, dy *Tensor) []*Tensor

	// plain is the plain Go meaning: it sets out, the elements of y, from the
	// arguments' elements. Values are exact in float64; Eval rounds out to
	// y's dtype.
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
// everywhere, or whose arguments are not continuous.
func noGradient(y, _ *Tensor) []*Tensor { return make([]*Tensor, len(y.args)) }
