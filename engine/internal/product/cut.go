package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
)

// A cut says how a product of m x n results over k is divided: blocks of the
// result, which are the tiles of the step, and chunks of k. It depends on
// shapes and the instruction set alone, never on threads.
type cut struct {
	m, n, k int // a block is m x n, a packed panel k deep
	panel   int // elements across a panel of the right operand
	height  int // rows of a panel of the left operand
	chunk   int // how much of k one tile sums; all of it unless k is cut
	down    int // blocks from top to bottom
	across  int // blocks from left to right
	chunks  int
}

const (
	blockM      = 512     // rows of a block: how often a packed panel is used
	blockPanels = 4       // panels of a block: what they share is the left operand
	blockK      = 256     // depth of a panel: 48 columns of it nearly fit L1
	narrowN     = 256     // results no wider than this are cut into panels of two vectors
	wantTiles   = 16      // tiles that a product worth it is cut into
	someTiles   = 6       // tiles with which one is content whose panels must be packed for every block of rows
	minWork     = 1 << 19 // multiplications that a tile is worth
	deepChunk   = 2048    // the least of k that is worth a chunk of its own
)

// cutOf cuts a product of batch x m x n results over k. Where the left operand
// is dear to pack, rows are cut before columns, so that it is packed once; where
// the right one is, rows are cut only for want of tiles.
func cutOf[T kernel.Float](t *kernel.Tiler[T], batch, m, n, k int, dearLeft, dearRight bool) cut {
	m, n, k = max(m, 1), max(n, 1), max(k, 1)
	vectors := t.Widest()
	if n <= narrowN {
		vectors = min(2, vectors)
	}
	c := cut{panel: vectors * t.Lanes, k: min(blockK, k), chunk: k, chunks: 1}
	c.height = t.Height(vectors)
	panels := ir.Ceil(n, c.panel)
	rowsAt, panelsAt := ir.Ceil(m, blockM), ir.Ceil(panels, blockPanels)
	if dearLeft {
		panelsAt = ir.Ceil(panels, 2*blockPanels)
	}
	tiles := func() int { return batch * rowsAt * panelsAt * c.chunks }
	enough := func() bool { return tiles() >= wantTiles || batch*m*n*k/(2*max(tiles(), 1)) < minWork }
	for !enough() && c.chunk >= 2*deepChunk {
		c.chunks++
		c.chunk = ir.Ceil(ir.Ceil(k, c.chunks), c.k) * c.k
	}
	cutColumns := func() {
		for !enough() && panelsAt < panels {
			panelsAt++
		}
	}
	if !dearLeft {
		cutColumns()
	}
	for !enough() && rowsAt < ir.Ceil(m, 4*c.height) && !(dearRight && tiles() >= someTiles) {
		rowsAt++
	}
	cutColumns()
	c.m = min(ir.Ceil(ir.Ceil(m, rowsAt), c.height)*c.height, max(m, 1))
	c.n = ir.Ceil(panels, panelsAt) * c.panel
	c.down, c.across, c.chunks = ir.Ceil(m, c.m), ir.Ceil(n, c.n), ir.Ceil(k, c.chunk)
	return c
}

// wide is the memory that a block of whole rows may take, with all that the
// loop that follows it reads beside it: half of a second cache.
const wide = 1 << 19

// widened returns c with blocks of whole rows, as few as there is room for:
// each is delivered in one long run. A result and what is read beside it have
// so many bytes.
func (c cut) widened(m, n, bytes int) cut {
	n = max(n, 1)
	c.m = min(max(1, wide/(n*bytes)/c.height)*c.height, max(m, 1))
	c.n, c.down, c.across = n, ir.Ceil(m, c.m), 1
	return c
}

// leftElements, rightElements and blockElements are what a tile needs of
// scratch.
func (c *cut) leftElements() int  { return ir.Ceil(c.m, c.height) * c.height * c.k }
func (c *cut) rightElements() int { return c.panel * c.k }
func (c *cut) blockElements() int { return c.m * c.n }

// partialElements is the memory in which the chunks of all blocks meet; none
// if k is not cut.
func (c *cut) partialElements(batch int) int {
	if c.chunks == 1 {
		return 0
	}
	return batch * c.down * c.across * c.chunks * c.blockElements()
}
