package compile

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A lowering turns tensors into nodes and views of nodes.
type lowering struct {
	nodes []*ir.Node
	views map[*tensor.Tensor]ir.View
}

func (lo *lowering) add(n *ir.Node) ir.View {
	n.ID = len(lo.nodes)
	lo.nodes = append(lo.nodes, n)
	for _, a := range n.Args {
		a.Node.Uses = append(a.Node.Uses, n)
	}
	return n.View()
}

// copied adds a node that holds the elements of v in row-major order.
func (lo *lowering) copied(v ir.View) *ir.Node {
	return lo.add(&ir.Node{Op: ir.CopyOp, DType: v.Node.DType, Shape: v.Layout.Shape, Args: []ir.View{v}}).Node
}

// lower creates a view of every ancestor of roots.
func lower(roots []*tensor.Tensor) *lowering {
	lo := &lowering{views: map[*tensor.Tensor]ir.View{}}
	for _, t := range tensor.Ancestors(roots, nil) {
		lo.views[t] = lo.lower(t)
	}
	return lo
}

func (lo *lowering) lower(t *tensor.Tensor) ir.View {
	args := make([]ir.View, len(t.Args()))
	for i, a := range t.Args() {
		args[i] = lo.views[a]
	}
	if t.Op().Family == tensor.View {
		return lo.viewOf(t, args[0])
	}
	if t.Op().Name == "random-bits" {
		for i, a := range args {
			if !ir.IsContiguous(&a.Layout) {
				args[i] = lo.copied(a).View()
			}
		}
	}
	if v, ok := lo.exchanged(t, args); ok {
		return v
	}
	return lo.add(&ir.Node{
		Op: t.Op().Name, Family: t.Op().Family, Attr: t.Attr(),
		DType: t.DType(), Shape: t.Shape(), Args: args,
	})
}

// viewOf returns t, a view operation on x, as a view.
func (lo *lowering) viewOf(t *tensor.Tensor, x ir.View) ir.View {
	l := kernel.Layout{Offset: x.Layout.Offset, Shape: t.Shape(), Strides: make([]int, t.Rank())}
	switch a := t.Attr().(type) {
	case nil: // stop-gradient, and all-reduce over one replica
		l.Strides = x.Layout.Strides
	case tensor.BroadcastAttr:
		for i, axis := range a.Axes {
			if x.Layout.Shape[i] != 1 {
				l.Strides[axis] = x.Layout.Strides[i]
			}
		}
	case tensor.ReshapeAttr:
		strides, ok := ir.ReshapeStrides(&x.Layout, a.Shape)
		if !ok {
			return ir.View{Node: lo.copied(x), Layout: ir.Contiguous(a.Shape)}
		}
		l.Strides = strides
	case tensor.TransposeAttr:
		for i, axis := range a.Axes {
			l.Strides[i] = x.Layout.Strides[axis]
		}
	case tensor.SliceAttr:
		for i, stride := range x.Layout.Strides {
			l.Offset += a.Start[i] * stride
			l.Strides[i] = a.Stride[i] * stride
		}
	case tensor.ReverseAttr:
		copy(l.Strides, x.Layout.Strides)
		for _, axis := range a.Axes {
			l.Offset += (l.Shape[axis] - 1) * l.Strides[axis]
			l.Strides[axis] = -l.Strides[axis]
		}
	default:
		panic("compile: no view for primitive " + t.Op().Name)
	}
	return ir.View{Node: x.Node, Layout: l}
}
