package product

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
)

// A winogradBlock is the state of one tile of a winograd while it runs.
type winogradBlock struct {
	*winograd
	image, images    int // first and number of images
	line, lines      int // first line of output tiles, and their number in each image
	channel          int // the first output channel
	channels, panels int
	rows             int // rows of left factors in an image

	left, products, stage, results, transposed []float32
	from, to                                   []int32
}

func (c *winograd) Tile(w *pool.Worker, i int) {
	scratch, p := w.Scratch, c.scratchSizes()
	b := winogradBlock{
		winograd:   c,
		left:       memory.Carve[float32](&scratch, p.left),
		products:   memory.Carve[float32](&scratch, p.products),
		stage:      memory.Carve[float32](&scratch, p.stage),
		results:    memory.Carve[float32](&scratch, p.results),
		transposed: memory.Carve[float32](&scratch, p.transposed),
		from:       memory.Carve[int32](&scratch, p.from),
		to:         memory.Carve[int32](&scratch, p.to),
	}
	b.place(i)
	for phase := range c.phases() {
		for k := range c.chunks {
			if phase == 0 || len(c.chunks) > 1 {
				b.stageInput(&c.chunks[k])
			}
			b.factor(phase, &c.chunks[k])
			b.multiply(phase, k)
		}
		b.assemble(phase)
	}
	b.deliver(w)
}

// place sets the part of the result that tile i computes.
func (b *winogradBlock) place(i int) {
	b.line = i % b.lineBlocks * b.winograd.lines
	b.lines = min(b.winograd.lines, b.axes[0].tiles-b.line)
	i /= b.lineBlocks
	b.image = i % b.imageBlocks * b.winograd.images
	b.images = min(b.winograd.images, b.batch-b.image)
	b.channel = i / b.imageBlocks * b.width()
	b.channels = min(b.width(), b.outputs-b.channel)
	b.panels = ir.Ceil(b.channels, b.panel)
	b.rows = b.positions() / b.axes[0].tiles * b.lines
}

// stageInput fills the stage: for each image a line of zeros, then a line of
// channels for each position that the chunk reads.
func (b *winogradBlock) stageInput(chunk *winogradChunk) {
	from, end := b.stageRows(chunk, b.line)
	n := (end - from) * b.x.Shape[3]
	for i := range b.images {
		to := b.stage[i*b.stageImage():]
		clear(to[:chunk.room])
		if n <= 0 {
			continue
		}
		at := b.x.Offset + (b.image+i)*b.x.Strides[0] + chunk.channel*b.x.Strides[1] + from*b.x.Strides[2]
		to = to[chunk.room:]
		b.inputTransposer.Transpose(to, chunk.room, b.input[at:], chunk.channels, n)
		if chunk.channels < chunk.room {
			for p := range n {
				clear(to[p*chunk.room+chunk.channels : (p+1)*chunk.room])
			}
		}
	}
}

// factor computes the left factors of the staged input, for one phase.
func (b *winogradBlock) factor(phase int, chunk *winogradChunk) {
	b.findInputs(phase, chunk)
	entries, line := chunk.patches*b.tapResidues(), b.leftLine()
	plane := b.images * b.rows * line
	for i := range b.images {
		from := b.stage[i*b.stageImage():]
		for row := range b.rows {
			to := b.left[(i*b.rows+row)*line:]
			b.filter.Inputs(to, plane, chunk.room, from, b.from[row*entries*b.points:][:entries*b.points], chunk.room)
		}
	}
}

