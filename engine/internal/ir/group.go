package ir

import "github.com/gander-ml/gander/tensor"

// A Group is a set of nodes that run as one step. It contains pointwise nodes
// of one size and at most one head: a product that the pointwise nodes read, or
// a reduction of their results. It may also contain several reductions of one
// shape along the same axes; one of them is then the head. A node of any other
// kind is alone in its group.
type Group struct {
	Nodes    []*Node // ascending by ID
	Head     *Node   // the product, reduction or movement; nil for a plain loop
	Partial  *Buffer // partial results of a reduction or product that is split into chunks
	Arranged *Buffer // an operand of the product in packed order
}

// IsLoop reports whether g has no head.
func (g *Group) IsLoop() bool { return g.Head == nil }

// Size returns the number of elements of each pointwise node.
func (g *Group) Size() int { return g.Nodes[0].Size() }

// Reductions returns the reductions at the end of g.
func (g *Group) Reductions() []*Node {
	var heads []*Node
	for _, n := range g.Nodes {
		if n.Family == tensor.Reduction && n.Op != "argmax" {
			heads = append(heads, n)
		}
	}
	return heads
}

// EndsInReduction reports whether g ends in reductions. An argmax does not
// count: no other node is fused with it.
func (g *Group) EndsInReduction() bool {
	return g.Head != nil && g.Head.Family == tensor.Reduction && g.Head.Op != "argmax"
}
