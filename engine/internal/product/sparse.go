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
// the operand is known to produce zeros. Each run of the product counts the
// zeros and skips them if there are many. This changes no bit of the result,
// only the time.
type sparsity[T kernel.Float] struct {
	*kernel.Sparse[T]
	few   bool // most elements are zero in this run
	dense atomic.Bool
}

// worthSparse is the smallest number of elements of an operand for which
// skipping zeros can be faster.
const worthSparse = 1 << 13

// planSparse lets p skip zeros of its left operand, if a zeroHint expects zeros
// and it can be faster.
func (p *product[T]) seekZeros() {
	if p.promise[p.arguments[0]] == promisesNone || len(p.batch) > 1 || p.n < 2*p.tiler.Lanes ||
		p.m*p.k < worthSparse || !p.tiler.MultipliesSparse() {
		return
	}
	if s := kernel.NewSparse[T](&p.left, p.cut.k); s != nil {
		p.zeros = &sparsity[T]{Sparse: s}
	}
}

// A compactNonzeros is the step before a product that collects the nonzero
// elements.
type sifting[T kernel.Float] struct{ *product[T] }

func (s sifting[T]) Tiles() int { return ir.Ceil(s.m, kernel.SparseRows) }

func (s sifting[T]) Tile(_ *pool.Worker, i int) {
	if s.zeros.dense.Load() {
		return
	}
	left := s.left
	left.Base += s.batch[0].left
	row := i * kernel.SparseRows
	if !s.tiler.Gather(s.zeros.Sparse, &left, row, min(kernel.SparseRows, s.m-row)) {
		s.zeros.dense.Store(true)
	}
}

func (s sifting[T]) Finish() { s.zeros.few = !s.zeros.dense.Swap(false) }

// A zeroHint tells how many zeros a value probably has, by the operation that
// computes it.
type promise int

const (
	promisesNone promise = iota
	promisesSome         // a selection between a value and 0: dropout, ReLU and its gradient
	promisesMost         // nonzero only where two values are equal: the gradient of a maximum
)

// zeroHintOf returns the zeroHint of n.
func promiseOf(n *ir.Node) promise {
	if n.Op != "select" || !slices.ContainsFunc(n.Args[1:], func(v ir.View) bool { return isZero(v.Node) }) {
		return promisesNone
	}
	if c, ok := n.Args[0].Node.Attr.(tensor.CompareAttr); ok && c.Direction == tensor.Equal {
		return promisesMost
	}
	return promisesSome
}

// isZero reports whether n is the constant 0.
func isZero(n *ir.Node) bool {
	c, ok := n.Attr.(tensor.ConstantAttr)
	return ok && !slices.ContainsFunc(c.Value.Data, func(v float64) bool { return v != 0 })
}
