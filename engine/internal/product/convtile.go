package product

import (
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
)

// A convBlock is the state of one tile of a convolution while it runs.
type convBlock[T kernel.Float] struct {
	*convolution[T]
	group               offsets
	number              int // index of the group
	position, positions int // first and number, counted through all images
	channel, channels   int // first and number of output channels
	pack                packBuffer[T]
	staged, results     []T
	transposed, line    []T
	spare               kernel.SpareTile[T]
}

func (c *convolution[T]) Tile(w *pool.Worker, i int) {
	chunk := i % c.tiling.chunks
	i /= c.tiling.chunks
	scratch := w.Scratch
	sizes := c.scratchSizes()
	b := convBlock[T]{convolution: c, pack: newPackBuffer(c.tiler, &c.tiling, &scratch), staged: memory.Carve[T](&scratch, sizes[2])}
	b.results = memory.Carve[T](&scratch, sizes[3])
	b.transposed, b.line = memory.Carve[T](&scratch, sizes[4]), memory.Carve[T](&scratch, sizes[5])
	b.pack.vectors = memory.Carve[int](&scratch, kernel.WidestGather)
	b.spare = kernel.SpareTile[T]{Sums: memory.Carve[T](&scratch, kernel.SpareSums), Rows: memory.Carve[int](&scratch, kernel.SpareRows)}
	w.Prefetch.Clear()
	b.pack.gather, b.pack.prefetch = c.gather, &w.Prefetch
	b.place(i)
	size := len(c.phases) * c.phaseSize
	if c.tiling.chunks > 1 {
		b.results = c.partial[(i*c.tiling.chunks+chunk)*size:][:size]
	}
	b.multiply(chunk*c.chunk, min((chunk+1)*c.chunk, c.inputs))
	if c.tiling.chunks > 1 {
		if int(c.arrived[i].Add(1)) < c.tiling.chunks {
			return
		}
		c.arrived[i].Store(0)
		all := c.partial[i*c.tiling.chunks*size:]
		b.results = all[:size]
		for other := 1; other < c.tiling.chunks; other++ {
			kernel.Add(b.results, b.results, all[other*size:][:size])
		}
	}
	if !c.inPlace {
		b.deliver(w)
	}
}

// place sets the part of the result that block i computes.
func (b *convBlock[T]) place(i int) {
	across := b.tiling.down * b.tiling.across / b.blocks // blocks of output channels
	at, width := i%across, b.tiling.m
	i /= across
	if b.swapped {
		width = b.tiling.n
	}
	b.channel = at * width
	b.channels = min(width, b.outputs-b.channel)
	block := i % b.blocks
	b.number = i / b.blocks
	b.group = b.groups[b.number]
	if b.parts == 0 {
		b.position = block * b.perBlock
		b.positions = min(b.perBlock, b.batch*b.points-b.position)
		return
	}
	from := block % b.parts * b.perBlock
	b.position = block/b.parts*b.points + from
	b.positions = min(b.perBlock, b.points-from)
}

// multiply sums over input channels begin to end-1.
func (b *convBlock[T]) multiply(begin, end int) {
	st, c0 := b.stage, begin
	image := b.position / b.points
	images := (b.position+b.positions-1)/b.points - image + 1
	row := 0
	if st.rows < st.allRows {
		row = b.position % b.points / (b.points / b.grid[0])
	}
	for first := true; first || c0 < end; first = false {
		channels := min(b.depth, end-c0)
		from := b.x.Offset + b.group.left + image*b.x.Strides[0] + c0*b.x.Strides[1]
		fill(st, b.staging, b.staged, b.input, from, b.x, images, channels, row, first)
		b.prefetchNext(image, images, begin, c0+channels, end)
		if b.dots {
			b.sumAlong(c0, channels, !first)
			c0 += channels
			continue
		}
		shift := -image*st.imageSize() - row*st.inner
		for i := range b.phases {
			b.phase(i, shift, c0, channels, !first)
		}
		c0 += channels
	}
}

// prefetchNext queues prefetches of the part of the input that is staged after
// the channels before c0: the next channels of a chunk, or the first channels of
// the next images.
func (b *convBlock[T]) prefetchNext(image, images, begin, c0, end int) {
	if c0 == end {
		image, c0 = image+images, begin
	}
	if b.plane == 0 || image+images > b.batch {
		return
	}
	channels := min(b.depth, end-c0)
	for i := range images {
		at := b.x.Offset + b.group.left + (image+i)*b.x.Strides[0] + c0*b.x.Strides[1]
		for range channels {
			b.pack.prefetch.Add(unsafe.Pointer(&b.input[at]), b.plane)
			at += b.x.Strides[1]
		}
	}
}

