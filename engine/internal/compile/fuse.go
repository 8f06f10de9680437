package compile

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/tensor"
)

// A fusion decides which nodes run together.
type fusion struct {
	groups []*ir.Group
	search int
	marks  map[*ir.Group]int // the number of the last search that reached the group
}

// fuse puts every node that computes into a group. Constants and inputs have no
// group.
func fuse(nodes []*ir.Node) []*ir.Group {
	f := &fusion{marks: map[*ir.Group]int{}}
	for _, n := range nodes {
		if n.Family == tensor.Leaf && n.Op != ir.CopyOp {
			continue
		}
		n.Group = &ir.Group{Nodes: []*ir.Node{n}}
		if !n.Pointwise() {
			n.Group.Head = n
		}
		f.groups = append(f.groups, n.Group)
	}
	f.joinSoleConsumers(nodes)
	f.joinLoops(nodes)
	f.joinProducts(nodes)
	f.recompute(nodes)
	f.joinReductions(nodes)
	return slices.DeleteFunc(f.groups, func(g *ir.Group) bool { return len(g.Nodes) == 0 })
}

// joinSoleConsumers moves every pointwise node that only one group reads into
// that group. The value of the node is then not written to memory.
func (f *fusion) joinSoleConsumers(nodes []*ir.Node) {
	for _, n := range slices.Backward(nodes) {
		if n.Group == nil || !n.Pointwise() || n.Pinned || len(n.Uses) == 0 {
			continue
		}
		to := n.Uses[0].Group
		if !slices.ContainsFunc(n.Uses, func(u *ir.Node) bool { return u.Group != to || !readsInPlace(u, n) }) && accepts(to, n) {
			f.merge(to, n.Group)
		}
	}
}

// accepts reports whether n may run inside g, which reads it element by
// element.
func accepts(g *ir.Group, n *ir.Node) bool {
	if g.IsLoop() {
		return true
	}
	if g.Head.Family != tensor.Reduction || g.Head.Op == "argmax" {
		return false
	}
	if n.Family == tensor.Generator {
		return false // a reduction may visit elements in another order than the generator numbers them
	}
	shape := g.Head.Args[0].Layout.Shape
	for _, a := range n.Args {
		if _, ok := ir.Reshaped(&a.Layout, shape); !ok {
			return false
		}
	}
	return true
}

// readsInPlace reports whether element i of u reads only element i of n, in all
// arguments that are n.
func readsInPlace(u, n *ir.Node) bool {
	if !u.Pointwise() && u.Family != tensor.Reduction || u.Op == "random-bits" {
		return false
	}
	for _, a := range u.Args {
		if a.Node == n && (!a.Identity() || u.Pointwise() && u.Size() != n.Size()) {
			return false
		}
	}
	return true
}

// joinLoops joins loops that read each other's results, or the same value, into
// one pass over memory. No other step may have to run between them. Loops of
// one element stay separate: joining them saves no pass over memory. It can
// even cost time: one step for a learning rate and a gradient norm would make
// every update wait for the norm.
func (f *fusion) joinLoops(nodes []*ir.Node) {
	for _, n := range nodes {
		if n.Size() == 1 {
			continue
		}
		var loops []*ir.Group // loops that read n element by element, and the loop that computes n
		if n.Group != nil && n.Group.IsLoop() {
			loops = append(loops, n.Group)
		}
		for _, u := range n.Uses {
			if u.Group.IsLoop() && u.Size() == n.Size() && readsInPlace(u, n) && !slices.Contains(loops, u.Group) {
				loops = append(loops, u.Group)
			}
		}
		for i := 1; i < len(loops); i++ {
			for j := range i {
				if len(loops[j].Nodes) > 0 && f.mayMerge(loops[j], loops[i]) {
					f.merge(loops[j], loops[i])
					break
				}
			}
		}
	}
}

// joinProducts joins a product with a loop that reads it. The loop then runs on
// each tile of the product while the tile is in cache. Examples are bias,
// activation, and the update of weights by their gradient. Other steps may read
// the product from memory.
func (f *fusion) joinProducts(nodes []*ir.Node) {
	for _, n := range nodes {
		if n.Family != tensor.Product || n.Pinned {
			continue
		}
		for _, u := range n.Uses {
			loop := u.Group
			if loop.IsLoop() && loop.Size() == n.Size() && f.mayMerge(n.Group, loop) {
				loop.Head = n
				f.merge(loop, n.Group)
				break
			}
		}
	}
}

// merge moves the nodes of from into to.
func (f *fusion) merge(to, from *ir.Group) {
	for _, n := range from.Nodes {
		n.Group = to
	}
	to.Nodes = append(to.Nodes, from.Nodes...)
	slices.SortFunc(to.Nodes, func(a, b *ir.Node) int { return cmp.Compare(a.ID, b.ID) })
	from.Nodes = nil
}

// mayMerge reports whether a and b may be one step. Where one reads the other,
// it must read element by element. There must be no path from one to the other
// through a third group.
func (f *fusion) mayMerge(a, b *ir.Group) bool {
	return a != b && onlyInPlace(a, b) && onlyInPlace(b, a) &&
		!f.reachesThroughThird(a, b) && !f.reachesThroughThird(b, a)
}

func onlyInPlace(from, to *ir.Group) bool {
	for _, n := range from.Nodes {
		for _, u := range n.Uses {
			if u.Group == to && !readsInPlace(u, n) {
				return false
			}
		}
	}
	return true
}

func (f *fusion) reachesThroughThird(from, to *ir.Group) bool {
	f.search++
	f.marks[from] = f.search
	var stack []*ir.Group
	visit := func(g *ir.Group) {
		for _, n := range g.Nodes {
			for _, u := range n.Uses {
				if f.marks[u.Group] != f.search {
					if g == from && u.Group == to {
						continue // the direct edge is not a path through a third group
					}
					f.marks[u.Group] = f.search
					stack = append(stack, u.Group)
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
