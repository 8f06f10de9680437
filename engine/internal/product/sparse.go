package product

import (
	"slices"
	"sync/atomic"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A sparsity is the left operand of a product whose form promises zeros. They
// are sought whenever the product runs, and left out if there are many. That
// changes no bit of the result, only how long it takes.
type sparsity[T kernel.Float] struct {
	*kernel.Sparse[T]
	few   bool // elements that are not zero, this time
	dense atomic.Bool
}

// worthSparse is the least size of an operand worth looking through.
const worthSparse = 1 << 13

// seekZeros looks for zeros in the left operand of p, if its form promises any.
func (p *product[T]) seekZeros() {
	if p.promise[p.arguments[0]] == promisesNone || len(p.batch) > 1 || p.n < 2*p.tiler.Lanes ||
		p.m*p.k < worthSparse || !p.tiler.MultipliesSparse() {
		return
	}
	if s := kernel.NewSparse[T](&p.left, p.cut.k); s != nil {
		p.zeros = &sparsity[T]{Sparse: s}
	}
}

// A sifting is the step before a product that gathers what is not zero.
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

// A promise is what the form of a value says of its zeros.
type promise int

const (
	promisesNone promise = iota
	promisesSome         // a selection between something and 0: dropout, ReLU and its gradient
	promisesMost         // something only where two values are equal: the gradient of a maximum
)

// promiseOf returns what the form of n promises.
func promiseOf(n *ir.Node) promise {
	if n.Op != "select" || !slices.ContainsFunc(n.Args[1:], func(v ir.View) bool { return isZero(v.Node) }) {
		return promisesNone
	}
	if c, ok := n.Args[0].Node.Attr.(tensor.CompareAttr); ok && c.Direction == tensor.Equal {
		return promisesMost
	}
	return promisesSome
}

// isZero says whether n is the constant 0.
func isZero(n *ir.Node) bool {
	c, ok := n.Attr.(tensor.ConstantAttr)
	return ok && !slices.ContainsFunc(c.Value.Data, func(v float64) bool { return v != 0 })
}
