package cpu

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A fusion decides which nodes run together.
type fusion struct {
	groups []*group
	search int
	marks  map[*group]int // the last search that came by
}

// fuse puts every node that computes into a group. Constants and inputs have
// none.
func fuse(nodes []*node) []*group {
	f := &fusion{marks: map[*group]int{}}
	for _, n := range nodes {
		if n.family == tensor.Leaf && n.op != copyOp {
			continue
		}
		n.group = &group{nodes: []*node{n}}
		if !n.pointwise() {
			n.group.head = n
		}
		f.groups = append(f.groups, n.group)
	}
	f.joinSoleConsumers(nodes)
	f.joinLoops(nodes)
	f.joinProducts(nodes)
	f.recompute(nodes)
	f.joinReductions(nodes)
	return slices.DeleteFunc(f.groups, func(g *group) bool { return len(g.nodes) == 0 })
}

// joinSoleConsumers moves every pointwise node whose value is wanted by one
// group alone into that group. It is then never written to memory.
func (f *fusion) joinSoleConsumers(nodes []*node) {
	for _, n := range slices.Backward(nodes) {
		if n.group == nil || !n.pointwise() || n.pinned || len(n.uses) == 0 {
			continue
		}
		to := n.uses[0].group
		if !slices.ContainsFunc(n.uses, func(u *node) bool { return u.group != to || !readsInPlace(u, n) }) && accepts(to, n) {
			f.merge(to, n.group)
		}
	}
}

// accepts says whether n may run inside g, which reads it element by element.
func accepts(g *group, n *node) bool {
	if g.isLoop() {
		return true
	}
	if g.head.family != tensor.Reduction || g.head.op == "argmax" {
		return false
	}
	if n.family == tensor.Generator {
		return false // a reduction may run in another order than elements are numbered
	}
	shape := g.head.args[0].layout.Shape
	for _, a := range n.args {
		if _, ok := seenAs(&a.layout, shape); !ok {
			return false
		}
	}
	return true
}

// readsInPlace says whether every argument of u that is n is read at the index
// that u is at.
func readsInPlace(u, n *node) bool {
	if !u.pointwise() && u.family != tensor.Reduction || u.op == "random-bits" {
		return false
	}
	for _, a := range u.args {
		if a.node == n && (!a.identity() || u.pointwise() && u.size() != n.size()) {
			return false
		}
	}
	return true
}

// joinLoops makes one pass over memory of loops that read one another's
// results or the same value, where no third step must run between them. Single
// numbers stay apart: they are no pass to save, and one step for a learning
// rate and the norm of a gradient would make every update wait for the norm.
func (f *fusion) joinLoops(nodes []*node) {
	for _, n := range nodes {
		if n.size() == 1 {
			continue
		}
		var loops []*group // those that read n element by element, and n's own
		if n.group != nil && n.group.isLoop() {
			loops = append(loops, n.group)
		}
		for _, u := range n.uses {
			if u.group.isLoop() && u.size() == n.size() && readsInPlace(u, n) && !slices.Contains(loops, u.group) {
				loops = append(loops, u.group)
			}
		}
		for i := 1; i < len(loops); i++ {
			for j := range i {
				if len(loops[j].nodes) > 0 && f.mayMerge(loops[j], loops[i]) {
					f.merge(loops[j], loops[i])
					break
				}
			}
		}
	}
}

// joinProducts lets a loop that reads a product run on each tile of it while
// that is in cache: bias, activation, the update of the weights whose gradient
// it is. Others may read the product from memory.
func (f *fusion) joinProducts(nodes []*node) {
	for _, n := range nodes {
		if n.family != tensor.Product || n.pinned {
			continue
		}
		for _, u := range n.uses {
			loop := u.group
			if loop.isLoop() && loop.size() == n.size() && f.mayMerge(n.group, loop) {
				loop.head = n
				f.merge(loop, n.group)
				break
			}
		}
	}
}

// merge moves the nodes of from into to.
func (f *fusion) merge(to, from *group) {
	for _, n := range from.nodes {
		n.group = to
	}
	to.nodes = append(to.nodes, from.nodes...)
	slices.SortFunc(to.nodes, func(a, b *node) int { return cmp.Compare(a.id, b.id) })
	from.nodes = nil
}

// mayMerge says whether a and b may be one step: what one reads of the other
// it reads element by element, and no path leads from one to the other through
// a third.
func (f *fusion) mayMerge(a, b *group) bool {
	return a != b && onlyInPlace(a, b) && onlyInPlace(b, a) &&
		!f.reachesThroughThird(a, b) && !f.reachesThroughThird(b, a)
}

func onlyInPlace(from, to *group) bool {
	for _, n := range from.nodes {
		for _, u := range n.uses {
			if u.group == to && !readsInPlace(u, n) {
				return false
			}
		}
	}
	return true
}

func (f *fusion) reachesThroughThird(from, to *group) bool {
	f.search++
	f.marks[from] = f.search
	var stack []*group
	visit := func(g *group) {
		for _, n := range g.nodes {
			for _, u := range n.uses {
				if f.marks[u.group] != f.search {
					if g == from && u.group == to {
						continue // the direct edge is no third step
					}
					f.marks[u.group] = f.search
					stack = append(stack, u.group)
				}
			}
		}
	}
	visit(from)
	for len(stack) > 0 {
		g := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if g == to {
			return true
		}
		visit(g)
	}
	return false
}
