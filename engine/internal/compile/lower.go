package cpu

import (
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

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
