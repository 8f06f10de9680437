package movement

import (
	"math"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A gatherStep copies the rows of a value that the indices select.
type gatherStep[T any] struct {
	out, from []T
	indices   []int32
	positions []int         // positions of the indices, in order
	base      int           // position of row 0 in from
	rowStride int           // distance between rows in from
	rows      int           // number of rows of from
	width     int           // elements of a row
	row       kernel.Layout // layout of the elements of a row
	missing   T             // the value for an index out of range
}

func gather[T any](n *ir.Node) pool.Step {
	x, index := n.Args[0], n.Args[1]
	l := &x.Layout
	g := &gatherStep[T]{
		out: ir.Contents[T](n.Buffer), from: ir.Contents[T](x.Node.Buffer), indices: ir.Contents[int32](index.Node.Buffer),
		positions: ir.PositionsOver(&index.Layout, ir.Free(len(index.Layout.Shape))),
		base:      l.Offset, rowStride: l.Strides[0], rows: l.Shape[0], width: tensor.Size(l.Shape[1:]),
		row:     ir.Collapse(&kernel.Layout{Shape: l.Shape[1:], Strides: l.Strides[1:]}),
		missing: missingElement[T](n.DType),
	}
	return movement{n.Size(), g.move}
}

// move computes elements start to end-1 of the result. The first and the last
// row may be incomplete.
func (g *gatherStep[T]) move(_ []byte, start, end int) {
	row := g.row
	for start < end {
		i, column := start/g.width, start%g.width
		to := g.out[start:min(end, start+g.width-column)]
		start += len(to)
		k := int(g.indices[g.positions[i]])
		row.Offset = g.base + k*g.rowStride
		switch {
		case k < 0 || k >= g.rows:
			kernel.Fill(to, g.missing)
		case len(row.Shape) == 1:
			kernel.LoadStrided(to, g.from, row.Offset+column*row.Strides[0], row.Strides[0])
		default:
			kernel.Load(to, g.from, &row, column)
		}
	}
}

// missingElement returns the value for an index out of range: NaN, or 0 for a
// dtype without NaN.
func missingElement[T any](dtype tensor.DType) T {
	m := memory.New(dtype, 1)
	if dtype.IsFloat() {
		m.Set(&tensor.Array{DType: dtype, Data: []float64{math.NaN()}})
	}
	return memory.Slice[T](m.Bytes)[0]
}
