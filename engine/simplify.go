package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/tensor"
)

// simplify rewrites the graph under roots into a smaller graph with the same
// values, including NaN and infinity. It merges common subexpressions, removes
// arithmetic with neutral elements, joins a view of a view into one view, and
// computes small values that depend only on constants.
func simplify(roots []*tensor.Tensor) []*tensor.Tensor {
	s := &simplifier{
		rewritten: map[*tensor.Tensor]*tensor.Tensor{},
		known:     map[string]*tensor.Tensor{},
		uses:      map[*tensor.Tensor]int{},
	}
	all := tensor.Ancestors(roots, nil)
	for _, r := range roots {
		s.uses[r]++
	}
	for _, t := range all {
		for _, a := range t.Args() {
			s.uses[a]++
		}
	}
	for _, t := range all {
		s.rewritten[t] = s.rewrite(t)
	}
	result := make([]*tensor.Tensor, len(roots))
	for i, r := range roots {
		result[i] = s.rewritten[r]
	}
	return result
}

type simplifier struct {
	rewritten map[*tensor.Tensor]*tensor.Tensor
	known     map[string]*tensor.Tensor // by description; see describe
	uses      map[*tensor.Tensor]int    // number of readers of each original tensor
}

func (s *simplifier) rewrite(t *tensor.Tensor) *tensor.Tensor {
	if t.Op().Name == "input" {
		return t
	}
	args := make([]*tensor.Tensor, len(t.Args()))
	same := true
	for i, a := range t.Args() {
		args[i] = s.rewritten[a]
		same = same && args[i] == a
	}
	if shorter := reduceTo(t, args); shorter != nil {
		return s.merge(shorter)
	}
	if turned := s.turnProduct(t, args); turned != nil {
		return s.merge(turned)
	}
	if !same {
		t = t.WithArgs(args...)
	}
	return s.merge(fold(t))
}

// merge returns the known tensor with the same description as t, or t.
func (s *simplifier) merge(t *tensor.Tensor) *tensor.Tensor {
	key := describe(t)
	if known := s.known[key]; known != nil {
		return known
	}
	s.known[key] = t
	return t
}

// describe returns a text with the operation, attributes and arguments of t.
// Tensors with equal texts have equal values.
func describe(t *tensor.Tensor) string {
	var b strings.Builder
	b.WriteString(t.Op().Name)
	switch a := t.Attr().(type) {
	case nil:
	case tensor.InputAttr:
		fmt.Fprintf(&b, " #%d", t.ID())
	case tensor.ConstantAttr:
		fmt.Fprintf(&b, " %v", t)
		for _, v := range a.Value.Data {
			fmt.Fprintf(&b, " %x", math.Float64bits(v))
		}
	default:
		fmt.Fprintf(&b, " %+v", a)
	}
	for _, a := range t.Args() {
		fmt.Fprintf(&b, " #%d", a.ID())
	}
	return b.String()
}

// reduceTo returns a tensor that can replace t, computed from args, the
// rewritten arguments of t. It returns nil if there is none.
func reduceTo(t *tensor.Tensor, args []*tensor.Tensor) *tensor.Tensor {
	switch t.Op().Name {
	case "stop-gradient", "all-reduce": // gradients are already traced here; Compile accepts all-reduce only for one replica
		return args[0]
	case "add":
		// Only -0 is neutral, not 0: -0 + 0 is 0.
		return ifNeutral(args, math.Copysign(0, -1))
	case "mul":
		return ifNeutral(args, 1)
	case "sub":
		return ifNeutralRight(args, 0)
	case "div":
		return ifNeutralRight(args, 1)
	case "neg":
		if args[0].Op().Name == "neg" {
			return args[0].Args()[0]
		}
	case "reshape":
		return composeReshapes(args[0], t.Shape())
	case "transpose":
		return composeTransposes(args[0], t.Attr().(tensor.TransposeAttr).Axes)
	case "broadcast":
		return composeBroadcasts(args[0], t.Attr().(tensor.BroadcastAttr))
	}
	return nil
}

