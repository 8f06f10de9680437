package product

import (
	"fmt"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
)

// A winograd is a convolution in two dimensions by Winograd's minimal
// filtering. It is divided along its axes into small correlations with few
// results and few taps. Inputs and taps are transformed so that fewer
// multiplications compute the same results: with F(2x2, 2x2), 9 multiplications
// replace 16 (docs/decisions/0019-fewer-multiplications.md).
//
// An earlier step transforms the kernel into the right factors and packs them.
// A tile of the convolution copies channels of its part of the input to a
// staging buffer, computes left factors from them, multiplies, and transforms
// the products back. None of these is in memory as a whole. The vectors of all
// transforms run along channels: input channels on the left, output channels on
// the right.
type winograd struct {
	*convShape
	axes   [2]winogradAxis
	tiler  *kernel.Tiler[float32]
	filter *kernel.Winograd
	points int // multiplications for each output tile of the algorithm
	panel  int // output channels of a panel of right factors
	panels int // panels of all output channels
	across int // panels of a tile
	chunks []winogradChunk
	depth  int // the largest number of right factors in a column of a chunk
	room   int // the largest number of staged elements of an image

	images, lines int // images of a tile, or lines of output tiles in one image
	rowsPer       int // rows of left factors for an image in a tile
	imageBlocks   int
	lineBlocks    int

	input, arranged  []float32
	weights          []float32
	taps             [][]int32 // for each phase, the positions of its taps in a transposed kernel
	inputTransposer  *kernel.Transposer[float32]
	outputTransposer *kernel.Transposer[float32]
	kernelTransposer *kernel.Transposer[float32]
	epilogue         epilogue[float32]
}

// A winogradChunk is a range of patches and channels that is summed at a time.
// room is the number of channels, rounded up to a multiple of sixteen.
type winogradChunk struct{ patch, patches, channel, channels, room int }

const (
	winogradDepth        = 256       // rows of a panel, as blockK
	winogradLeftElements = 200 << 10 // left factors of a tile: they fit in the cache of one core
	maxWinogradChannels  = 128       // the largest number of output channels of a tile
	wantWinogradTiles    = 8         // the number of tiles that is enough
	fewRows              = 16        // a tile is not divided below this number of rows of left factors
	maxWinogradFactors   = 1 << 23   // the largest number of right factors, to limit memory
	wholeVector          = 16        // elements of the widest vectors
)

// winogradOf returns the fastest plan of a convolution by Winograd's algorithm,
// or nil if that is impossible or not faster.
func winogradOf(s *convShape) *winograd {
	if len(s.out) != 2 || s.Groups != 1 || !winogradReads(s) {
		return nil
	}
	var best *winograd
	for _, form := range kernel.Winograds() {
		c := &winograd{convShape: s, tiler: kernel.Float32Tiler(), filter: form, points: form.Points * form.Points}
		ok := true
		for d := range c.axes {
			var usesTaps bool
			c.axes[d], usesTaps = winogradAxisOf(s, form, d)
			ok = ok && usesTaps
		}
		if ok && winogradPays(c) && (best == nil || c.cost() < best.cost()) {
			best = c
		}
	}
	if best != nil {
		best.divide()
		best.bindTaps()
	}
	return best
}

// winogradReads reports whether each plane of the input and of the kernel is
// contiguous. The kernel may also be contiguous backwards.
func winogradReads(s *convShape) bool {
	x, k := s.x, s.k
	lines := k.Strides[2] == k.Shape[3] || k.Strides[2] == -k.Shape[3]
	return x.Strides[3] == 1 && x.Strides[2] == x.Shape[3] && x.Strides[1] >= 0 &&
		(k.Strides[3] == 1 || k.Strides[3] == -1) && lines && k.Strides[0] >= 0
}

// positions returns the number of output tiles in one image and phase, over all
// residues. patches returns the number of patches of one tap residue.
func (c *winograd) positions() int { return c.axes[0].positions() * c.axes[1].positions() }

func (c *winograd) phases() int { return c.axes[0].split * c.axes[1].split }

func (c *winograd) patches() int { return c.axes[0].patches * c.axes[1].patches }

func (c *winograd) tapResidues() int { return c.axes[0].tapResidues * c.axes[1].tapResidues }

// divide splits the convolution into tiles and chunks: by output channels and
// by rows of left factors. It makes tiles smaller if there are too few.
func (c *winograd) divide() {
	vectors := min(2, c.tiler.Widest())
	c.panel = vectors * c.tiler.Lanes
	c.panels = ir.Ceil(c.outputs, c.panel)
	wide, rows := maxWinogradChannels, max(fewRows, winogradLeftElements/(c.points*winogradDepth))
	for {
		c.across = ir.Ceil(c.panels, ir.Ceil(c.panels*c.panel, wide))
		c.divideRows(rows)
		switch {
		case c.Tiles() >= wantWinogradTiles || rows == fewRows:
			c.divideDepth()
			return
		case wide > 4*wholeVector:
			wide /= 2
		default:
			rows = max(fewRows, rows/2)
		}
	}
}

