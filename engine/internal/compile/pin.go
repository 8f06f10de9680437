package cpu

import "github.com/gander-ml/gander/tensor"

// A target is a node whose value replaces that of state.
type target struct{ state, value *node }

// pin marks the nodes that hold outputs and new state, adding copies where a
// value is merely seen or is wanted twice. It returns the memory of outputs.
func pin(spec Spec, lo *lowering) (outputs []Memory, targets []target) {
	own := func(t *tensor.Tensor) *node {
		v := lo.views[t]
		if !v.identity() || v.node.family == tensor.Leaf || v.node.pinned {
			v.node = lo.copied(v)
		}
		v.node.pinned = true
		return v.node
	}
	for _, t := range spec.Outputs {
		n := own(t)
		n.buffer = ownBuffer(t.DType(), t.Size())
		outputs = append(outputs, n.buffer.memory)
	}
	for _, u := range spec.Updates {
		targets = append(targets, target{lo.views[u.State].node, own(u.Value)})
	}
	return outputs, targets
}

// sweep drops nodes that nothing needs.
func sweep(lo *lowering) []*node {
	dead := map[*node]bool{}
	for i := len(lo.nodes) - 1; i >= 0; i-- {
		n := lo.nodes[i]
		live := n.uses[:0]
		for _, u := range n.uses {
			if !dead[u] {
				live = append(live, u)
			}
		}
		n.uses = live
		dead[n] = len(live) == 0 && !n.pinned
	}
	var kept []*node
	for _, n := range lo.nodes {
		if !dead[n] {
			kept = append(kept, n)
		}
	}
	return kept
}
