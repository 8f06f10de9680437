package movement

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A scattering adds rows of updates to rows of the result that indices name,
// in the order of the updates. A tile is a part of the result: some columns of
// some rows. It goes through all indices itself and adds what falls into its
// part, so the sums do not depend on how the result is cut.
type scattering[T kernel.Number] struct {
	out, from []T
	indices   []int32
	places    []int // of indices, in order
	starts    []int // of the rows of from, in order
	within    []int // of the elements of a row of from
	even      bool  // these are neighbours
	rows      int   // of the result
	part      scatterCut
}

func scatterAdd[T kernel.Number](n *ir.Node) pool.Step {
	u, index := n.Args[0], n.Args[1]
	rank := len(index.Layout.Shape)
	rest := kernel.Layout{Shape: u.Layout.Shape[rank:], Strides: u.Layout.Strides[rank:]}
	s := &scattering[T]{
		out: ir.Contents[T](n.Buffer), from: ir.Contents[T](u.Node.Buffer), indices: ir.Contents[int32](index.Node.Buffer),
		places: ir.PlacesOver(&index.Layout, ir.Free(rank)),
		starts: ir.PlacesOver(&u.Layout, ir.Free(rank)),
		within: ir.Table(rest.Shape, rest.Strides),
		even:   ir.IsContiguous(&rest),
		rows:   n.Shape[0],
	}
	s.part = scatterCutOf(len(s.places), s.rows, tensor.Size(rest.Shape))
	return s
}

func (s *scattering[T]) Tiles() int {
	return ir.Ceil(s.rows, s.part.rows) * ir.Ceil(len(s.within), s.part.columns)
}

func (s *scattering[T]) Tile(_ *pool.Worker, i int) {
	width := len(s.within)
	across := ir.Ceil(width, s.part.columns)
	row, column := i/across*s.part.rows, i%across*s.part.columns
	lastRow, lastColumn := min(row+s.part.rows, s.rows), min(column+s.part.columns, width)
	for k := row; k < lastRow; k++ {
		clear(s.out[k*width+column : k*width+lastColumn])
	}
	for i, p := range s.places {
		if k := int(s.indices[p]); k >= row && k < lastRow {
			s.add(s.out[k*width+column:k*width+lastColumn], s.starts[i], column)
		}
	}
}

// add adds, to part of a row of the result from a column on, its part of the
// row of updates that begins at start.
func (s *scattering[T]) add(to []T, start, column int) {
	if s.even {
		for j, v := range s.from[start+column:][:len(to)] {
			to[j] += v
		}
		return
	}
	for j, at := range s.within[column:][:len(to)] {
		to[j] += s.from[start+at]
	}
}

func (s *scattering[T]) Finish() {}

// A scatterCut is how many rows and columns of the result a tile has.
type scatterCut struct{ rows, columns int }

const (
	lookWorth   = 16  // elements that are added while an index is looked at, or more
	partColumns = 256 // the fewest columns that rows are cut into
)

// scatterCutOf cuts a result of so many rows of a width, that n rows are added
// to. As every tile looks at all indices, there are only so many that this is a
// small part of the work. Columns are cut first: they are all worth the same,
// whatever the indices.
func scatterCutOf(n, rows, width int) scatterCut {
	work := (n + rows) * width
	tiles := max(1, min(ir.Ceil(work, pool.TileSize), work/(lookWorth*max(n, 1))))
	across := max(1, min(tiles, width/partColumns))
	down := max(1, min(tiles/across, rows))
	return scatterCut{rows: max(1, ir.Ceil(rows, down)), columns: max(1, ir.Ceil(width, across))}
}
