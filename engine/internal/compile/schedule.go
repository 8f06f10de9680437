package compile

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/tensor"
)

// A schedule orders groups. A group runs after the groups that it reads. A
// group that overwrites state runs after all other groups that read the old
// value.
type schedule struct {
	groups []*ir.Group
	before map[*ir.Group][]*ir.Group // groups that must run earlier for another reason than that they are read
}

// predecessors calls visit for every group that must run before g.
func (s *schedule) predecessors(g *ir.Group, visit func(*ir.Group)) {
	for _, n := range g.Nodes {
		for _, a := range n.Args {
			if p := a.Node.Group; p != nil && p != g {
				visit(p)
			}
		}
	}
	for _, p := range s.before[g] {
		visit(p)
	}
}

// dependsOn reports whether g must run after other.
func (s *schedule) dependsOn(g, other *ir.Group) bool {
	seen := map[*ir.Group]bool{g: true}
	stack := []*ir.Group{g}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top == other {
			return true
		}
		s.predecessors(top, func(p *ir.Group) {
			if !seen[p] {
				seen[p] = true
				stack = append(stack, p)
			}
		})
	}
	return false
}

// mayOverwrite reports whether value, the new value of state, can be written
// over the old value. If so, it makes all other readers of the old value run
// first.
func (s *schedule) mayOverwrite(state, value *ir.Node) bool {
	writer := value.Group
	var readers []*ir.Group
	for _, u := range state.Uses {
		if u.Group == writer {
			if !overwritable(writer) || !readsInPlace(u, state) || !u.Pointwise() || u.ID > value.ID {
				return false
			}
		} else if !slices.Contains(readers, u.Group) {
			if s.dependsOn(u.Group, writer) {
				return false
			}
			readers = append(readers, u.Group)
		}
	}
	s.before[writer] = append(s.before[writer], readers...)
	return true
}

// overwrite lets new values be computed in the memory of the old values. Where
// that is not possible, it adds copies that run at the end.
func (s *schedule) overwrite(targets []target) {
	for _, t := range targets {
		if s.mayOverwrite(t.state, t.value) {
			t.value.Buffer = t.state.Buffer
			continue
		}
		last := &ir.Node{
			ID: 1<<30 + len(s.groups), Op: ir.CopyOp, DType: t.value.DType, Shape: t.value.Shape, Pinned: true,
			Args: []ir.View{t.value.View()}, Buffer: t.state.Buffer,
		}
		last.Group = &ir.Group{Nodes: []*ir.Node{last}}
		t.value.Pinned = false
		t.value.Uses = append(t.value.Uses, last)
		for _, u := range t.state.Uses {
			s.before[last.Group] = append(s.before[last.Group], u.Group)
		}
		s.groups = append(s.groups, last.Group)
	}
}

// overwritable reports whether the pointwise nodes of g visit each element
// once. Then the element of a result may overwrite the element of an argument.
func overwritable(g *ir.Group) bool { return g.IsLoop() || g.Head.Family == tensor.Product }
