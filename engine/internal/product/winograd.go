package product

import (
	"fmt"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
)

// A winograd is a convolution in two dimensions by Winograd's minimal filtering.
// Its axes cut it into correlations of a few results and taps, whose inputs and
// taps are transformed so that fewer products sum the same over channels: with
// F(2x2, 2x2), 9 in place of 16 (docs/decisions/0019-fewer-multiplications.md).
//
// The factors made of the kernel are put in order once, by a step before. A
// tile of the convolution lays out channels of its part of the input, makes the
// left factors of them, multiplies, and transforms the products back; none of
// these is ever written out whole. The vectors of all transforms run along
// channels: of the input on the left, of the output on the right.
type winograd struct {
	*sight
	axes   [2]winogradAxis
	tiler  *kernel.Tiler[float32]
	filter *kernel.Winograd
	points int // of the form: products in place of what they are fewer than
	panel  int // output channels of a panel of right factors
	panels int // of all output channels
	across int // panels of a tile
	chunks []winogradChunk
	depth  int // the most right factors in a column that a chunk has
	room   int // the most stage rows

	images, lines int // images of a tile, or lines of the form's tiles in one image
	rowsPer       int // left factors' rows of an image of a tile
	imageBlocks   int
	lineBlocks    int

	input, arranged []float32
	weights         []float32
	taps            [][]int32 // for each phase, where its taps lie in a turned kernel
	inputTurner     *kernel.Turner[float32]
	outputTurner    *kernel.Turner[float32]
	kernelTurner    *kernel.Turner[float32]
	sink            sink[float32]
}

// A winogradChunk is what is summed over at a time: some patches and
// some channels, of which there is room for a multiple of sixteen.
type winogradChunk struct{ patch, patches, channel, channels, room int }

const (
	winogradDepth = 256       // rows of a panel, as blockK
	winogradLeft  = 200 << 10 // left factors of a tile: what the cache of one core holds
	winogradWide  = 128       // output channels of a tile, at the most
	winogradTiles = 8         // tiles that are enough
	fewRows       = 16        // of left factors of a tile, below which it is not cut
	winogradMost  = 1 << 23   // right factors, so that memory stays bounded
	wholeVector   = 16        // elements: of the widest vectors
)

