package tensor

import (
	"slices"
	"sync/atomic"
)

// A Tensor is a symbolic value: one node of a computation. It is immutable. Its
// arguments are created before it, so a graph has no cycles, and the order of
// identifiers is a topological order.
type Tensor struct {
	id    uint64
	op    *Primitive
	args  []*Tensor
	attr  any
	dtype DType
	shape []int
}

var lastID atomic.Uint64

// apply returns the tensor op(args) after the shape rule of op has checked it.
func apply(op *Primitive, attr any, args ...*Tensor) *Tensor {
	dtype, shape := op.infer(op, args, attr)
	if slices.ContainsFunc(shape, func(d int) bool { return d < 0 }) {
		misuse(op.Name, args, "the shape %v has a negative dimension", shape)
	}
	return &Tensor{id: lastID.Add(1), op: op, args: args, attr: attr, dtype: dtype, shape: shape}
}

// Input returns a value that is given when the computation runs: a minibatch, a
// parameter, a counter. The name is only for messages; two inputs with the same
// name are different inputs.
func Input(name string, dtype DType, shape ...int) *Tensor {
	return apply(opInput, InputAttr{Name: name, DType: dtype, Shape: slices.Clone(shape)})
}

// Const returns a tensor with a fixed value.
func Const(value *Array) *Tensor { return apply(opConstant, ConstantAttr{Value: value}) }

// Scalar returns the constant v as a tensor of shape []. A float is rounded. An
// integer dtype must represent v exactly.
func Scalar(dtype DType, v float64) *Tensor {
	if !dtype.IsFloat() && dtype.round(v) != v {
		misuse(opConstant.Name, nil, "%v is not of type %v", v, dtype)
	}
	return Const(&Array{DType: dtype, Data: []float64{dtype.round(v)}})
}

// Zeros returns a tensor of zeros with the given shape.
func Zeros(dtype DType, shape ...int) *Tensor { return Full(dtype, 0, shape...) }

// Full returns a tensor with the given shape and all elements equal to v.
func Full(dtype DType, v float64, shape ...int) *Tensor {
	return Scalar(dtype, v).BroadcastTo(shape...)
}

// ID returns an identifier that orders tensors by age: the arguments of a
// tensor have smaller identifiers.
func (t *Tensor) ID() uint64 { return t.id }

// Op returns the primitive that computes this tensor.
func (t *Tensor) Op() *Primitive { return t.op }

// Args returns the arguments of the primitive. They must not be changed.
func (t *Tensor) Args() []*Tensor { return t.args }

// Attr returns the primitive's attributes, a struct such as [ConvAttr], or nil.
func (t *Tensor) Attr() any { return t.attr }

// DType returns the type of the elements.
func (t *Tensor) DType() DType { return t.dtype }

// Shape returns the dimensions. They must not be changed.
func (t *Tensor) Shape() []int { return t.shape }

// Dim returns dimension axis; a negative axis counts from the last.
func (t *Tensor) Dim(axis int) int { return t.shape[t.axis("dim", axis)] }

// Rank returns the number of dimensions.
func (t *Tensor) Rank() int { return len(t.shape) }

// Size returns the number of elements.
func (t *Tensor) Size() int { return Size(t.shape) }

// String returns the dtype and shape, not the elements: "float32[100,784]".
func (t *Tensor) String() string { return formatShape(t.dtype, t.shape) }

// WithArgs returns a tensor with the same primitive and attributes and other
// arguments. It is for passes that rewrite a graph.
func (t *Tensor) WithArgs(args ...*Tensor) *Tensor { return apply(t.op, t.attr, args...) }

// axis converts a negative axis and panics for an axis that is out of range.
func (t *Tensor) axis(op string, axis int) int {
	resolved := axis
	if axis < 0 {
		resolved += len(t.shape)
	}
	if resolved < 0 || resolved >= len(t.shape) {
		misuse(op, []*Tensor{t}, "axis %d of a tensor of rank %d", axis, len(t.shape))
	}
	return resolved
}

// like returns the scalar v in the dtype of t, broadcast to the shape of t.
func (t *Tensor) like(v float64) *Tensor { return Full(t.dtype, v, t.shape...) }

// Ancestors returns every tensor that roots are computed from, including roots,
// each once, arguments before results. It does not continue to the arguments of
// a tensor for which stop returns true. stop may be nil.
func Ancestors(roots []*Tensor, stop func(*Tensor) bool) []*Tensor {
	seen := map[*Tensor]bool{}
	var found []*Tensor
	stack := slices.Clone(roots)
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[t] {
			continue
		}
		seen[t] = true
		found = append(found, t)
		if stop == nil || !stop(t) {
			stack = append(stack, t.args...)
		}
	}
	slices.SortFunc(found, func(a, b *Tensor) int { return int(int64(a.id) - int64(b.id)) })
	return found
}
