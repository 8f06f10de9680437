package cpu

import (
	"container/heap"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A schedule orders groups: a group runs after those it reads from, and a
// group that overwrites state runs after all others that read the old value.
type schedule struct {
	groups []*group
	before map[*group][]*group // who must run earlier, beside those read from
}

// predecessors calls visit for every group that must run before g.
func (s *schedule) predecessors(g *group, visit func(*group)) {
	for _, n := range g.nodes {
		for _, a := range n.args {
			if p := a.node.group; p != nil && p != g {
				visit(p)
			}
		}
	}
	for _, p := range s.before[g] {
		visit(p)
	}
}

// dependsOn says whether g must run after other.
func (s *schedule) dependsOn(g, other *group) bool {
	seen := map[*group]bool{g: true}
	stack := []*group{g}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top == other {
			return true
		}
		s.predecessors(top, func(p *group) {
			if !seen[p] {
				seen[p] = true
				stack = append(stack, p)
			}
		})
	}
	return false
}

// mayOverwrite says whether value, the new value of state, can be written over
// the old one, and if so makes all other readers of the old value run first.
func (s *schedule) mayOverwrite(state, value *node) bool {
	writer := value.group
	var readers []*group
	for _, u := range state.uses {
		if u.group == writer {
			if !overwritable(writer) || !readsInPlace(u, state) || !u.pointwise() || u.id > value.id {
				return false
			}
		} else if !slices.Contains(readers, u.group) {
			if s.dependsOn(u.group, writer) {
				return false
			}
			readers = append(readers, u.group)
		}
	}
	s.before[writer] = append(s.before[writer], readers...)
	return true
}

// overwrite lets new values be computed where the old ones are, or adds copies
// that bring them there in the end.
func (s *schedule) overwrite(targets []target) {
	for _, t := range targets {
		if s.mayOverwrite(t.state, t.value) {
			t.value.buffer = t.state.buffer
			continue
		}
		last := &node{
			id: 1<<30 + len(s.groups), op: copyOp, dtype: t.value.dtype, shape: t.value.shape, pinned: true,
			args: []view{{t.value, contiguous(t.value.shape)}}, buffer: t.state.buffer,
		}
		last.group = &group{nodes: []*node{last}}
		t.value.pinned = false
		t.value.uses = append(t.value.uses, last)
		for _, u := range t.state.uses {
			s.before[last.group] = append(s.before[last.group], u.group)
		}
		s.groups = append(s.groups, last.group)
	}
}

// overwritable says whether the pointwise nodes of g visit each element once,
// so that an argument's element may make room for a result's.
func overwritable(g *group) bool { return g.isLoop() || g.head.family == tensor.Product }

// order returns the groups in an order that respects all this, otherwise as
// they were traced.
func (s *schedule) order() []*group {
	waiting := map[*group]int{}
	next := map[*group][]*group{}
	ready := &byAge{}
	for _, g := range s.groups {
		seen := map[*group]bool{}
		s.predecessors(g, func(p *group) {
			if !seen[p] {
				seen[p] = true
				waiting[g]++
				next[p] = append(next[p], g)
			}
		})
		if waiting[g] == 0 {
			heap.Push(ready, g)
		}
	}
	var ordered []*group
	for ready.Len() > 0 {
		g := heap.Pop(ready).(*group)
		ordered = append(ordered, g)
		for _, n := range next[g] {
			if waiting[n]--; waiting[n] == 0 {
				heap.Push(ready, n)
			}
		}
	}
	if len(ordered) != len(s.groups) {
		panic("cpu: the steps of a program wait for one another")
	}
	return ordered
}

// byAge is a heap of groups, the one traced first on top.
type byAge []*group

func age(g *group) int { return g.nodes[len(g.nodes)-1].id }

func (h byAge) Len() int           { return len(h) }
func (h byAge) Less(i, j int) bool { return age(h[i]) < age(h[j]) }
func (h byAge) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byAge) Push(x any)        { *h = append(*h, x.(*group)) }
func (h *byAge) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
