package cpu

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A node is a value that is computed or given, not merely seen another way.
type node struct {
	id     int
	op     string // name of the primitive, or "copy"
	family tensor.Family
	attr   any
	dtype  tensor.DType
	shape  []int
	args   []view
	uses   []*node // the nodes that read it, once for each argument
	pinned bool    // must be in memory when the program ends
	group  *group
	buffer *buffer
}

// A view is a value as seen through broadcasts, transpositions, slices: the
// elements of node at the places that layout says.
type view struct {
	node   *node
	layout kernel.Layout
}

func (n *node) size() int { return tensor.Size(n.shape) }

// pointwise says whether element i of the result needs only element i of each
// argument, so that n may run inside a loop.
func (n *node) pointwise() bool {
	return n.family == tensor.Elementwise || n.family == tensor.Generator || n.op == copyOp
}

const copyOp = "copy"

func contiguous(shape []int) kernel.Layout {
	return kernel.Layout{Shape: shape, Strides: tensor.Strides(shape)}
}

// identity says whether v sees all of its node's elements in row-major order.
func (v view) identity() bool {
	return v.layout.Offset == 0 && tensor.Size(v.layout.Shape) == v.node.size() && isContiguous(&v.layout)
}

func isContiguous(l *kernel.Layout) bool {
	n := 1
	for i := len(l.Shape) - 1; i >= 0; i-- {
		if l.Shape[i] != 1 && l.Strides[i] != n {
			return false
		}
		n *= l.Shape[i]
	}
	return true
}

// A lowering turns tensors into nodes and views of nodes.
type lowering struct {
	nodes []*node
	views map[*tensor.Tensor]view
}

func (lo *lowering) add(n *node) view {
	n.id = len(lo.nodes)
	lo.nodes = append(lo.nodes, n)
	for _, a := range n.args {
		a.node.uses = append(a.node.uses, n)
	}
	return view{n, contiguous(n.shape)}
}

// copied returns a node that holds the elements of v in row-major order.
func (lo *lowering) copied(v view) *node {
	return lo.add(&node{op: copyOp, dtype: v.node.dtype, shape: v.layout.Shape, args: []view{v}}).node
}

// lower gives every ancestor of roots a view.
func lower(roots []*tensor.Tensor) *lowering {
	lo := &lowering{views: map[*tensor.Tensor]view{}}
	for _, t := range tensor.Ancestors(roots, nil) {
		lo.views[t] = lo.lower(t)
	}
	return lo
}

func (lo *lowering) lower(t *tensor.Tensor) view {
	args := make([]view, len(t.Args()))
	for i, a := range t.Args() {
		args[i] = lo.views[a]
	}
	if t.Op().Family == tensor.View {
		return lo.see(t, args[0])
	}
	if t.Op().Name == "random-bits" {
		for i, a := range args {
			if !isContiguous(&a.layout) {
				copied := lo.copied(a)
				args[i] = view{copied, contiguous(copied.shape)}
			}
		}
	}
	if v, ok := lo.exchanged(t, args); ok {
		return v
	}
	return lo.add(&node{
		op: t.Op().Name, family: t.Op().Family, attr: t.Attr(),
		dtype: t.DType(), shape: t.Shape(), args: args,
	})
}

// see returns x as the view operation t sees it.
func (lo *lowering) see(t *tensor.Tensor, x view) view {
	l := kernel.Layout{Offset: x.layout.Offset, Shape: t.Shape(), Strides: make([]int, t.Rank())}
	switch a := t.Attr().(type) {
	case nil: // stop-gradient; all-reduce over the one replica there is
		l.Strides = x.layout.Strides
	case tensor.BroadcastAttr:
		for i, axis := range a.Axes {
			if x.layout.Shape[i] != 1 {
				l.Strides[axis] = x.layout.Strides[i]
			}
		}
	case tensor.ReshapeAttr:
		strides, ok := reshapeStrides(&x.layout, a.Shape)
		if !ok {
			return view{lo.copied(x), contiguous(a.Shape)}
		}
		l.Strides = strides
	case tensor.TransposeAttr:
		for i, axis := range a.Axes {
			l.Strides[i] = x.layout.Strides[axis]
		}
	case tensor.SliceAttr:
		for i, stride := range x.layout.Strides {
			l.Offset += a.Start[i] * stride
			l.Strides[i] = a.Stride[i] * stride
		}
	case tensor.ReverseAttr:
		copy(l.Strides, x.layout.Strides)
		for _, axis := range a.Axes {
			l.Offset += (l.Shape[axis] - 1) * l.Strides[axis]
			l.Strides[axis] = -l.Strides[axis]
		}
	default:
		panic("cpu: no view for primitive " + t.Op().Name)
	}
	return view{x.node, l}
}

// reshapeStrides returns the strides with which the elements of l, in
// row-major order, fill shape; there may be none.
func reshapeStrides(l *kernel.Layout, shape []int) ([]int, bool) {
	strides := make([]int, len(shape))
	if tensor.Size(shape) == 0 {
		return strides, true
	}
	from := collapse(l)
	axis := len(from.Shape) - 1
	done := 1 // how much of dimension axis of from is spoken for
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] == 1 {
			continue
		}
		if axis >= 0 && done == from.Shape[axis] {
			axis, done = axis-1, 1
		}
		if axis < 0 || from.Shape[axis]%(done*shape[i]) != 0 {
			return nil, false
		}
		strides[i] = from.Strides[axis] * done
		done *= shape[i]
	}
	return strides, true
}

// collapse returns l with as few dimensions as say the same: dimensions of 1
// dropped and neighbours that run on from one another joined. At least one
// dimension is left.
func collapse(l *kernel.Layout) kernel.Layout {
	c := kernel.Layout{Offset: l.Offset}
	for i, d := range l.Shape {
		last := len(c.Shape) - 1
		switch {
		case d == 1:
		case last >= 0 && c.Strides[last] == d*l.Strides[i]:
			c.Shape[last] *= d
			c.Strides[last] = l.Strides[i]
		default:
			c.Shape = append(c.Shape, d)
			c.Strides = append(c.Strides, l.Strides[i])
		}
	}
	if len(c.Shape) == 0 {
		c.Shape, c.Strides = []int{1}, []int{1}
	}
	return c
}

// permuted returns l with its axes in another order.
func permuted(l *kernel.Layout, axes []int) kernel.Layout {
	p := kernel.Layout{Offset: l.Offset}
	for _, axis := range axes {
		p.Shape = append(p.Shape, l.Shape[axis])
		p.Strides = append(p.Strides, l.Strides[axis])
	}
	return p
}

// seenAs returns l in another shape of the same size, if strides can say it.
func seenAs(l *kernel.Layout, shape []int) (kernel.Layout, bool) {
	if slices.Equal(l.Shape, shape) {
		return *l, true
	}
	strides, ok := reshapeStrides(l, shape)
	return kernel.Layout{Offset: l.Offset, Shape: shape, Strides: strides}, ok
}

func sameLayout(a, b *kernel.Layout) bool {
	return a.Offset == b.Offset && slices.Equal(a.Shape, b.Shape) && slices.Equal(a.Strides, b.Strides)
}