func (c *winograd) divideRows(rows int) {
	y := &c.axes[0]
	perLine := c.positions() / y.tiles
	c.images, c.lines, c.lineBlocks = 1, y.tiles, 1
	if all := c.positions(); all <= rows {
		c.images = min(rows/all, c.batch)
	} else {
		c.lineBlocks = ir.Ceil(y.tiles, max(1, rows/perLine))
		c.lines = ir.Ceil(y.tiles, c.lineBlocks)
		c.lineBlocks = ir.Ceil(y.tiles, c.lines)
	}
	c.imageBlocks = ir.Ceil(c.batch, c.images)
	c.rowsPer = c.lines * perLine
}

func (c *winograd) divideDepth() {
	residues, all := c.tapResidues(), c.patches()
	channels := min(c.inputs, max(wholeVector, winogradDepth/residues/wholeVector*wholeVector))
	room := ir.Ceil(channels, wholeVector) * wholeVector
	patches := min(all, max(1, winogradDepth/(room*residues)))
	for patch := 0; patch < all; patch += patches {
		for channel := 0; channel < c.inputs; channel += channels {
			chunk := winogradChunk{patch, min(patches, all-patch), channel, min(channels, c.inputs-channel), 0}
			chunk.room = ir.Ceil(chunk.channels, wholeVector) * wholeVector
			c.chunks = append(c.chunks, chunk)
			c.depth = max(c.depth, c.depthOf(&chunk))
		}
	}
	for i := range c.chunks {
		for line := 0; line < c.axes[0].tiles; line += c.lines {
			from, end := c.stageRows(&c.chunks[i], line)
			c.room = max(c.room, (end-from)*c.x.Shape[3]*c.chunks[i].room)
		}
	}
}

// depthOf returns the number of products that a chunk sums.
func (c *winograd) depthOf(chunk *winogradChunk) int {
	return chunk.patches * c.tapResidues() * chunk.room
}

// stageRows returns the lines of the input that a chunk reads for the lines of
// output tiles from line on.
func (c *winograd) stageRows(chunk *winogradChunk, line int) (from, end int) {
	y, across := &c.axes[0], c.axes[1].patches
	last := min(line+c.lines, y.tiles) - 1
	from, end = y.reach(line, chunk.patch/across, last, (chunk.patch+chunk.patches-1)/across)
	return max(from, 0), max(min(end, c.x.Shape[2]), 0)
}

// bindTaps computes the positions of the taps of every phase in a transposed
// kernel. The transposed kernel has one line of zeros and then, for each tap,
// one line with the output channels of a panel.
func (c *winograd) bindTaps() {
	for ry := range c.axes[0].split {
		for rx := range c.axes[1].split {
			var table []int32
			for patch := range c.patches() {
				for residue := range c.tapResidues() {
					table = append(table, c.tapPlaces(ry, rx, patch, residue)...)
				}
			}
			c.taps = append(c.taps, table)
		}
	}
}

func (c *winograd) tapPlaces(ry, rx, patch, residue int) []int32 {
	y, x := &c.axes[0], &c.axes[1]
	var places []int32
	for i := range c.filter.Taps {
		for j := range c.filter.Taps {
			ty, ok := y.tap(ry, patch/x.patches, residue/x.tapResidues, i)
			tx, ok2 := x.tap(rx, patch%x.patches, residue%x.tapResidues, j)
			if !ok || !ok2 {
				places = append(places, 0)
				continue
			}
			if c.k.Strides[2] < 0 {
				ty = c.window[0] - 1 - ty
			}
			if c.k.Strides[3] < 0 {
				tx = c.window[1] - 1 - tx
			}
			places = append(places, int32((1+ty*c.window[1]+tx)*c.panel))
		}
	}
	return places
}

// chunkElements returns the memory for the right factors of a chunk.
func (c *winograd) chunkElements() int { return c.points * c.panels * c.depth * c.panel }

func (c *winograd) Temporaries() (partial, arranged int) {
	return 0, c.phases() * len(c.chunks) * c.chunkElements()
}

func (c *winograd) Form() (string, float64) {
	return fmt.Sprintf("F(%[1]dx%[1]d, %[2]dx%[2]d)", c.filter.Tile, c.filter.Taps), c.multiplications()
}

func (c *winograd) SkipsZeros() bool { return false }

