package loop

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A formula is the computation of one instruction of a loop: a node, or a pair
// of nodes. The first node of a pair is read only by the second. A pair saves
// one write and one read of the first result. The bits of the second result do
// not change.
type formula struct {
	node *ir.Node
	op   operation
	args []ir.View
	pair bool
}

// formulasOf returns the formulas of the pointwise nodes of a loop, in order.
func formulasOf(nodes []*ir.Node) []formula {
	var list []formula
	for _, n := range nodes {
		f := formula{node: n, op: operationOf(n), args: n.Args}
		for k := range n.Args {
			if at := firstOfPair(list, n, k); at >= 0 {
				f = paired(list[at].node, n, k == 1)
				list = slices.Delete(list, at, at+1)
				break
			}
		}
		list = append(list, f)
	}
	return list
}

// firstOfPair returns the index in list of the formula that computes argument k
// of n, if the two can run as a pair; else -1. No instruction between them may
// overwrite the arguments of the first.
func firstOfPair(list []formula, n *ir.Node, k int) int {
	at := slices.IndexFunc(list, func(f formula) bool { return f.node == n.Args[k].Node })
	if at < 0 || list[at].pair || len(list[at].node.Uses) > 1 || list[at].node.Buffer != nil {
		return -1
	}
	first := list[at].node
	if first.DType != tensor.Float32 || pairs[kernel.Pair{First: first.Op, Second: n.Op, Swapped: k == 1}] == nil {
		return -1
	}
	for _, between := range list[at+1:] {
		if slices.ContainsFunc(first.Args, func(a ir.View) bool { return sharesMemory(between.node, a.Node) }) {
			return -1
		}
	}
	return at
}

// sharesMemory reports whether the values of two nodes of a loop are in the
// same memory, because one overwrites the other.
func sharesMemory(n, m *ir.Node) bool {
	return n.Buffer != nil && m.Buffer != nil && n.Buffer.Pointer() == m.Buffer.Pointer()
}

// paired returns the formula of first and second. first is the left argument of
// second or, if swapped, the right argument.
func paired(first, second *ir.Node, swapped bool) formula {
	other := second.Args[1]
	if swapped {
		other = second.Args[0]
	}
	return formula{
		node: second, pair: true, args: []ir.View{first.Args[0], first.Args[1], other},
		op: pairs[kernel.Pair{First: first.Op, Second: second.Op, Swapped: swapped}],
	}
}

// pairs contains the operations that run two float32 primitives as one.
var pairs = map[kernel.Pair]operation{}

func init() {
	for pair, f := range kernel.ForFloat32().Pairs {
		pairs[pair] = func(r pointers, n, _ int) {
			f(at[float32](r[0], n), at[float32](r[1], n), at[float32](r[2], n), at[float32](r[3], n))
		}
	}
}
