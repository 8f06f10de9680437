package product

import (
	"sync/atomic"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A convolution is a product of its kernel, with a row for each output channel,
// and patches of its input, with a row for each output position. k runs over
// input channels and taps. A tile fills a staging buffer with its images and
// channels; patches are packed from the buffer. The matrix of all patches is
// never in memory.
//
// With many outputs, the patches are the right operand, and outputs are
// contiguous in memory. With few outputs and many taps, as in the gradient by a
// kernel, operands are swapped and taps are contiguous in memory.
type convolution[T kernel.Float] struct {
	*convShape
	groups     []offsets // offsets of input, kernel and result
	tiler      *kernel.Tiler[T]
	stage      *stage
	staging    *kernel.StagingCopy[T] // fills one channel of the staging buffer
	phases     []convPhase[T]
	grid       []int // output positions of a phase, in each dimension
	points     int   // output positions of a phase in one image
	swapped    bool  // the patches are the left operand
	inPlace    bool  // blocks are computed directly in the result
	plane      int   // bytes of a channel of the input, for prefetches; 0 if there are none
	gather     bool  // the patches are read from the staging buffer, without packing
	dots       bool  // the lanes of a vector are elements of k
	steps      []kernel.DotStep
	arranged   []T // the kernel in packed order; nil if it is read in place
	arrange    bool
	depth      int // channels of a panel
	chunk      int // channels of a chunk
	tiling     tiling
	perBlock   int // positions of a block
	blocks     int // blocks of positions
	parts      int // blocks of an image; 0 if a block is whole images
	partial    []T
	arrived    []atomic.Int32
	transposer *kernel.Transposer[T]
	epilogue   epilogue[T]
	input      []T
	kernelAt   int
	phaseSize  int // elements for the results of one phase of a block
}

// A convPhase is the set of outputs that use the same taps.
type convPhase[T kernel.Float] struct {
	patches, kernel kernel.Operand[T]
	taps            int
	arrangedAt      int // where its part of the packed kernel begins
	whole           kernel.Operand[T]
}

// gatheredOutputs is the largest number of output channels for which it is
// faster to read patches from the staging buffer than to pack them first;
// gatheredLines is that number if every line of outputs is whole vectors.
const gatheredOutputs, gatheredLines = 32, 128

// gathers reports whether tiles read patches from the staging buffer.
func (c *convolution[T]) gathers() bool {
	last := len(c.out) - 1
	whole := ir.Ceil(c.out[last], c.split(last))%c.tiler.Lanes == 0
	return !c.swapped && c.tiler.Gathers() && (c.outputs <= gatheredOutputs || whole && c.outputs <= gatheredLines)
}

// gatheredStage is the largest number of elements of a staging buffer with whole
// images from which patches are read. It fits in the L2 cache.
const gatheredStage = 1 << 16

func newConvolution[T kernel.Float](s *convShape) *convolution[T] {
	c := &convolution[T]{convShape: s, groups: s.groups(), tiler: tilerOf[T](), kernelAt: s.k.Offset, points: 1}
	last := len(s.out) - 1
	c.swapped = s.window[last] > ir.Ceil(s.out[last], s.InputDilation[last])
	c.dots = c.sumsAlong()
	c.gather = c.gathers()
	var axes []*convAxis
	for d := range s.out {
		run := ir.Ceil(s.out[d], s.split(d))
		if c.swapped {
			run = s.window[d]
		}
		apart := (c.gather || c.dots) && d == last && run%c.tiler.Lanes != 0
		l := newConvAxis(s, d, c.swapped, apart)
		axes = append(axes, l)
		c.grid = append(c.grid, l.phaseOutputs)
		c.points *= l.phaseOutputs
	}
	c.stage = newStage(axes, s.x)
	c.divide()
	c.staging = stagingCopy[T](c.stage)
	c.bindPhases()
	if c.swapped {
		c.transposer = kernel.NewTransposer[T](c.tiling.m, c.tiling.n)
	}
	return c
}

// phaseCount returns the number of phases, and the largest number of taps of a
// phase.
func (c *convolution[T]) phaseCount() (phases, deepest int) {
	phases, deepest = 1, 1
	for _, l := range c.stage.axes {
		phases *= l.split
		most := 0
		for _, p := range l.phases {
			most = max(most, len(p.taps))
		}
		deepest *= most
	}
	return phases, max(deepest, 1)
}

// divide splits the convolution into tiles.
func (c *convolution[T]) divide() {
	phases, taps := c.phaseCount()
	m, n := c.outputs, c.batch*c.points
	if c.swapped {
		m, n = n, m
	}
	c.tiling = newTiling(c.tiler, c.Groups*phases, m, n, c.inputs*taps, c.swapped, false)
	c.depth = min(c.inputs, max(1, blockK/taps))
	c.chunk = max(1, ir.Ceil(c.inputs, c.tiling.chunks))
	c.tiling.chunks = max(1, ir.Ceil(c.inputs, c.chunk))
	c.tiling.k = c.depth * taps
	if c.dots {
		c.divideDots(taps)
		return
	}

	wanted := c.tiling.n
	if c.swapped {
		wanted = c.tiling.m
	}
	inner := c.points / max(c.grid[0], 1)
	switch {
	case c.points <= wanted:
		whole := max(1, wanted/max(c.points, 1))
		c.perBlock, c.blocks = whole*c.points, ir.Ceil(c.batch, whole)
		c.stage.images = min(whole, max(c.batch, 1))
	default:
		parts := ir.Ceil(c.points, wanted)
		if c.gather && c.batch*c.Groups >= wantTiles && c.depth*c.stage.channelSize() <= gatheredStage {
			parts = 1
		}
		c.perBlock = min(c.points, ir.Ceil(ir.Ceil(c.points, parts), c.tiling.panel)*c.tiling.panel)
		c.parts = ir.Ceil(c.points, c.perBlock)
		c.blocks, c.stage.images = c.batch*c.parts, 1
		if l := c.stage.axes[0]; !c.swapped {
			c.stage.rows = min(c.stage.allRows, ir.Ceil(c.perBlock, inner)+l.begins)
		}
	}
	c.stage.channels = c.depth
	if c.swapped {
		c.tiling.m, c.tiling.down = c.perBlock, c.blocks
	} else {
		c.tiling.n, c.tiling.across = ir.Ceil(c.perBlock, c.tiling.panel)*c.tiling.panel, c.blocks
	}
	c.phaseSize = c.tiling.blockElements()
	if c.gather && c.stage.rows == c.stage.allRows {
		c.plane = planeBytes[T](c.x)
	}
}

// planeBytes returns the size of a channel of x if its elements are contiguous;
// else 0.
func planeBytes[T kernel.Float](x *kernel.Layout) int {
	plane := kernel.Layout{Shape: x.Shape[2:], Strides: x.Strides[2:]}
	if !ir.IsContiguous(&plane) {
		return 0
	}
	return tensor.Size(plane.Shape) * int(unsafe.Sizeof(T(0)))
}

// bindPhases builds the offset tables of every phase.
func (c *convolution[T]) bindPhases() {
	st := c.stage
	var splits []int
	for _, l := range st.axes {
		splits = append(splits, l.split)
	}
	images, channels := ir.Table([]int{c.batch}, []int{st.imageSize()}), ir.Table([]int{c.depth}, []int{st.channelSize()})
	size := 0
	each(splits, func(phase []int) {
		positions, taps := [][]int{images}, [][]int{channels}
		offsets := [][]int{nil}
		p := convPhase[T]{taps: 1, arrangedAt: size}
		for d, r := range phase {
			at := st.axes[d].phases[r]
			running, begin := st.running(d, c.grid[d]), st.beginning(d, r)
			if c.swapped {
				running, begin = begin, st.running(d, len(at.taps))
			}
			positions, taps = append(positions, running), append(taps, begin)
			var list []int
			for _, t := range at.taps {
				list = append(list, t*c.k.Strides[2+d])
			}
			offsets = append(offsets, list)
			p.taps *= len(at.taps)
		}
		rows := ir.Table([]int{c.outputs}, c.k.Strides[:1])
		offsets[0] = ir.Table([]int{c.inputs}, c.k.Strides[1:2])
		p.patches = kernel.NewOperand[T](0, sums(positions...), sums(taps...))
		p.whole = kernel.NewOperand[T](0, rows, sums(offsets...))
		p.kernel = p.whole
		size += c.Groups * c.outputs * c.inputs * p.taps
		c.phases = append(c.phases, p)
	})
	if c.dots {
		c.steps = c.dotSteps(&c.phases[0])
		return
	}
	c.arrange = c.needsArranging()
	if c.arrange {
		for i := range c.phases {
			p := &c.phases[i]
			k := c.inputs * p.taps
			p.kernel = kernel.NewOperand[T](0, ir.Table([]int{c.outputs}, []int{k}), ir.Table([]int{k}, []int{1}))
		}
	}
}

// needsArranging reports whether it is faster to copy the kernel into packed
// order first.
func (c *convolution[T]) needsArranging() bool {
	for i := range c.phases {
		op := &c.phases[i].kernel
		if c.swapped && op.PanelCost() > shortRuns || !c.swapped && op.LeftCost() > 0 {
			return true
		}
	}
	return false
}

func (c *convolution[T]) Temporaries() (partial, arranged int) {
	if c.tiling.chunks > 1 {
		partial = len(c.groups) * c.tiling.down * c.tiling.across * c.tiling.chunks * len(c.phases) * c.phaseSize
	}
	if c.arrange {
		for i := range c.phases {
			arranged += c.Groups * c.outputs * c.inputs * c.phases[i].taps
		}
	}
	return partial, arranged
}

func (c *convolution[T]) Form() (string, float64) { return "", 0 }

func (c *convolution[T]) SkipsZeros() bool { return false }

func (c *convolution[T]) Bind(g *ir.Group, blocks loop.Constants) ([]pool.Step, int) {
	c.input = ir.Contents[T](g.Head.Args[0].Node.Buffer)
	weights := ir.Contents[T](g.Head.Args[1].Node.Buffer)
	if c.tiling.chunks > 1 {
		c.partial = ir.Contents[T](g.Partial)
		c.arrived = make([]atomic.Int32, len(c.groups)*c.tiling.down*c.tiling.across)
	}
	var steps []pool.Step
	if c.arrange && g.Arranged != nil {
		c.arranged = ir.Contents[T](g.Arranged)
		steps = append(steps, &arrangement[T]{c})
	}
	for i := range c.phases {
		p := &c.phases[i]
		p.whole.Data, p.kernel.Data = weights, weights
		if c.arrange {
			p.kernel.Data = c.arranged
		}
	}
	scratch := c.epilogue.bind(g, blocks, c.scratch())
	c.inPlace = c.parts > 0 && len(c.phases) == 1 && !c.swapped && c.tiling.chunks == 1 && c.epilogue.loop == nil && c.tiler.Masked
	return append(steps, c), scratch
}

func (c *convolution[T]) scratch() int {
	size := memory.SizeOf[int](kernel.WidestGather) + memory.SizeOf[T](kernel.SpareSums) + memory.SizeOf[int](kernel.SpareRows)
	for _, n := range c.scratchSizes() {
		size += memory.SizeOf[T](n)
	}
	return size
}

// scratchSizes returns the parts of the scratch of a tile, in elements: left
// and right pack buffers, staging buffer, results, transposed results, one line
// of the result.
func (c *convolution[T]) scratchSizes() [6]int {
	transposed := 0
	if c.swapped {
		transposed = len(c.phases) * c.transposedSize()
	}
	last := len(c.grid) - 1
	line := c.grid[last] * c.stage.axes[last].split
	return [6]int{c.tiling.leftElements(), c.tiling.rightElements(), c.stage.size(), len(c.phases) * c.phaseSize, transposed, line}
}

func (c *convolution[T]) transposedSize() int {
	return c.tiling.n * ir.Ceil(c.tiling.m, c.tiler.Lanes) * c.tiler.Lanes
}

// An arrangement is the step that copies the kernel of a convolution into the
// order in which tiles read it: by phase, group, output channel, input channel
// and tap.
type arrangement[T kernel.Float] struct{ *convolution[T] }

// arrangeRows is the number of output channels in a tile of an arrangement.
const arrangeRows = 16

func (a *arrangement[T]) Tiles() int {
	return len(a.phases) * a.Groups * ir.Ceil(a.outputs, arrangeRows)
}

func (a *arrangement[T]) Finish() {}

func (a *arrangement[T]) Tile(_ *pool.Worker, i int) {
	across := ir.Ceil(a.outputs, arrangeRows)
	row := i % across * arrangeRows
	i /= across
	group, phase := i%a.Groups, &a.phases[i/a.Groups]
	from := phase.whole
	from.Base = a.kernelAt + a.groups[group].right
	k := a.inputs * phase.taps
	from.Arrange(a.arranged[phase.arrangedAt+(group*a.outputs+row)*k:], row, min(arrangeRows, a.outputs-row))
}

// Tiles returns the number of blocks of results; a block contains all phases.
func (c *convolution[T]) Tiles() int {
	if c.outputs == 0 || tensor.Size(c.out) == 0 || c.batch == 0 {
		return 0
	}
	return len(c.groups) * c.tiling.down * c.tiling.across * c.tiling.chunks
}

func (c *convolution[T]) Finish() {}