// winogradOf returns how a convolution is made by minimal filtering, or nil if
// it cannot be or does not gain by it.
func winogradOf(s *sight) *winograd {
	if len(s.out) != 2 || s.Groups != 1 || !winogradReads(s) {
		return nil
	}
	var best *winograd
	for _, form := range kernel.Winograds() {
		c := &winograd{sight: s, tiler: kernel.Float32Tiler(), filter: form, points: form.Points * form.Points}
		ok := true
		for d := range c.axes {
			var meets bool
			c.axes[d], meets = winogradAxisOf(s, form, d)
			ok = ok && meets
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

// winogradReads says whether the planes of input and kernel are each one run of
// memory, the kernel's forwards or backwards.
func winogradReads(s *sight) bool {
	x, k := s.x, s.k
	lines := k.Strides[2] == k.Shape[3] || k.Strides[2] == -k.Shape[3]
	return x.Strides[3] == 1 && x.Strides[2] == x.Shape[3] && x.Strides[1] >= 0 &&
		(k.Strides[3] == 1 || k.Strides[3] == -1) && lines && k.Strides[0] >= 0
}

// positions is the number of tiles in one image and phase, of all residues;
// patches that of patches of one tap residue.
func (c *winograd) positions() int { return c.axes[0].positions() * c.axes[1].positions() }

func (c *winograd) phases() int { return c.axes[0].split * c.axes[1].split }

func (c *winograd) patches() int { return c.axes[0].patches * c.axes[1].patches }

func (c *winograd) tapResidues() int { return c.axes[0].tapResidues * c.axes[1].tapResidues }

// divide cuts the convolution into tiles and chunks: by output channels and by
// rows of left factors, into smaller ones if tiles are few.
func (c *winograd) divide() {
	vectors := min(2, c.tiler.Widest())
	c.panel = vectors * c.tiler.Lanes
	c.panels = ir.Ceil(c.outputs, c.panel)
	wide, rows := winogradWide, max(fewRows, winogradLeft/(c.points*winogradDepth))
	for {
		c.across = ir.Ceil(c.panels, ir.Ceil(c.panels*c.panel, wide))
		c.divideRows(rows)
		switch {
		case c.Tiles() >= winogradTiles || rows == fewRows:
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

// depthOf is how many products a chunk sums.
func (c *winograd) depthOf(chunk *winogradChunk) int {
	return chunk.patches * c.tapResidues() * chunk.room
}

// stageRows is the lines of the input that a chunk reads for the lines of
// results from line on.
func (c *winograd) stageRows(chunk *winogradChunk, line int) (from, end int) {
	y, across := &c.axes[0], c.axes[1].patches
	last := min(line+c.lines, y.tiles) - 1
	from, end = y.reach(line, chunk.patch/across, last, (chunk.patch+chunk.patches-1)/across)
	return max(from, 0), max(min(end, c.x.Shape[2]), 0)
}

// bindTaps finds where the taps of every phase are in a turned kernel: a line
// of a panel's output channels for each tap, and before them one of zeros.
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

// chunkElements is the room of the right factors of a chunk.
func (c *winograd) chunkElements() int { return c.points * c.panels * c.depth * c.panel }

func (c *winograd) Temporaries() (partial, arranged int) {
	return 0, c.phases() * len(c.chunks) * c.chunkElements()
}

func (c *winograd) Form() (string, float64) {
	return fmt.Sprintf("F(%[1]dx%[1]d, %[2]dx%[2]d)", c.filter.Tile, c.filter.Taps), c.multiplications()
}

func (c *winograd) LeavesOutZeros() bool { return false }

func (c *winograd) Bind(g *ir.Group, blocks loop.Constants) ([]pool.Step, int) {
	c.input = ir.Contents[float32](g.Head.Args[0].Node.Buffer)
	c.weights = ir.Contents[float32](g.Head.Args[1].Node.Buffer)
	c.arranged = ir.Contents[float32](g.Arranged)
	c.inputTurner = kernel.NewTurner[float32](c.inputs, c.x.Strides[1])
	c.kernelTurner = kernel.NewTurner[float32](c.panel, c.k.Strides[0])
	c.outputTurner = kernel.NewTurner[float32](c.positionsOut(), c.width())
	parts := &winogradTaps{c}
	return []pool.Step{parts, c}, c.sink.bind(g, blocks, max(c.scratch(), parts.scratch()))
}

// width is the output channels of a tile, in whole panels.
func (c *winograd) width() int { return c.across * c.panel }

// positionsOut is the results in a channel of an image that a tile makes.
func (c *winograd) positionsOut() int { return min(c.lines*c.axes[0].perTile(), c.out[0]) * c.out[1] }

// winogradParcels is the scratch of a tile, in elements.
type winogradParcels struct{ left, products, stage, results, turned, from, to int }

const turnedChannels = 16 // output channels that are turned at a time

func (c *winograd) parcels() winogradParcels {
	rows := c.images * c.rowsPer
	return winogradParcels{
		left:     c.points * rows * c.leftLine(),
		products: c.points * rows * c.width(),
		stage:    c.images * c.stageImage(),
		results:  c.images * c.resultImage(),
		turned:   turnedChannels * c.turnedLine(),
		from:     c.rowsPer * c.depth / wholeVector * c.points,
		to:       c.rowsPer * c.filter.Tile * c.filter.Tile,
	}
}

func (c *winograd) scratch() int {
	size, p := 0, c.parcels()
	for _, n := range []int{p.left, p.products, p.stage, p.results, p.turned, p.from, p.to} {
		size += memory.SizeOf[float32](n)
	}
	return size
}

// leftLine is the distance between rows of left factors: a vector more than
// there are, lest rows fall on one another in the cache.
func (c *winograd) leftLine() int { return c.depth + wholeVector }

// stageImage and resultImage are the room of an image: a line of zeros, or one
// that is never read, and then one for each position.
func (c *winograd) stageImage() int { return c.widest() + c.room }

func (c *winograd) resultImage() int { return (1 + c.positionsOut()) * c.width() }

// widest is the room for the channels of a chunk.
func (c *winograd) widest() int { return c.chunks[0].room }

func (c *winograd) turnedLine() int { return ir.Ceil(c.positionsOut(), wholeVector) * wholeVector }

func (c *winograd) Tiles() int {
	return ir.Ceil(c.panels, c.across) * c.imageBlocks * c.lineBlocks
}

func (c *winograd) Finish() {}

// multiplications is how many are really made, those with zeros beyond an edge
// included.
func (c *winograd) multiplications() float64 {
	rows := float64(c.batch * c.positions() * c.phases())
	return float64(c.points) * rows * float64(c.patches()*c.tapResidues()*c.inputs*c.outputs)
}

// pays says whether the transforms cost less than they save.
func (c *winograd) pays() bool {
	direct := c.directMultiplications()
	return direct >= winogradWorth && c.rightElements() <= winogradMost && c.cost() < 0.8*direct
}

// cost guesses what c costs, in multiplications. What a transform costs for each
// of the numbers it makes was measured (docs/decisions/0019-fewer-multiplications.md).
func (c *winograd) cost() float64 {
	rows := float64(c.batch * c.positions() * c.phases())
	depth := float64(c.patches() * c.tapResidues() * ir.Ceil(c.inputs, wholeVector) * wholeVector)
	wide := float64(ir.Ceil(c.outputs, wholeVector) * wholeVector)
	const left, right, back = 5, 8, 5
	return float64(c.points) * (rows*depth*wide + left*rows*depth + back*rows*wide + right*depth*wide*float64(c.phases()))
}

// rightElements is how many right factors there are.
func (c *winograd) rightElements() int {
	return c.points * c.phases() * c.patches() * c.tapResidues() * c.inputs * c.outputs
}

// winogradPays is pays; tests put another in its place.
var winogradPays = (*winograd).pays

// winogradWorth is the multiplications a convolution must have.
const winogradWorth = 1 << 20

// directMultiplications is how many the definition has, zeros between elements
// of the input left out.
func (c *winograd) directMultiplications() float64 {
	taps := 1.0
	for d := range c.axes {
		taps *= c.axes[d].meetings()
	}
	return taps * float64(c.batch*c.inputs*c.outputs)
}
