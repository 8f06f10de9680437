package compile

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// A Spec describes what a program computes.
type Spec struct {
	Outputs []*tensor.Tensor
	Updates []Update
	State   map[*tensor.Tensor]memory.Memory // inputs with memory outside the program
}

// An Update gives state a new value after all readers of the old value have
// run.
type Update struct{ State, Value *tensor.Tensor }

// A Result is a compiled graph: groups of nodes with memory for their values.
// Each group runs as one step.
type Result struct {
	Groups  []*ir.Group // in the order in which they run
	Inputs  map[*tensor.Tensor]memory.Memory
	Outputs []memory.Memory
	Arena   int // total bytes of memory for intermediate values
}

// Temporaries returns the number of elements, of the dtype of the head, that
// the step of a group needs while it runs: for partial results, and for an
// operand in packed order. Graph calls it once for each group, in the order in
// which the groups run. At that time, the values of the group that are kept in
// memory have buffers.
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
	s := &schedule{groups: fuse(removeDead(lo)), before: map[*ir.Group][]*ir.Group{}}
	s.overwrite(targets)
	r.Groups = s.order()

	pl := &arenaPlan{of: map[*ir.Buffer]*storage{}}
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

// checkRank returns an error for tensors with more dimensions than a layout can
// describe.
func checkRank(lo *lowering) error {
	for t := range lo.views {
		if rank := len(t.Shape()); rank > kernel.MaxRank {
			return fmt.Errorf("engine: %v has %d dimensions, at most %d can be computed", t, rank, kernel.MaxRank)
		}
	}
	return nil
}

// bindLeaves gives inputs and constants their memory. It returns the memory of
// the inputs that are not state.
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
