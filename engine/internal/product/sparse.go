package product

import (
	"slices"
	"sync/atomic"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A sparsity holds the left operand of a product if the operation that computes
// the operand can produce many zeros. Each run of the product checks how many
// zeros there are and skips them if there are many. This changes no bit of the
// result, only the time.
type sparsity[T kernel.Float] struct {
	*kernel.Sparse[T]
	mostlyZero bool // most elements are zero in this run
	dense      atomic.Bool
}

// minSparseElements is the smallest number of elements of an operand for which
// skipping zeros can be faster.
const minSparseElements = 1 << 13

// planSparse lets p skip zeros of its left operand, if a zeroHint expects zeros
// and it can be faster.
func (p *product[T]) planSparse() {
	if p.zeroHint[p.arguments[0]] == zerosUnlikely || len(p.batch) > 1 || p.n < 2*p.tiler.Lanes ||
		p.m*p.k < minSparseElements || !p.tiler.MultipliesSparse() {
		return
	}
	if s := kernel.NewSparse[T](&p.left, p.tiling.k); s != nil {
		p.zeros = &sparsity[T]{Sparse: s}
	}
}

// A compactNonzeros is the step before a product that collects the nonzero
// elements.
type compactNonzeros[T kernel.Float] struct{ *product[T] }

func (s compactNonzeros[T]) Tiles() int { return ir.Ceil(s.m, kernel.SparseRows) }

func (s compactNonzeros[T]) Tile(_ *pool.Worker, i int) {
	if s.zeros.dense.Load() {
		return
	}
	left := s.left
	left.Base += s.batch[0].left
	row := i * kernel.SparseRows
	if !s.tiler.CompactNonzeros(s.zeros.Sparse, &left, row, min(kernel.SparseRows, s.m-row)) {
		s.zeros.dense.Store(true)
	}
}

func (s compactNonzeros[T]) Finish() { s.zeros.mostlyZero = !s.zeros.dense.Swap(false) }

// A zeroHint estimates how many zeros a value has, from the operation that
// computes it.
type zeroHint int

const (
	zerosUnlikely zeroHint = iota
	zerosLikely            // a selection between a value and 0: dropout, ReLU and its gradient
	zerosMostly            // nonzero only where two values are equal: the gradient of a maximum
)

// zeroHintOf returns the zeroHint of n.
func zeroHintOf(n *ir.Node) zeroHint {
	if n.Op != "select" || !slices.ContainsFunc(n.Args[1:], func(v ir.View) bool { return isZero(v.Node) }) {
		return zerosUnlikely
	}
	if c, ok := n.Args[0].Node.Attr.(tensor.CompareAttr); ok && c.Direction == tensor.Equal {
		return zerosMostly
	}
	return zerosLikely
}

// isZero reports whether n is the constant 0.
func isZero(n *ir.Node) bool {
	c, ok := n.Attr.(tensor.ConstantAttr)
	return ok && !slices.ContainsFunc(c.Value.Data, func(v float64) bool { return v != 0 })
}
