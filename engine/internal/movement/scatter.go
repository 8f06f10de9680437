package movement

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A scatterStep adds rows of updates to the rows of the result that the indices
// select, in the order of the updates. A tile computes some columns of some
// rows of the result. Each tile reads all indices and adds the updates that
// belong to its part. So the sums do not depend on the division into tiles.
type scatterStep[T kernel.Number] struct {
	out, from  []T
	indices    []int32
	positions  []int // positions of the indices, in order
	starts     []int // positions of the rows of from, in order
	within     []int // offsets of the elements in a row of from
	contiguous bool  // these elements are contiguous
	rows       int   // number of rows of the result
	part       scatterTiling
}

func scatterAdd[T kernel.Number](n *ir.Node) pool.Step {
	u, index := n.Args[0], n.Args[1]
	rank := len(index.Layout.Shape)
	rest := kernel.Layout{Shape: u.Layout.Shape[rank:], Strides: u.Layout.Strides[rank:]}
	s := &scatterStep[T]{
		out: ir.Contents[T](n.Buffer), from: ir.Contents[T](u.Node.Buffer), indices: ir.Contents[int32](index.Node.Buffer),
		positions:  ir.PositionsOver(&index.Layout, ir.Free(rank)),
		starts:     ir.PositionsOver(&u.Layout, ir.Free(rank)),
		within:     ir.Table(rest.Shape, rest.Strides),
		contiguous: ir.IsContiguous(&rest),
		rows:       n.Shape[0],
	}
	s.part = newScatterTiling(len(s.positions), s.rows, tensor.Size(rest.Shape))
	return s
}

func (s *scatterStep[T]) Tiles() int {
	return ir.Ceil(s.rows, s.part.rows) * ir.Ceil(len(s.within), s.part.columns)
}

func (s *scatterStep[T]) Tile(_ *pool.Worker, i int) {
	width := len(s.within)
	across := ir.Ceil(width, s.part.columns)
	row, column := i/across*s.part.rows, i%across*s.part.columns
	lastRow, lastColumn := min(row+s.part.rows, s.rows), min(column+s.part.columns, width)
	for k := row; k < lastRow; k++ {
		clear(s.out[k*width+column : k*width+lastColumn])
	}
	for i, p := range s.positions {
		if k := int(s.indices[p]); k >= row && k < lastRow {
			s.add(s.out[k*width+column:k*width+lastColumn], s.starts[i], column)
		}
	}
}

// add adds a row of updates to a row of the result. to is the part of the row
// of the result from column on; start is the position of the row of updates.
func (s *scatterStep[T]) add(to []T, start, column int) {
	if s.contiguous {
		for j, v := range s.from[start+column:][:len(to)] {
			to[j] += v
		}
		return
	}
	for j, at := range s.within[column:][:len(to)] {
		to[j] += s.from[start+at]
	}
}

func (s *scatterStep[T]) Finish() {}

// A scatterTiling is the number of rows and columns of the result in a tile.
type scatterTiling struct{ rows, columns int }

const (
	minAddsPerIndex = 16  // the least number of elements that a tile must add for each index it reads
	minColumns      = 256 // the smallest number of columns in a part of a row
)

// newScatterTiling divides a result of rows x width into tiles; n rows of
// updates are added to it. Every tile reads all indices, so the number of tiles
// is limited to keep this a small part of the work. Columns are divided first:
// every column costs the same, for all values of the indices.
func newScatterTiling(n, rows, width int) scatterTiling {
	work := (n + rows) * width
	tiles := max(1, min(ir.Ceil(work, pool.TileSize), work/(minAddsPerIndex*max(n, 1))))
	across := max(1, min(tiles, width/minColumns))
	down := max(1, min(tiles/across, rows))
	return scatterTiling{rows: max(1, ir.Ceil(rows, down)), columns: max(1, ir.Ceil(width, across))}
}