// ifNeutral returns one argument if the other is v everywhere, else nil.
func ifNeutral(args []*tensor.Tensor, v float64) *tensor.Tensor {
	if isSplat(args[0], v) {
		return args[1]
	}
	return ifNeutralRight(args, v)
}

func ifNeutralRight(args []*tensor.Tensor, v float64) *tensor.Tensor {
	if isSplat(args[1], v) {
		return args[0]
	}
	return nil
}

// isSplat reports whether every element of t is the constant v, with the same
// sign of zero.
func isSplat(t *tensor.Tensor, v float64) bool {
	for t.Op().Name == "broadcast" {
		t = t.Args()[0]
	}
	c, ok := t.Attr().(tensor.ConstantAttr)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(c.Value.Data, func(x float64) bool {
		return math.Float64bits(x) != math.Float64bits(v)
	})
}

func composeReshapes(x *tensor.Tensor, shape []int) *tensor.Tensor {
	if slices.Equal(x.Shape(), shape) {
		return x
	}
	if x.Op().Name == "reshape" {
		return x.Args()[0].Reshape(shape...)
	}
	return nil
}

func composeTransposes(x *tensor.Tensor, axes []int) *tensor.Tensor {
	inner, ok := x.Attr().(tensor.TransposeAttr)
	if !ok {
		return nil
	}
	composed := make([]int, len(axes))
	for i, axis := range axes {
		composed[i] = inner.Axes[axis]
	}
	return x.Args()[0].Transpose(composed...)
}

// turnProduct rewrites t, the transposition of a product that has no other
// reader, as the product with exchanged factors. The result is then computed
// directly in the memory order of the weights. Transposed gradients of weights
// need this.
func (s *simplifier) turnProduct(t *tensor.Tensor, args []*tensor.Tensor) *tensor.Tensor {
	if t.Op().Name != "transpose" || args[0].Op().Name != "dot" || s.uses[t.Args()[0]] > 1 {
		return nil
	}
	product := args[0]
	d, a, b := product.Attr().(tensor.DotAttr), product.Args()[0], product.Args()[1]
	ofA := a.Rank() - len(d.AContract)
	for i, axis := range t.Attr().(tensor.TransposeAttr).Axes {
		if axis != (i+ofA)%t.Rank() {
			return nil
		}
	}
	if len(d.ABatch) > 0 {
		return nil
	}
	return b.Dot(a, tensor.DotAttr{AContract: d.BContract, BContract: d.AContract})
}

func composeBroadcasts(x *tensor.Tensor, outer tensor.BroadcastAttr) *tensor.Tensor {
	inner, ok := x.Attr().(tensor.BroadcastAttr)
	if !ok {
		return nil
	}
	axes := make([]int, len(inner.Axes))
	for i, axis := range inner.Axes {
		axes[i] = outer.Axes[axis]
	}
	return x.Args()[0].Broadcast(outer.Shape, axes)
}

// foldLimit is the largest number of elements of a constant that is computed at
// compile time.
const foldLimit = 64

// fold returns t as a constant if t is small and depends only on small
// constants. Otherwise it returns t.
func fold(t *tensor.Tensor) *tensor.Tensor {
	if len(t.Args()) == 0 || t.Size() > foldLimit || t.Op().Family == tensor.View {
		return t
	}
	for _, a := range t.Args() {
		if a.Size() > foldLimit { // a broadcast of a small constant may also be too large
			return t
		}
		for a.Op().Name == "broadcast" {
			a = a.Args()[0]
		}
		if a.Op().Name != "constant" {
			return t
		}
	}
	values, err := tensor.Eval([]*tensor.Tensor{t}, nil)
	if err != nil {
		panic(err) // cannot happen: constants need no inputs
	}
	return tensor.Const(values[0])
}
