package cpu

import (
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

// identity says whether v sees all of its node's elements in row-major order.
func (v view) identity() bool {
	return v.layout.Offset == 0 && tensor.Size(v.layout.Shape) == v.node.size() && isContiguous(&v.layout)
}
