package cpu

import "github.com/gander-ml/gander/internal/kernel"

// A slab is the scratch in which a tile packs as much of both operands as it
// multiplies at a time.
type slab[T kernel.Float] struct {
	tiler       *kernel.Tiler[T]
	cut         *cut
	left, right []T
}

func slabOf[T kernel.Float](t *kernel.Tiler[T], c *cut, memory *[]byte) slab[T] {
	return slab[T]{t, c, carve[T](memory, c.leftElements()), carve[T](memory, c.rightElements())}
}

// An area is ms rows and ns columns of a product.
type area struct{ m0, ms, n0, ns int }

// multiply computes an area of left x right, summed over ks columns from k0,
// into c, whose rows are ldc apart; it adds to c if add says so. Each panel is
// packed once and used for all rows.
func (s *slab[T]) multiply(c []T, ldc int, left, right *kernel.Operand[T], at area, k0, ks int, add bool) {
	var a kernel.Left[T]
	if ks > 0 {
		a = left.Left(s.left, s.cut.height, at.m0, at.ms, k0, ks)
	}
	for n := 0; n < at.ns; n += s.cut.panel {
		cols := min(s.cut.panel, at.ns-n)
		width := ceil(cols, s.tiler.Lanes) * s.tiler.Lanes
		panel := s.right[:width*ks]
		right.Panel(panel, width, at.n0+n, cols, k0, ks)
		s.tiler.Multiply(c[n:], ldc, &a, panel, width, at.ms, cols, ks, add)
	}
}
