package tensor

import (
	"slices"
	"sync/atomic"
)

// A Tensor is a symbolic value: one node of a computation. It is immutable and
// its arguments are older than it, so a graph has no cycles and identifiers
// are a topological order.
type Tensor struct {
	id    uint64
	op    *Primitive
	args  []*Tensor
	attr  any
	dtype DType
	shape []int
}

var lastID atomic.Uint64

// apply makes the tensor op(args) after checking it by op's shape rule.
func apply(op *Primitive, attr any, args ...*Tensor) *Tensor {
	dtype, shape := op.infer(op, args, attr)
	if slices.ContainsFunc(shape, func(d int) bool { return d < 0 }) {
		misuse(op.Name, args, "the shape %v has a negative dimension", shape)
	}
	return &Tensor{id: lastID.Add(1), op: op, args: args, attr: attr, dtype: dtype, shape: shape}
}

// Input returns a value that is given when the computation runs: a minibatch,
// a parameter, a counter. The name is for people; two inputs of one name are
// still two inputs.
func Input(name string, dtype DType, shape ...int) *Tensor {
	return apply(opInput, InputAttr{Name: name, DType: dtype, Shape: slices.Clone(shape)})
}

// Const returns a tensor of known value.
func Const(value *Array) *Tensor { return apply(opConstant, ConstantAttr{Value: value}) }

// Scalar returns the constant v as a tensor of shape []. A float is rounded; an
// integer dtype must hold v exactly.
func Scalar(dtype DType, v float64) *Tensor {
	if !dtype.IsFloat() && dtype.round(v) != v {
		misuse(opConstant.Name, nil, "%v is not of type %v", v, dtype)
	}
	return Const(&Array{DType: dtype, Data: []float64{dtype.round(v)}})
}

// Zeros returns a tensor of the given shape that is zero everywhere.
func Zeros(dtype DType, shape ...int) *Tensor { return Full(dtype, 0, shape...) }

// Full returns a tensor of the given shape that is v everywhere.
func Full(dtype DType, v float64, shape ...int) *Tensor {
	return Scalar(dtype, v).BroadcastTo(shape...)
}

// ID orders tensors by age: the arguments of a tensor have smaller identifiers.
func (t *Tensor) ID() uint64 { return t.id }

// Op returns the primitive this tensor is the result of.
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

// String describes the value, not its contents: "float32[100,784]".
func (t *Tensor) String() string { return formatShape(t.dtype, t.shape) }

// WithArgs returns the same primitive and attributes applied to other
// arguments: what a pass that rewrites a graph builds with.
func (t *Tensor) WithArgs(args ...*Tensor) *Tensor { return apply(t.op, t.attr, args...) }

// axis resolves a negative axis and refuses one that is out of range.
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

// like returns the scalar v in t's dtype, broadcast to t's shape.
func (t *Tensor) like(v float64) *Tensor { return Full(t.dtype, v, t.shape...) }

// Ancestors returns every tensor that roots are computed from, roots included,
// each once, arguments before results. The walk does not pass a tensor for
// which stop answers true; a nil stop never does.
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