func (c *winograd) Bind(g *ir.Group, blocks loop.Constants) ([]pool.Step, int) {
	c.input = ir.Contents[float32](g.Head.Args[0].Node.Buffer)
	c.weights = ir.Contents[float32](g.Head.Args[1].Node.Buffer)
	c.arranged = ir.Contents[float32](g.Arranged)
	c.inputTransposer = kernel.NewTransposer[float32](c.inputs, c.x.Strides[1])
	c.kernelTransposer = kernel.NewTransposer[float32](c.panel, c.k.Strides[0])
	c.outputTransposer = kernel.NewTransposer[float32](c.positionsOut(), c.width())
	parts := &winogradTaps{c}
	return []pool.Step{parts, c}, c.epilogue.bind(g, blocks, max(c.scratch(), parts.scratch()))
}

// width returns the output channels of a tile, in whole panels.
func (c *winograd) width() int { return c.across * c.panel }

// positionsOut returns the number of results in one channel of an image that a
// tile computes.
func (c *winograd) positionsOut() int { return min(c.lines*c.axes[0].perTile(), c.out[0]) * c.out[1] }

// winogradScratch holds the parts of the scratch of a tile, in elements.
type winogradScratch struct{ left, products, stage, results, transposed, from, to int }

const transposedChannels = 16 // output channels that are transposed at a time

func (c *winograd) scratchSizes() winogradScratch {
	rows := c.images * c.rowsPer
	return winogradScratch{
		left:       c.points * rows * c.leftLine(),
		products:   c.points * rows * c.width(),
		stage:      c.images * c.stageImage(),
		results:    c.images * c.resultImage(),
		transposed: transposedChannels * c.transposedLine(),
		from:       c.rowsPer * c.depth / wholeVector * c.points,
		to:         c.rowsPer * c.filter.Tile * c.filter.Tile,
	}
}

func (c *winograd) scratch() int {
	size, p := 0, c.scratchSizes()
	for _, n := range []int{p.left, p.products, p.stage, p.results, p.transposed, p.from, p.to} {
		size += memory.SizeOf[float32](n)
	}
	return size
}

// leftLine returns the distance between rows of left factors. It is one vector
// larger than a row, so that rows do not use the same cache sets.
func (c *winograd) leftLine() int { return c.depth + wholeVector }

// stageImage and resultImage return the memory of an image: first a line that
// is zero (stage) or never read (results), then a line for each position.
func (c *winograd) stageImage() int { return c.widest() + c.room }

func (c *winograd) resultImage() int { return (1 + c.positionsOut()) * c.width() }

// widest returns the largest number of channels in a chunk, rounded up.
func (c *winograd) widest() int { return c.chunks[0].room }

func (c *winograd) transposedLine() int { return ir.Ceil(c.positionsOut(), wholeVector) * wholeVector }

func (c *winograd) Tiles() int {
	return ir.Ceil(c.panels, c.across) * c.imageBlocks * c.lineBlocks
}

func (c *winograd) Finish() {}

// multiplications returns the number of multiplications that are performed,
// including those with zeros beyond an edge.
func (c *winograd) multiplications() float64 {
	rows := float64(c.batch * c.positions() * c.phases())
	return float64(c.points) * rows * float64(c.patches()*c.tapResidues()*c.inputs*c.outputs)
}

// pays reports whether the transforms cost less than they save.
func (c *winograd) pays() bool {
	direct := c.directMultiplications()
	enough := c.batch*c.positions() >= fewRows // else the transforms of the kernel are most of the work
	return enough && direct >= minWinogradMultiplications && c.rightElements() <= maxWinogradFactors && c.cost() < 0.8*direct
}

// cost estimates the cost of c, in multiplications. The cost of a transform for
// each computed number was measured
// (docs/decisions/0019-fewer-multiplications.md).
func (c *winograd) cost() float64 {
	rows := float64(c.batch * c.positions() * c.phases())
	depth := float64(c.patches() * c.tapResidues() * ir.Ceil(c.inputs, wholeVector) * wholeVector)
	wide := float64(ir.Ceil(c.outputs, wholeVector) * wholeVector)
	const left, right, back = 5, 8, 5
	return float64(c.points) * (rows*depth*wide + left*rows*depth + back*rows*wide + right*depth*wide*float64(c.phases()))
}

// rightElements returns the number of right factors.
func (c *winograd) rightElements() int {
	return c.points * c.phases() * c.patches() * c.tapResidues() * c.inputs * c.outputs
}

// winogradPays is pays; tests replace it.
var winogradPays = (*winograd).pays

// minWinogradMultiplications is the smallest number of multiplications for which Winograd's
// algorithm is used.
const minWinogradMultiplications = 1 << 20

// directMultiplications returns the number of multiplications of the
// definition, without the zeros between input elements.
func (c *winograd) directMultiplications() float64 {
	taps := 1.0
	for d := range c.axes {
		taps *= c.axes[d].tapUses()
	}
	return taps * float64(c.batch*c.inputs*c.outputs)
}
