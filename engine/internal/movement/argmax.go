package movement

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A search finds the index of the largest element along an axis. Of equal
// elements it takes the first. If there is a NaN, it takes the first NaN. A
// tile computes several results of about pool.TileSize elements together. If
// there are few results and each is long, a search is split into chunks; the
// split depends only on shapes. The results of the chunks are compared at the
// end, in order.
type search[T kernel.Number] struct {
	out, winners   []int32 // winners are the results of each chunk, chunk by chunk; equal to out if there is one chunk
	from           []T
	starts         []int // position of the first element of each result
	length, stride int   // number of elements of a result, and the distance between them
	group          int   // results that one tile computes
	chunk, chunks  int   // elements of one result that one tile searches
}

func argMax[T kernel.Number](n *ir.Node) pool.Step {
	x, axis := n.Args[0], n.Attr.(tensor.ArgMaxAttr).Axis
	others := ir.Free(len(x.Layout.Shape), []int{axis})
	s := &search[T]{out: ir.Contents[int32](n.Buffer), from: ir.Contents[T](x.Node.Buffer), starts: ir.PositionsOver(&x.Layout, others)}
	s.length, s.stride = x.Layout.Shape[axis], x.Layout.Strides[axis]
	s.group = max(1, pool.TileSize/s.length)
	s.chunk, s.chunks, s.winners = s.length, 1, s.out
	if s.length > 2*pool.TileSize && len(s.starts) < 8 {
		s.chunk, s.chunks = pool.TileSize, ir.Ceil(s.length, pool.TileSize)
		s.winners = make([]int32, s.chunks*len(s.starts))
	}
	return s
}

func (s *search[T]) Tiles() int { return ir.Ceil(len(s.starts), s.group) * s.chunks }

func (s *search[T]) Tile(_ *pool.Worker, i int) {
	chunk, first := i%s.chunks, i/s.chunks*s.group
	winners := s.winners[chunk*len(s.starts):]
	from, to := chunk*s.chunk, min((chunk+1)*s.chunk, s.length)
	for i := first; i < min(first+s.group, len(s.starts)); i++ {
		winners[i] = int32(s.winner(s.starts[i], from, to))
	}
}

// winner searches elements from to to-1 of the result that begins at start.
func (s *search[T]) winner(start, from, to int) int {
	best, where := s.from[start+from*s.stride], from
	for k := from + 1; k < to; k++ {
		if v := s.from[start+k*s.stride]; beats(v, best) {
			best, where = v, k
		}
	}
	return where
}

// beats reports whether v replaces best, which comes before it.
func beats[T kernel.Number](v, best T) bool { return v > best || v != v && best == best }

func (s *search[T]) Finish() {
	if s.chunks == 1 {
		return
	}
	for i, start := range s.starts {
		where := s.winners[i]
		for c := 1; c < s.chunks; c++ {
			k := s.winners[c*len(s.starts)+i]
			if beats(s.from[start+int(k)*s.stride], s.from[start+int(where)*s.stride]) {
				where = k
			}
		}
		s.out[i] = where
	}
}
