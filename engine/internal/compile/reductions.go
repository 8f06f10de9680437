package compile

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/tensor"
)

// joinReductions joins reductions of the same value along the same axes into
// one pass over memory, if none of them needs the result of another.
func (f *fusion) joinReductions(nodes []*ir.Node) {
	for _, n := range nodes {
		var readers []*ir.Group
		for _, u := range n.Uses {
			if g := u.Group; len(g.Reductions()) > 0 && !slices.Contains(readers, g) {
				readers = append(readers, g)
			}
		}
		for i := 1; i < len(readers); i++ {
			for j := range i {
				if f.fusableReductions(readers[j], readers[i]) {
					shareCopies(readers[j], readers[i])
					f.merge(readers[j], readers[i])
					break
				}
			}
		}
	}
}

// fusableReductions reports whether two groups that end in reductions can be
// one.
func (f *fusion) fusableReductions(a, b *ir.Group) bool {
	if a == b || len(a.Nodes) == 0 || len(b.Nodes) == 0 || a.Head.DType != b.Head.DType ||
		!slices.Equal(a.Head.Args[0].Layout.Shape, b.Head.Args[0].Layout.Shape) ||
		!slices.Equal(a.Head.Attr.(tensor.ReduceAttr).Axes, b.Head.Attr.(tensor.ReduceAttr).Axes) ||
		reads(a, b) || reads(b, a) {
		return false
	}
	return !f.reachesThroughThird(a, b) && !f.reachesThroughThird(b, a)
}

// reads reports whether a node of a reads a node of b.
func reads(a, b *ir.Group) bool {
	return slices.ContainsFunc(b.Nodes, func(n *ir.Node) bool {
		return slices.ContainsFunc(n.Uses, func(u *ir.Node) bool { return u.Group == a })
	})
}

// shareCopies lets b read copies in a of nodes that both groups recompute, and
// removes the copies in b.
func shareCopies(a, b *ir.Group) {
	b.Nodes = slices.DeleteFunc(b.Nodes, func(n *ir.Node) bool {
		of := copyOf(a, n)
		if of == nil {
			return false
		}
		for _, u := range n.Uses {
			for k := range u.Args {
				if u.Args[k].Node == n {
					u.Args[k].Node = of
				}
			}
		}
		of.Uses = append(of.Uses, n.Uses...)
		for _, arg := range n.Args {
			removeUse(arg.Node, n)
		}
		return true
	})
}
