package ir

import "github.com/gander-ml/gander/tensor"

// A Group is a set of nodes that run as one step: pointwise nodes of one size
// and at most one head, a product that feeds them or a reduction that ends
// them; or several reductions of one shape along the same axes, of which head
// is one. A node of any other kind is a group of its own.
type Group struct {
	Nodes    []*Node // ascending by ID
	Head     *Node   // the product, reduction or movement; nil for a plain loop
	Partial  *Buffer // partial results of a reduction or product that is cut
	Arranged *Buffer // an operand of the product, put in order
}

// IsLoop says whether g has no head.
func (g *Group) IsLoop() bool { return g.Head == nil }

// Size returns the number of elements the pointwise nodes run over.
func (g *Group) Size() int { return g.Nodes[0].Size() }

// Reductions returns the reductions that end g.
func (g *Group) Reductions() []*Node {
	var heads []*Node
	for _, n := range g.Nodes {
		if n.Family == tensor.Reduction && n.Op != "argmax" {
			heads = append(heads, n)
		}
	}
	return heads
}

// EndsInReduction says whether reductions end g. An argmax is no reduction in
// this sense: nothing is fused with it.
func (g *Group) EndsInReduction() bool {
	return g.Head != nil && g.Head.Family == tensor.Reduction && g.Head.Op != "argmax"
}
