package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
)

// A packBuffer is the scratch in which a tile packs the parts of both operands
// that it multiplies at a time.
type packBuffer[T kernel.Float] struct {
	tiler       *kernel.Tiler[T]
	tiling      *tiling
	left, right []T
	prefetch    *kernel.PrefetchQueue // prefetches to issue while tiles multiply; may be nil
	sparse      *kernel.Sparse[T]     // the left operand without its zeros; nil if zeros are not skipped
	far         bool                  // also prefetch the next panel
	gather      bool                  // read panels of the right operand in place where their vectors are contiguous
	vectors     []int                 // room for such a panel
	end         int                   // the end of k, used for prefetches
}

func newPackBuffer[T kernel.Float](t *kernel.Tiler[T], c *tiling, scratch *[]byte) packBuffer[T] {
	return packBuffer[T]{tiler: t, tiling: c, left: memory.Carve[T](scratch, c.leftElements()), right: memory.Carve[T](scratch, c.rightElements())}
}

// An area is ms rows and ns columns of a product.
type area struct{ m0, ms, n0, ns int }

// multiply computes an area of left x right, summed over ks columns from k0 on,
// into c. The rows of c are ldc apart. If add is true, it adds to c. Each panel
// is packed once and used for all rows, or is read in place. A sparse left
// operand is used only if the panel is finite: 0 times infinity or NaN is not
// 0.
func (s *packBuffer[T]) multiply(c []T, ldc int, left, right *kernel.Operand[T], at area, k0, ks int, add bool) {
	var a kernel.Left[T]
	whole := func() *kernel.Left[T] {
		if ks > 0 && a.Data == nil {
			a = left.Left(s.left, s.tiling.height, at.m0, at.ms, k0, ks)
		}
		return &a
	}
	for n := 0; n < at.ns; n += s.tiling.panel {
		cols := min(s.tiling.panel, at.ns-n)
		if s.gather {
			if g, ok := right.Gather(s.tiler, s.vectors, at.n0+n, cols, k0, ks); ok {
				s.tiler.MultiplyGathered(c[n:], ldc, whole(), &g, at.ms, add, s.prefetch)
				continue
			}
		}
		panel, ld := s.panel(right, at.n0+n, cols, at.ms, k0, ks)
		s.prefetchNext(right, at, n+s.tiling.panel, k0, ks)
		if s.sparse != nil && s.tiler.Finite(panel, ld, ks, cols) {
			s.tiler.MultiplySparse(c[n:], ldc, s.sparse, at.m0, at.ms, k0/s.tiling.k, panel, ld, cols, add)
			continue
		}
		s.tiler.MultiplyPrefetch(c[n:], ldc, whole(), panel, ld, at.ms, cols, ks, add, s.prefetch)
	}
}

// panel returns cols columns of the product from column n on, in the order in
// which tiles read them, for ms rows.
func (s *packBuffer[T]) panel(right *kernel.Operand[T], n, cols, ms, k0, ks int) (panel []T, ld int) {
	if ks > 0 && (s.tiler.Masked || cols%s.tiler.Lanes == 0) && right.PanelInPlace(ms) {
		return right.PanelAt(n, k0)
	}
	ld = ir.Ceil(cols, s.tiler.Lanes) * s.tiler.Lanes
	panel = s.right[:ld*ks]
	right.Panel(panel, ld, n, cols, k0, ks)
	return panel, ld
}

// prefetchNext queues the next panel: the panel at column n of the area, or the
// first panel of the next range of k.
func (s *packBuffer[T]) prefetchNext(right *kernel.Operand[T], at area, n, k0, ks int) {
	if !s.far {
		return
	}
	if n >= at.ns {
		n, k0 = 0, k0+ks
		ks = min(s.tiling.k, s.end-k0)
	}
	if ks > 0 {
		right.PrefetchPanel(s.prefetch, at.n0+n, min(s.tiling.panel, at.ns-n), k0, ks)
	}
}
