package compile

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/tensor"
)

// cheap contains the operations that cost less than a write of the result to
// memory and a read of it.
var cheap = map[string]bool{
	"neg": true, "abs": true, "sign": true, "add": true, "sub": true, "mul": true, "max": true, "min": true,
	"select": true, "convert": true,
}

// longestChain is the largest number of cheap operations that are repeated to
// keep one value out of memory.
const longestChain = 3

// recompute lets every reader of a value compute the value again. It does so if
// that takes few cheap operations on smaller values and on one value of the
// same size which is in memory anyway. For example, x - mean is then not
// written to memory, nor its product with a deviation.
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

// inMemory reports whether the value of n is needed after its group has run.
func inMemory(n *ir.Node) bool {
	return n.Group == nil || n.Pinned || slices.ContainsFunc(n.Uses, func(u *ir.Node) bool { return u.Group != n.Group })
}

// mayRepeat reports whether u can read its own copy of n.
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

// chain returns the number of operations that compute n within g, from one
// value of its size. ok is false if that is impossible or takes too many
// operations.
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

// remains reports whether whole, an argument of n, is in memory also without n.
func remains(whole, n *ir.Node) bool { return whole.Group != n.Group || inMemory(whole) }

// repeat makes u read a copy of n in the group of u.
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

// copyOf returns the node of g that computes the same value as n, or nil.
func copyOf(g *ir.Group, n *ir.Node) *ir.Node {
	if i := slices.IndexFunc(g.Nodes, func(m *ir.Node) bool { return m.ID == n.ID }); i >= 0 {
		return g.Nodes[i]
	}
	return nil
}

// copyInto returns the copy of n in g. The copy has the ID of n: it comes after
// the nodes that n reads and before the readers of n.
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

// dropUnused removes n if nothing reads it, then its arguments in the same
// group that nothing reads any more.
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

// removeUse removes one use by u from n.
func removeUse(n, u *ir.Node) {
	if i := slices.Index(n.Uses, u); i >= 0 {
		n.Uses = slices.Delete(n.Uses, i, i+1)
	}
}