// findInputs builds the table of positions, in a staged image, of the inputs of
// every left factor. Rows are ordered by output residue and tile, columns by
// patch and tap residue.
func (b *winogradBlock) findInputs(phase int, chunk *winogradChunk) {
	y, x := &b.axes[0], &b.axes[1]
	first, _ := b.stageRows(chunk, b.line)
	table := b.from
	for row := range b.rows {
		vy, vx, ty, tx := b.rowAt(row)
		for patch := chunk.patch; patch < chunk.patch+chunk.patches; patch++ {
			for residue := range b.tapResidues() {
				for i := range b.filter.Points {
					py := y.coordinate(phase/x.split, vy, residue/x.tapResidues, ty, patch/x.patches, i)
					for j := range b.filter.Points {
						px := x.coordinate(phase%x.split, vx, residue%x.tapResidues, tx, patch%x.patches, j)
						table[j] = 0
						if py >= 0 && py < b.x.Shape[2] && px >= 0 && px < b.x.Shape[3] {
							table[j] = int32((1 + (py-first)*b.x.Shape[3] + px) * chunk.room)
						}
					}
					table = table[b.filter.Points:]
				}
			}
		}
	}
}

// rowAt returns the output residues and tiles of a row of left factors.
func (b *winogradBlock) rowAt(row int) (vy, vx, ty, tx int) {
	x := &b.axes[1]
	tx = row % x.tiles
	row /= x.tiles
	ty = row%b.lines + b.line
	row /= b.lines
	return row / x.outResidues, row % x.outResidues, ty, tx
}

// multiply adds the products of chunk k to the products of earlier chunks.
func (b *winogradBlock) multiply(phase, k int) {
	rows, line := b.images*b.rows, b.leftLine()
	depth := b.depthOf(&b.chunks[k])
	right := b.arranged[(phase*len(b.chunks)+k)*b.chunkElements():]
	size := b.depth * b.panel
	left := kernel.Left[float32]{Height: rows, Panel: rows * line, Row: line, Column: 1}
	for point := range b.points {
		left.Data = b.left[point*rows*line:]
		to := b.products[point*rows*b.width():]
		for p := range b.panels {
			panel := right[(point*b.winograd.panels+b.channel/b.panel+p)*size:]
			cols := min(b.panel, b.channels-p*b.panel)
			b.tiler.Multiply(to[p*b.panel:], b.width(), &left, panel, b.panel, rows, cols, depth, k > 0)
		}
	}
}

// assemble computes the results of a phase from its products.
func (b *winogradBlock) assemble(phase int) {
	b.findResults(phase)
	wide := b.panels * b.panel
	plane := b.images * b.rows * b.width()
	for i := range b.images {
		b.filter.Results(b.results[i*b.resultImage():], b.to[:b.rows*b.filter.Tile*b.filter.Tile], b.products[i*b.rows*b.width():], plane, b.width(), wide)
	}
}

// findResults builds the table of positions, in an image, of the results of
// every row. Results beyond the edge go to a position that is never read.
func (b *winogradBlock) findResults(phase int) {
	y, x := &b.axes[0], &b.axes[1]
	first := b.line * y.perTile()
	table := b.to[:0]
	for row := range b.rows {
		vy, vx, ty, tx := b.rowAt(row)
		for i := range b.filter.Tile {
			oy := y.output(phase/x.split, vy, ty, i)
			for j := range b.filter.Tile {
				ox := x.output(phase%x.split, vx, tx, j)
				at := 0
				if oy < y.out && ox < x.out {
					at = 1 + (oy-first)*x.out + ox
				}
				table = append(table, int32(at*b.width()))
			}
		}
	}
}

// deliver writes the results and runs the epilogue.
func (b *winogradBlock) deliver(w *pool.Worker) {
	d := epilogueRun[float32]{epilogue: &b.epilogue, scratch: unsafe.Pointer(unsafe.SliceData(w.Scratch))}
	y := &b.axes[0]
	first := b.line * y.perTile()
	n := (min(first+b.lines*y.perTile(), y.out) - first) * b.out[1]
	for i := range b.images {
		from := b.results[i*b.resultImage()+b.width():]
		for o := 0; o < b.channels; o += transposedChannels {
			channels := min(transposedChannels, b.channels-o)
			b.outputTransposer.Transpose(b.transposed, b.transposedLine(), from[o:], n, channels)
			for c := range channels {
				at := (b.image+i)*b.convShape.imageStride() + (b.channel+o+c)*b.outArea + first*b.out[1]
				d.run(at, b.transposed[c*b.transposedLine():][:n])
			}
		}
	}
	d.flush()
}
