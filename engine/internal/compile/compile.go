package compile

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// A Spec says what a program computes.
type Spec struct {
	Outputs []*tensor.Tensor
	Updates []Update
	State   map[*tensor.Tensor]memory.Memory // inputs that live outside the program
}

// An Update gives state a new value once everything that reads the old one has
// run.
type Update struct{ State, Value *tensor.Tensor }

// A Result is what a graph is compiled to: groups of nodes, each of which is to
// run as one step, and whose values have their places in memory.
type Result struct {
	Groups  []*ir.Group // in the order in which they run
	Inputs  map[*tensor.Tensor]memory.Memory
	Outputs []memory.Memory
	Arena   int // bytes of memory that intermediate values take in all
}

// Temporaries returns how many elements, of the dtype of its head, the step of
// a group needs while it runs: for partial results, and for an operand put in
// order. It is called once for each group, in the order in which they run, when
// it is known which values of the group are kept in memory: these have buffers.
type Temporaries func(g *ir.Group) (partial, arranged int)

// Graph compiles the graph that spec describes. It returns an error if an
// update does not fit its state.
func Graph(spec Spec, needs Temporaries) (*Result, error) {
	roots := append([]*tensor.Tensor{}, spec.Outputs...)
	for i, u := range spec.Updates {
		if err := checkUpdate(spec, u); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(spec.Updates[:i], func(earlier Update) bool { return earlier.State == u.State }) {
			return nil, fmt.Errorf("engine: state %v is updated twice", u.State)
		}
		roots = append(roots, u.State, u.Value)
	}
	lo := lower(roots)
	if err := checkRank(lo); err != nil {
		return nil, err
	}
	r := &Result{Inputs: bindLeaves(spec, lo)}
	var targets []target
	r.Outputs, targets = pin(spec, lo)
	s := &schedule{groups: fuse(sweep(lo)), before: map[*ir.Group][]*ir.Group{}}
	s.overwrite(targets)
	r.Groups = s.order()

	pl := &plan{of: map[*ir.Buffer]*storage{}}
	pl.assign(r.Groups, needs)
	r.Arena = pl.place()
	pl.bind(memory.NewBytes(r.Arena))
	return r, nil
}

func checkUpdate(spec Spec, u Update) error {
	m, ok := spec.State[u.State]
	switch {
	case !ok:
		return fmt.Errorf("engine: an update of %v, which is not state", u.State)
	case u.State.DType() != u.Value.DType() || u.State.String() != u.Value.String():
		return fmt.Errorf("engine: state %v cannot become %v", u.State, u.Value)
	case m.DType != u.State.DType() || len(m.Bytes) != u.State.Size()*m.DType.Size():
		return fmt.Errorf("engine: the memory of state %v has another dtype or size", u.State)
	}
	return nil
}

// checkRank refuses what layouts cannot describe.
func checkRank(lo *lowering) error {
	for t := range lo.views {
		if rank := len(t.Shape()); rank > kernel.MaxRank {
			return fmt.Errorf("engine: %v has %d dimensions, at most %d can be computed", t, rank, kernel.MaxRank)
		}
	}
	return nil
}

// bindLeaves gives inputs and constants their memory, and returns that of the
// inputs that are not state.
func bindLeaves(spec Spec, lo *lowering) map[*tensor.Tensor]memory.Memory {
	inputs := map[*tensor.Tensor]memory.Memory{}
	for t, v := range lo.views {
		switch a := t.Attr().(type) {
		case tensor.InputAttr:
			m, ok := spec.State[t]
			if !ok {
				m = memory.New(t.DType(), t.Size())
				inputs[t] = m
			}
			v.Node.Buffer = &ir.Buffer{Memory: m, Elems: t.Size()}
		case tensor.ConstantAttr:
			v.Node.Buffer = ownBuffer(t.DType(), t.Size())
			v.Node.Buffer.Memory.Set(a.Value)
		}
	}
	return inputs
}
