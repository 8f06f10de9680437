package product

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A kernel gradient with few output channels sums over many pixels to get few
// results. There it is faster to let the lanes of a vector be pixels: both the
// staged input and the gradient are contiguous along them, so nothing is packed.

// dotsElements is the number of elements along k of a call of the tiles, where the
// staging buffer has room: the lanes are added once for each call.
const dotsElements = 2048

// sumsAlong reports whether c is computed by sums along k.
func (c *convolution[T]) sumsAlong() bool {
	if !c.swapped || !c.tiler.Dots() || c.inputs == 0 || c.outputs > gatheredOutputs || tensor.Size(c.out) > blockM {
		return false
	}
	for _, dilation := range c.InputDilation {
		if dilation > 1 {
			return false
		}
	}
	return slices.Min(c.k.Strides) >= 0 // tiles read rows of the kernel forwards
}

// divideDots sets the channels and images of a tile.
func (c *convolution[T]) divideDots(taps int) {
	c.depth = min(c.inputs, c.chunk, max(1, dotsElements/taps))
	fits := gatheredStage / max(1, c.depth*c.stage.channelSize())
	whole := max(1, min(fits, blockM/max(c.points, 1), c.batch))
	c.perBlock, c.blocks = whole*c.points, (c.batch+whole-1)/whole
	c.stage.images, c.stage.channels = whole, c.depth
	c.tiling.m, c.tiling.down = c.perBlock, c.blocks
	c.tiling.k = 1 // nothing is packed
	c.phaseSize = c.tiling.blockElements()
}

// dotSteps returns the vectors along k of depth channels: runs of taps that are
// contiguous both in the staging buffer and in the kernel.
func (c *convolution[T]) dotSteps(p *convPhase[T]) (steps []kernel.DotStep) {
	left, right := p.patches.Cols, p.whole.Cols
	for i := 0; i < c.depth*p.taps; {
		n := 1
		for n < c.tiler.Lanes && (i+n)%p.taps != 0 && left[i+n] == left[i]+n && right[i+n] == right[i]+n {
			n++
		}
		steps = append(steps, kernel.DotStep{Left: left[i], Right: right[i], Mask: 1<<n - 1})
		i += n
	}
	return steps
}

// sumAlong multiplies the staged channels.
func (b *convBlock[T]) sumAlong(c0, channels int, add bool) {
	p := &b.phases[0]
	at := b.kernelAt + b.group.right + b.channel*b.k.Strides[0] + c0*b.k.Strides[1]
	steps := b.steps[:len(b.steps)/b.depth*channels]
	b.tiler.SumAlong(b.results, b.tiling.n, b.staged, p.patches.Rows[:b.positions], p.whole.Data[at:], b.k.Strides[0], b.channels, steps, add, b.spare)
}
