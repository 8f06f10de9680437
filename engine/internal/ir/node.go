package ir

import (
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A Node is a value that is computed or given. A value that is only read
// through other strides is a View and not a Node. Package compile creates and
// changes nodes; steps only read them.
type Node struct {
	ID     int    // ascends: a node reads only nodes with smaller IDs
	Op     string // the name of the primitive, or CopyOp
	Family tensor.Family
	Attr   any
	DType  tensor.DType
	Shape  []int
	Args   []View
	Uses   []*Node // the nodes that read it, one entry for each argument
	Pinned bool    // must be in memory at the end of the program
	Group  *Group  // the group that it runs in; nil for inputs and constants
	Buffer *Buffer // nil if its value is not kept in memory
}

// A View is a value read through broadcasts, transpositions and slices: the
// elements of Node at the positions that Layout gives.
type View struct {
	Node   *Node
	Layout kernel.Layout
}

// View returns a view of all elements of n in row-major order.
func (n *Node) View() View { return View{n, Contiguous(n.Shape)} }

// Size returns the number of elements.
func (n *Node) Size() int { return tensor.Size(n.Shape) }

// Pointwise reports whether element i of the result needs only element i of
// each argument. Such a node may run inside a loop.
func (n *Node) Pointwise() bool {
	return n.Family == tensor.Elementwise || n.Family == tensor.Generator || n.Op == CopyOp
}

// CopyOp is the operation that writes the elements of a view in row-major order.
const CopyOp = "copy"

// Identity reports whether v reads all elements of its node in row-major order.
func (v View) Identity() bool {
	return v.Layout.Offset == 0 && tensor.Size(v.Layout.Shape) == v.Node.Size() && IsContiguous(&v.Layout)
}
