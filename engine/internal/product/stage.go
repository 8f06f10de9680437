package product

import (
	"math"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A stage is a staging buffer for the part of the input that a tile of a
// convolution reads. It is padded with zeros, so patches need no bounds checks.
// Each residue of a coordinate has a separate line, so neighbours in a patch
// are neighbours in memory for every stride. It holds some images and some
// channels of each image.
type stage struct {
	axes             []*convAxis
	images           int     // capacity
	channels         int     // capacity
	plane            []int32 // the offset in the input of each element of a channel, from the first element of the channel
	slotCombinations int     // number of combinations of slots
	rows             int     // capacity in rows of the first spatial dimension
	allRows          int
	inner            int // elements of such a row
}

func (st *stage) channelSize() int { return st.slotCombinations * st.rows * st.inner }

func (st *stage) imageSize() int { return st.channels * st.channelSize() }

func (st *stage) size() int { return st.images * st.imageSize() }

// newStage returns a stage that holds whole images. Its capacity in images and
// channels is not set.
func newStage(axes []*convAxis, x *kernel.Layout) *stage {
	st := &stage{axes: axes, slotCombinations: 1, inner: 1}
	var slots, lines []int
	for d, l := range axes {
		slots, lines = append(slots, len(l.slots)), append(lines, l.length())
		st.slotCombinations *= len(l.slots)
		if d > 0 {
			st.inner *= l.length()
		}
	}
	st.allRows = lines[0]
	st.rows = st.allRows
	each(append(slots, lines...), func(index []int) {
		at := 0
		for d, l := range axes {
			p := l.coordinate(index[d], index[len(axes)+d])
			if p < 0 || p >= x.Shape[2+d] {
				at = kernel.Outside
				break
			}
			at += p * x.Strides[2+d]
		}
		if at < math.MinInt32 || at > math.MaxInt32 {
			panic("product: a channel of a convolution is too large")
		}
		st.plane = append(st.plane, int32(at))
	})
	return st
}

// each calls visit for every index of shape, in row-major order.
func each(shape []int, visit func(index []int)) {
	index := make([]int, len(shape))
	for n := tensor.Size(shape); n > 0; n-- {
		visit(index)
		for axis := len(shape) - 1; axis >= 0; axis-- {
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
}

// lineStride returns the distance between neighbouring positions of dimension
// d.
func (st *stage) lineStride(d int) int {
	n := 1
	for _, l := range st.axes[d+1:] {
		n *= l.length()
	}
	return n
}

// slotStride returns the distance between slots of dimension d.
func (st *stage) slotStride(d int) int {
	n := st.rows * st.inner
	for _, l := range st.axes[d+1:] {
		n *= len(l.slots)
	}
	return n
}

// running returns the offsets of n values of the running index of dimension d.
func (st *stage) running(d, n int) []int { return ir.Table([]int{n}, []int{st.lineStride(d)}) }

// beginning returns the offsets of the other index of dimension d in a phase.
func (st *stage) beginning(d, phase int) []int {
	var list []int
	for _, b := range st.axes[d].phases[phase].begin {
		list = append(list, b.slot*st.slotStride(d)+b.f*st.lineStride(d))
	}
	return list
}

// sums returns every sum of one entry from each list; the last list varies
// fastest.
func sums(lists ...[]int) []int {
	total := []int{0}
	for _, list := range lists {
		wider := make([]int, 0, len(total)*len(list))
		for _, a := range total {
			for _, b := range list {
				wider = append(wider, a+b)
			}
		}
		total = wider
	}
	return total
}

// stagingCopy returns the copy of one channel of the input.
func stagingCopy[T kernel.Float](st *stage) *kernel.StagingCopy[T] {
	if st.rows == st.allRows {
		return kernel.NewStagingCopy[T](st.plane, max(len(st.plane), 1))
	}
	return kernel.NewStagingCopy[T](st.plane, max(st.inner, 1))
}

// fill copies images and channels of the input to the buffer, from row of the
// first spatial dimension on. The input begins at data[base]. first is true if
// the buffer has contents from another tile.
func fill[T kernel.Float](st *stage, g *kernel.StagingCopy[T], dst, data []T, base int, x *kernel.Layout, images, channels, row int, first bool) {
	if first && !g.WritesZeros() {
		clear(dst)
	}
	for b := range images {
		for c := range channels {
			to := dst[b*st.imageSize()+c*st.channelSize():]
			from := base + b*x.Strides[0] + c*x.Strides[1]
			if st.rows == st.allRows {
				g.Copy(to, data, from, 0, len(st.plane))
				continue
			}
			rows := min(st.rows, st.allRows-row) * st.inner
			for s := range st.slotCombinations {
				at := (s*st.allRows + row) * st.inner
				g.Copy(to[s*st.rows*st.inner:], data, from, at, at+rows)
			}
		}
	}
}
