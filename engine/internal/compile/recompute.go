package compile

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/tensor"
)

// cheap are the operations that cost less than writing a result to memory and
// reading it back.
var cheap = map[string]bool{
	"neg": true, "abs": true, "sign": true, "add": true, "sub": true, "mul": true, "max": true, "min": true,
	"select": true, "convert": true,
}

// longestChain is how many cheap operations are repeated to save one value from
// memory.
const longestChain = 3

// recompute lets every reader of a value compute it anew, where that takes a
// few cheap operations on one value of its size, which is in memory anyway, and
// on smaller ones: x - mean, and that times a deviation, are then never
// written.
func (f *fusion) recompute(nodes []*ir.Node) {
	for _, n := range nodes {
		if n.Group == nil || n.Pinned || !inMemory(n) || slices.ContainsFunc(n.Uses, func(u *ir.Node) bool { return !mayRepeat(u, n) }) {
			continue
		}
		for _, u := range slices.Clone(n.Uses) {
			if u.Group != n.Group {
				f.repeat(u, n)
			}
		}
		f.dropUnused(n)
	}
}

// inMemory says whether n's value outlives its group.
func inMemory(n *ir.Node) bool {
	return n.Group == nil || n.Pinned || slices.ContainsFunc(n.Uses, func(u *ir.Node) bool { return u.Group != n.Group })
}

// mayRepeat says whether u can read its own copy of n.
func mayRepeat(u, n *ir.Node) bool {
	if u.Group == n.Group {
		return true
	}
	if !readsInPlace(u, n) || u.Size() != n.Size() && u.Pointwise() {
		return false
	}
	_, ok := chain(u.Group, n)
	return ok
}

// chain returns how many operations compute n within g, from one value of its
// size; ok is false if that cannot be or is too much.
func chain(g *ir.Group, n *ir.Node) (length int, ok bool) {
	if !cheap[n.Op] || n.DType == tensor.Bool || n.Group == nil || n.Pinned || g.Head != nil && g.Head.Family != tensor.Product && !accepts(g, n) {
		return 0, false
	}
	var whole *ir.Node
	for _, a := range n.Args {
		switch {
		case a.Node.Op == "constant" || a.Node.Size() < n.Size():
		case a.Identity() && (whole == nil || whole == a.Node):
			whole = a.Node
		default:
			return 0, false
		}
	}
	if whole == nil || whole.DType.Size() > n.DType.Size() {
		return 0, false
	}
	length = 1
	if !remains(whole, n) {
		more, ok := chain(g, whole)
		if length += more; !ok {
			return 0, false
		}
	}
	return length, length <= longestChain
}

// remains says whether whole, an argument of n, is in memory without n.
func remains(whole, n *ir.Node) bool { return whole.Group != n.Group || inMemory(whole) }

// repeat makes u read a copy of n within its own group.
func (f *fusion) repeat(u, n *ir.Node) {
	c := f.copyInto(u.Group, n)
	for k, a := range u.Args {
		if a.Node == n {
			u.Args[k].Node = c
			c.Uses = append(c.Uses, u)
			removeUse(n, u)
		}
	}
}

// copyOf returns the node of g that computes what n does, or nil.
func copyOf(g *ir.Group, n *ir.Node) *ir.Node {
	if i := slices.IndexFunc(g.Nodes, func(m *ir.Node) bool { return m.ID == n.ID }); i >= 0 {
		return g.Nodes[i]
	}
	return nil
}

// copyInto returns the copy of n in g, which has the id of n: after what n
// reads and before who reads it.
func (f *fusion) copyInto(g *ir.Group, n *ir.Node) *ir.Node {
	if c := copyOf(g, n); c != nil {
		return c
	}
	c := &ir.Node{ID: n.ID, Op: n.Op, Family: n.Family, Attr: n.Attr, DType: n.DType, Shape: n.Shape, Group: g}
	for _, a := range n.Args {
		if a.Identity() && a.Node.Size() == n.Size() && a.Node.Group != nil && a.Node.Group != g && !remains(a.Node, n) {
			a.Node = f.copyInto(g, a.Node)
		}
		c.Args = append(c.Args, a)
		a.Node.Uses = append(a.Node.Uses, c)
	}
	at, _ := slices.BinarySearchFunc(g.Nodes, c.ID, func(m *ir.Node, id int) int { return cmp.Compare(m.ID, id) })
	g.Nodes = slices.Insert(g.Nodes, at, c)
	return c
}

// dropUnused removes n, and what was computed for it alone, if nothing reads it.
func (f *fusion) dropUnused(n *ir.Node) {
	if n.Group == nil || n.Pinned || len(n.Uses) > 0 {
		return
	}
	g := n.Group
	g.Nodes = slices.DeleteFunc(g.Nodes, func(m *ir.Node) bool { return m == n })
	for _, a := range n.Args {
		removeUse(a.Node, n)
	}
	for _, a := range n.Args {
		if a.Node.Group == g {
			f.dropUnused(a.Node)
		}
	}
}

// removeUse takes one use by u from n.
func removeUse(n, u *ir.Node) {
	if i := slices.Index(n.Uses, u); i >= 0 {
		n.Uses = slices.Delete(n.Uses, i, i+1)
	}
}
