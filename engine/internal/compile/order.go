package compile

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
)

// order returns the groups in an order that satisfies all conditions of the schedule. Where
// the conditions leave a choice, it tries the rules, and takes the order that needs the least
// memory at its fullest moment. The results of the groups do not depend on the order.
func (s *schedule) order() []*ir.Group {
	var best *ordering
	for _, sooner := range rules {
		if o := s.orderBy(sooner); best == nil || o.most < best.most {
			best = o
		}
	}
	return best.groups
}

// A rule reports whether group a, with memory that grows by growA, runs sooner than group b.
// Both could run now.
type rule func(a, b *ir.Group, growA, growB int) bool

var rules = []rule{
	// Groups that free at least what they fill, then the first traced.
	func(a, b *ir.Group, growA, growB int) bool {
		if (growA <= 0) != (growB <= 0) {
			return growA <= 0
		}
		return age(a) < age(b)
	},
	// The group that fills the least, or frees the most.
	func(a, b *ir.Group, growA, growB int) bool {
		return growA < growB || growA == growB && age(a) < age(b)
	},
}

// age is smaller for groups that were traced first.
func age(g *ir.Group) int { return g.Nodes[len(g.Nodes)-1].ID }

// An ordering is an order of groups as it grows.
type ordering struct {
	groups []*ir.Group
	live   int // bytes of the values that are in memory after the last group
	most   int // the largest number of bytes at any moment

	fills   map[*ir.Group]int        // bytes of the values that a group writes for others
	reads   map[*ir.Group][]*ir.Node // values of other groups
	readers map[*ir.Node][]*ir.Group // of the groups that have not run
}

// orderBy orders the groups by a rule.
func (s *schedule) orderBy(sooner rule) *ordering {
	o := newOrdering(s.groups)
	waiting := map[*ir.Group]int{}
	next := map[*ir.Group][]*ir.Group{}
	var ready []*ir.Group
	for _, g := range s.groups {
		seen := map[*ir.Group]bool{}
		s.predecessors(g, func(p *ir.Group) {
			if !seen[p] {
				seen[p] = true
				waiting[g]++
				next[p] = append(next[p], g)
			}
		})
		if waiting[g] == 0 {
			ready = append(ready, g)
		}
	}
	for len(ready) > 0 {
		best, grows := 0, o.grows(ready[0])
		for i, g := range ready[1:] {
			if more := o.grows(g); sooner(g, ready[best], more, grows) {
				best, grows = i+1, more
			}
		}
		g := ready[best]
		ready = slices.Delete(ready, best, best+1)
		o.run(g)
		for _, n := range next[g] {
			if waiting[n]--; waiting[n] == 0 {
				ready = append(ready, n)
			}
		}
	}
	if len(o.groups) != len(s.groups) {
		panic("compile: the steps of a program depend on each other in a cycle")
	}
	return o
}

func newOrdering(groups []*ir.Group) *ordering {
	o := &ordering{fills: map[*ir.Group]int{}, reads: map[*ir.Group][]*ir.Node{}, readers: map[*ir.Node][]*ir.Group{}}
	for _, g := range groups {
		for _, n := range g.Nodes {
			if n.Buffer != nil { // outside the arena
				continue
			}
			for _, u := range n.Uses {
				if u.Group != g && !slices.Contains(o.readers[n], u.Group) {
					o.readers[n] = append(o.readers[n], u.Group)
					o.reads[u.Group] = append(o.reads[u.Group], n)
				}
			}
			if o.readers[n] != nil {
				o.fills[g] += bytesOf(n)
			}
		}
	}
	return o
}

func bytesOf(n *ir.Node) int { return n.Size() * n.DType.Size() }

// frees returns the bytes of the values that only g still reads.
func (o *ordering) frees(g *ir.Group) (bytes int) {
	for _, n := range o.reads[g] {
		if len(o.readers[n]) == 1 {
			bytes += bytesOf(n)
		}
	}
	return bytes
}

// grows returns the bytes by which memory in use is larger after g than before.
func (o *ordering) grows(g *ir.Group) int { return o.fills[g] - o.frees(g) }

// run appends a group.
func (o *ordering) run(g *ir.Group) {
	o.groups = append(o.groups, g)
	o.live += o.fills[g]
	o.most = max(o.most, o.live)
	o.live -= o.frees(g)
	for _, n := range o.reads[g] {
		i := slices.Index(o.readers[n], g)
		o.readers[n] = slices.Delete(o.readers[n], i, i+1)
	}
}