// phase multiplies the staged channels for one phase.
func (b *convBlock[T]) phase(i, shift, c0, channels int, add bool) {
	p := &b.phases[i]
	patches, weights := p.patches, p.kernel
	patches.Data, patches.Base = b.staged, shift
	weights.Base = b.kernelAt + b.group.right
	if b.arrange {
		weights.Base = p.arrangedAt + b.number*b.outputs*b.inputs*p.taps
	}
	weights.Cols = weights.Cols[c0*p.taps:]
	c, ldc := b.results[i*b.phaseSize:], b.tiling.n
	if b.inPlace {
		c, ldc = b.epilogue.out[b.group.out+b.channel*b.outArea+b.position/b.points*b.imageStride()+b.position%b.points:], b.outArea
	}
	if b.swapped {
		b.pack.multiply(c, ldc, &patches, &weights, area{b.position, b.positions, b.channel, b.channels}, 0, channels*p.taps, add)
		return
	}
	run := b.positions
	if b.gather && b.tiler.Masked && b.points%b.tiler.Lanes != 0 {
		run = b.points // a vector contains positions of one image only; without masks it would write behind them
	}
	for at := 0; at < b.positions; at += run {
		n := min(run, b.positions-at)
		b.pack.multiply(c[at:], ldc, &weights, &patches, area{b.channel, b.channels, b.position + at, n}, 0, channels*p.taps, add)
	}
}

// deliver writes the finished block to the result and runs the epilogue.
func (b *convBlock[T]) deliver(w *pool.Worker) {
	d := epilogueRun[T]{epilogue: &b.epilogue, scratch: unsafe.Pointer(unsafe.SliceData(w.Scratch))}
	results, ld, size := b.results, b.tiling.n, b.phaseSize
	if b.swapped {
		ld, size = ir.Ceil(b.positions, b.tiler.Lanes)*b.tiler.Lanes, b.transposedSize()
		for i := range b.phases {
			b.transposer.Transpose(b.transposed[i*size:], ld, b.results[i*b.phaseSize:], b.positions, b.channels)
		}
		results = b.transposed
	}
	for o := range b.channels {
		base := b.group.out + (b.channel+o)*b.outArea
		if len(b.phases) == 1 {
			b.whole(&d, base, results[o*ld:][:b.positions])
		} else {
			b.interleaved(&d, base, results[o*ld:], size)
		}
	}
	d.flush()
}

// whole writes one channel of a convolution with a single phase.
func (b *convBlock[T]) whole(d *epilogueRun[T], base int, row []T) {
	for at := b.position; len(row) > 0; {
		n := min(len(row), b.points-at%b.points)
		d.run(base+at/b.points*b.imageStride()+at%b.points, row[:n])
		row = row[n:]
		at += n
	}
}

// interleaved writes one channel of a convolution with several phases. The
// results of successive phases are size elements apart. It handles one line of
// the grid at a time. The phases of a line of the grid form several lines of
// the result.
func (b *convBlock[T]) interleaved(d *epilogueRun[T], base int, row []T, size int) {
	last := len(b.grid) - 1
	for done := 0; done < b.positions; {
		at := b.position + done
		image, point := at/b.points, at%b.points
		first := point % b.grid[last]
		n := min(b.positions-done, b.grid[last]-first)
		b.lines(d, base+image*b.imageStride(), point/b.grid[last], first, n, row[done:], size)
		done += n
	}
}

// lines writes the lines of the result that belong to n positions of a line of
// the grid: one line for each combination of phases of the outer dimensions.
func (b *convBlock[T]) lines(d *epilogueRun[T], base, outer, first, n int, row []T, size int) {
	last := len(b.grid) - 1
	split := b.stage.axes[last].split
	length := min(n*split, b.out[last]-first*split)
	for phase := 0; phase < len(b.phases); phase += split {
		at, ok := b.lineAt(outer, phase/split)
		if !ok {
			continue
		}
		for r := range min(split, length) {
			kernel.StoreStrided(b.line[r:length], split, row[(phase+r)*size:][:n])
		}
		d.run(base+at+first*split, b.line[:length])
	}
}

// lineAt returns the position in an image of the line of the result for a line
// of the grid and outer phases. ok is false if that line is outside the result.
func (b *convBlock[T]) lineAt(outer, phase int) (at int, ok bool) {
	stride := b.out[len(b.out)-1]
	for d := len(b.grid) - 2; d >= 0; d-- {
		split := b.stage.axes[d].split
		o := outer%b.grid[d]*split + phase%split
		if o >= b.out[d] {
			return 0, false
		}
		at += o * stride
		stride *= b.out[d]
		outer /= b.grid[d]
		phase /= split
	}
	return at, true
}
