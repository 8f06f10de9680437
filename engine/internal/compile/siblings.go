package cpu

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// joinReductions makes one pass over memory of reductions that read the same
// value along the same axes, none of which needs another's result.
func (f *fusion) joinReductions(nodes []*node) {
	for _, n := range nodes {
		var readers []*group
		for _, u := range n.uses {
			if g := u.group; len(g.reductions()) > 0 && !slices.Contains(readers, g) {
				readers = append(readers, g)
			}
		}
		for i := 1; i < len(readers); i++ {
			for j := range i {
				if f.siblings(readers[j], readers[i]) {
					shareCopies(readers[j], readers[i])
					f.merge(readers[j], readers[i])
					break
				}
			}
		}
	}
}

// siblings says whether two groups that end in reductions may be one.
func (f *fusion) siblings(a, b *group) bool {
	if a == b || len(a.nodes) == 0 || len(b.nodes) == 0 || a.head.dtype != b.head.dtype ||
		!slices.Equal(a.head.args[0].layout.Shape, b.head.args[0].layout.Shape) ||
		!slices.Equal(a.head.attr.(tensor.ReduceAttr).Axes, b.head.attr.(tensor.ReduceAttr).Axes) ||
		reads(a, b) || reads(b, a) {
		return false
	}
	return !f.reachesThroughThird(a, b) && !f.reachesThroughThird(b, a)
}

// reads says whether a node of b is an argument of one of a.
func reads(a, b *group) bool {
	return slices.ContainsFunc(b.nodes, func(n *node) bool {
		return slices.ContainsFunc(n.uses, func(u *node) bool { return u.group == a })
	})
}

// shareCopies lets b read the copies that a has of what both compute anew.
func shareCopies(a, b *group) {
	b.nodes = slices.DeleteFunc(b.nodes, func(n *node) bool {
		of := a.copyOf(n)
		if of == nil {
			return false
		}
		for _, u := range n.uses {
			for k := range u.args {
				if u.args[k].node == n {
					u.args[k].node = of
				}
			}
		}
		of.uses = append(of.uses, n.uses...)
		for _, arg := range n.args {
			removeUse(arg.node, n)
		}
		return true
	})
}
