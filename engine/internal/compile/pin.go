package compile

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// A target is a state node and the node that computes its new value.
type target struct{ state, value *ir.Node }

// pin marks the nodes that hold outputs and new state. It adds a copy where the
// value is only a view or is pinned already. It returns the memory of the
// outputs.
func pin(spec Spec, lo *lowering) (outputs []memory.Memory, targets []target) {
	own := func(t *tensor.Tensor) *ir.Node {
		v := lo.views[t]
		if !v.Identity() || v.Node.Family == tensor.Leaf || v.Node.Pinned {
			v.Node = lo.copied(v)
		}
		v.Node.Pinned = true
		return v.Node
	}
	for _, t := range spec.Outputs {
		n := own(t)
		n.Buffer = ownBuffer(t.DType(), t.Size())
		outputs = append(outputs, n.Buffer.Memory)
	}
	for _, u := range spec.Updates {
		targets = append(targets, target{lo.views[u.State].Node, own(u.Value)})
	}
	return outputs, targets
}

// removeDead drops nodes that no output and no new state depends on.
func removeDead(lo *lowering) []*ir.Node {
	dead := map[*ir.Node]bool{}
	for i := len(lo.nodes) - 1; i >= 0; i-- {
		n := lo.nodes[i]
		live := n.Uses[:0]
		for _, u := range n.Uses {
			if !dead[u] {
				live = append(live, u)
			}
		}
		n.Uses = live
		dead[n] = len(live) == 0 && !n.Pinned
	}
	var kept []*ir.Node
	for _, n := range lo.nodes {
		if !dead[n] {
			kept = append(kept, n)
		}
	}
	return kept
}
