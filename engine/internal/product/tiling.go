package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
)

// A tiling describes the division of a product of m x n results over k: into
// blocks of the result, which are the tiles of the step, and into chunks of k.
// It depends only on shapes and the instruction set, never on the number of
// threads.
type tiling struct {
	m, n, k int // a block has m x n results; a packed panel has k elements of depth
	panel   int // columns of a panel of the right operand
	height  int // rows of a panel of the left operand
	chunk   int // range of k that one tile sums; all of k unless k is divided
	down    int // blocks from top to bottom
	across  int // blocks from left to right
	chunks  int
}

const (
	blockM      = 512     // rows of a block: a packed panel is used for all of them
	blockPanels = 4       // panels of a block: they share the left operand
	blockK      = 256     // depth of a panel: 48 columns of it nearly fill L1
	narrowN     = 256     // results with at most this number of columns use panels of two vectors
	wantTiles   = 16      // wanted number of tiles
	enoughTiles = 6       // enough tiles if panels must be packed again for every block of rows
	minTileWork = 1 << 19 // multiplications that are worth a tile
	minChunk    = 2048    // the smallest range of k that is worth a chunk
)

// newTiling divides a product of batch x m x n results over k. If the left
// operand is costly to pack, it divides rows before columns, so the left
// operand is packed once. If the right operand is costly to pack, it divides
// rows only to get enough tiles.
func newTiling[T kernel.Float](t *kernel.Tiler[T], batch, m, n, k int, costlyLeft, costlyRight bool) tiling {
	m, n, k = max(m, 1), max(n, 1), max(k, 1)
	vectors := t.Widest()
	if n <= narrowN {
		vectors = min(2, vectors)
	}
	c := tiling{panel: vectors * t.Lanes, k: min(blockK, k), chunk: k, chunks: 1}
	c.height = t.Height(vectors)
	panels := ir.Ceil(n, c.panel)
	rowsAt, panelsAt := ir.Ceil(m, blockM), ir.Ceil(panels, blockPanels)
	if costlyLeft {
		panelsAt = ir.Ceil(panels, 2*blockPanels)
	}
	tiles := func() int { return batch * rowsAt * panelsAt * c.chunks }
	enough := func() bool { return tiles() >= wantTiles || batch*m*n*k/(2*max(tiles(), 1)) < minTileWork }
	for !enough() && c.chunk >= 2*minChunk {
		c.chunks++
		c.chunk = ir.Ceil(ir.Ceil(k, c.chunks), c.k) * c.k
	}
	cutColumns := func() {
		for !enough() && panelsAt < panels {
			panelsAt++
		}
	}
	if !costlyLeft {
		cutColumns()
	}
	for !enough() && rowsAt < ir.Ceil(m, 4*c.height) && !(costlyRight && tiles() >= enoughTiles) {
		rowsAt++
	}
	cutColumns()
	c.m = min(ir.Ceil(ir.Ceil(m, rowsAt), c.height)*c.height, max(m, 1))
	c.n = ir.Ceil(panels, panelsAt) * c.panel
	c.down, c.across, c.chunks = ir.Ceil(m, c.m), ir.Ceil(n, c.n), ir.Ceil(k, c.chunk)
	return c
}

// wholeRowBytes is the memory for a block of whole rows, together with the
// other operands of its epilogue: half of an L2 cache.
const wholeRowBytes = 1 << 19

// wholeRows returns c with blocks of whole rows: the largest number that fits in
// wholeRowBytes. Each block is then one long run of the result. bytes is the
// size of a result and of the other epilogue operands for it.
func (c tiling) wholeRows(m, n, bytes int) tiling {
	n = max(n, 1)
	c.m = min(max(1, wholeRowBytes/(n*bytes)/c.height)*c.height, max(m, 1))
	c.n, c.down, c.across = n, ir.Ceil(m, c.m), 1
	return c
}

// leftElements, rightElements and blockElements return the scratch of a tile,
// in elements.
func (c *tiling) leftElements() int  { return ir.Ceil(c.m, c.height) * c.height * c.k }
func (c *tiling) rightElements() int { return c.panel * c.k }
func (c *tiling) blockElements() int { return c.m * c.n }

// partialElements returns the memory for the partial results of all chunks of
// all blocks; 0 if k is not divided.
func (c *tiling) partialElements(batch int) int {
	if c.chunks == 1 {
		return 0
	}
	return batch * c.down * c.across * c.chunks * c.blockElements()
}
