package cpu

import "github.com/gander-ml/gander/tensor"

// A group is a set of nodes that run as one step: pointwise nodes of one size
// and at most one head, a product that feeds them or a reduction that ends
// them; or several reductions of one shape along the same axes, of which head
// is one. A node of any other kind is a group of its own.
type group struct {
	nodes    []*node // ascending
	head     *node   // the product, reduction or movement; nil for a plain loop
	partial  *buffer // partial results of a reduction or product that is cut
	arranged *buffer // an operand of the product, put in order
}

func (g *group) isLoop() bool { return g.head == nil }

// size is the number of elements the pointwise nodes run over.
func (g *group) size() int { return g.nodes[0].size() }

// reductions returns the reductions that end g.
func (g *group) reductions() []*node {
	var heads []*node
	for _, n := range g.nodes {
		if n.family == tensor.Reduction && n.op != "argmax" {
			heads = append(heads, n)
		}
	}
	return heads
}

// endsInReduction says whether reductions end g. An argmax is no reduction in
// this sense: nothing is fused with it.
func (g *group) endsInReduction() bool {
	return g.head != nil && g.head.family == tensor.Reduction && g.head.op != "argmax"
}
