package ir

import (
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A Node is a value that is computed or given, not merely seen another way. The
// passes of package compile write it; steps only read it.
type Node struct {
	ID     int    // ascends: a node reads only nodes of smaller numbers
	Op     string // the name of the primitive, or CopyOp
	Family tensor.Family
	Attr   any
	DType  tensor.DType
	Shape  []int
	Args   []View
	Uses   []*Node // the nodes that read it, once for each argument
	Pinned bool    // must be in memory when the program ends
	Group  *Group  // with which it runs; nil for inputs and constants
	Buffer *Buffer // nil unless its value is kept in memory
}

// A View is a value as seen through broadcasts, transpositions, slices: the
// elements of Node at the places that Layout gives.
type View struct {
	Node   *Node
	Layout kernel.Layout
}

// View returns n seen as it is.
func (n *Node) View() View { return View{n, Contiguous(n.Shape)} }

// Size returns the number of elements.
func (n *Node) Size() int { return tensor.Size(n.Shape) }

// Pointwise says whether element i of the result needs only element i of each
// argument, so that n may run inside a loop.
func (n *Node) Pointwise() bool {
	return n.Family == tensor.Elementwise || n.Family == tensor.Generator || n.Op == CopyOp
}

// CopyOp is the operation that writes the elements of a view in row-major order.
const CopyOp = "copy"

// Identity says whether v sees all of its node's elements in row-major order.
func (v View) Identity() bool {
	return v.Layout.Offset == 0 && tensor.Size(v.Layout.Shape) == v.Node.Size() && IsContiguous(&v.Layout)
}
