package cpu

import (
	"cmp"
	"slices"

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
func (f *fusion) recompute(nodes []*node) {
	for _, n := range nodes {
		if n.group == nil || n.pinned || !inMemory(n) || slices.ContainsFunc(n.uses, func(u *node) bool { return !mayRepeat(u, n) }) {
			continue
		}
		for _, u := range slices.Clone(n.uses) {
			if u.group != n.group {
				f.repeat(u, n)
			}
		}
		f.dropUnused(n)
	}
}

// inMemory says whether n's value outlives its group.
func inMemory(n *node) bool {
	return n.group == nil || n.pinned || slices.ContainsFunc(n.uses, func(u *node) bool { return u.group != n.group })
}

// mayRepeat says whether u can read its own copy of n.
func mayRepeat(u, n *node) bool {
	if u.group == n.group {
		return true
	}
	if !readsInPlace(u, n) || u.size() != n.size() && u.pointwise() {
		return false
	}
	_, ok := chain(u.group, n)
	return ok
}

// chain returns how many operations compute n within g, from one value of its
// size; ok is false if that cannot be or is too much.
func chain(g *group, n *node) (length int, ok bool) {
	if !cheap[n.op] || n.dtype == tensor.Bool || n.group == nil || n.pinned || g.head != nil && g.head.family != tensor.Product && !accepts(g, n) {
		return 0, false
	}
	var whole *node
	for _, a := range n.args {
		switch {
		case a.node.op == "constant" || a.node.size() < n.size():
		case a.identity() && (whole == nil || whole == a.node):
			whole = a.node
		default:
			return 0, false
		}
	}
	if whole == nil || whole.dtype.Size() > n.dtype.Size() {
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
func remains(whole, n *node) bool { return whole.group != n.group || inMemory(whole) }

// repeat makes u read a copy of n within its own group.
func (f *fusion) repeat(u, n *node) {
	c := f.copyInto(u.group, n)
	for k, a := range u.args {
		if a.node == n {
			u.args[k].node = c
			c.uses = append(c.uses, u)
			removeUse(n, u)
		}
	}
}

// copyOf returns the node of g that computes what n does, or nil.
func (g *group) copyOf(n *node) *node {
	if i := slices.IndexFunc(g.nodes, func(m *node) bool { return m.id == n.id }); i >= 0 {
		return g.nodes[i]
	}
	return nil
}

// copyInto returns the copy of n in g, which has the id of n: after what n
// reads and before who reads it.
func (f *fusion) copyInto(g *group, n *node) *node {
	if c := g.copyOf(n); c != nil {
		return c
	}
	c := &node{id: n.id, op: n.op, family: n.family, attr: n.attr, dtype: n.dtype, shape: n.shape, group: g}
	for _, a := range n.args {
		if a.identity() && a.node.size() == n.size() && a.node.group != nil && a.node.group != g && !remains(a.node, n) {
			a.node = f.copyInto(g, a.node)
		}
		c.args = append(c.args, a)
		a.node.uses = append(a.node.uses, c)
	}
	at, _ := slices.BinarySearchFunc(g.nodes, c.id, func(m *node, id int) int { return cmp.Compare(m.id, id) })
	g.nodes = slices.Insert(g.nodes, at, c)
	return c
}

// dropUnused removes n, and what was computed for it alone, if nothing reads it.
func (f *fusion) dropUnused(n *node) {
	if n.group == nil || n.pinned || len(n.uses) > 0 {
		return
	}
	g := n.group
	g.nodes = slices.DeleteFunc(g.nodes, func(m *node) bool { return m == n })
	for _, a := range n.args {
		removeUse(a.node, n)
	}
	for _, a := range n.args {
		if a.node.group == g {
			f.dropUnused(a.node)
		}
	}
}

// removeUse takes one use by u from n.
func removeUse(n, u *node) {
	if i := slices.Index(n.uses, u); i >= 0 {
		n.uses = slices.Delete(n.uses, i, i+1)
	}
}
