package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// planConv plans a convolution. If the input is one point, or if no window
// reaches the padding, the convolution is a product of two operands in memory.
// Other convolutions read patches through a staging buffer. Winograd's
// algorithm is used where it is faster, in float32 only: float64 is meant to be
// exact.
func planConv[T kernel.Float](n *ir.Node) Multiplication {
	s := newConvShape(n)
	if p := pointProduct[T](s); p != nil {
		return p.prepare()
	}
	if n.DType == tensor.Float32 {
		if w := winogradOf(s); w != nil {
			return w
		}
	}
	if p := unpaddedProduct[T](s); p != nil {
		return p.prepare()
	}
	return newConvolution[T](s)
}

// A convShape holds the layouts and sizes of a convolution.
type convShape struct {
	tensor.ConvAttr
	x, k            *kernel.Layout
	batch           int
	outputs, inputs int   // channels of a group
	window, out     []int // spatial sizes of the kernel and the result
	outArea         int
}

func newConvShape(n *ir.Node) *convShape {
	s := &convShape{ConvAttr: n.Attr.(tensor.ConvAttr), x: &n.Args[0].Layout, k: &n.Args[1].Layout}
	s.batch, s.outputs, s.inputs = s.x.Shape[0], s.k.Shape[0]/s.Groups, s.k.Shape[1]
	s.window, s.out = s.k.Shape[2:], n.Shape[2:]
	s.outArea = tensor.Size(s.out)
	return s
}

// imageStride is the distance between images of the result.
func (s *convShape) imageStride() int { return s.k.Shape[0] * s.outArea }

// at returns the input coordinate in spatial dimension d at which output o uses
// tap t. ok is false if the coordinate falls between input elements.
func (s *convShape) at(d, o, t int) (p int, ok bool) {
	p = o*s.Strides[d] + t*s.KernelDilation[d] - s.PadLow[d]
	return floorDiv(p, s.InputDilation[d]), p%s.InputDilation[d] == 0
}

func floorDiv(a, b int) int { return (a - modulo(a, b)) / b }

func modulo(a, b int) int { return ((a % b) + b) % b }

// groups returns the offsets of input, kernel and result for each group.
func (s *convShape) groups() []offsets {
	var list []offsets
	for g := range s.Groups {
		list = append(list, offsets{g * s.inputs * s.x.Strides[1], g * s.outputs * s.k.Strides[0], g * s.outputs * s.outArea})
	}
	return list
}

// unpaddedProduct returns a convolution as a product if all windows are inside
// the input; else nil. The product has a row for each output channel and a
// column for each output position.
func unpaddedProduct[T kernel.Float](s *convShape) *product[T] {
	for d := range s.out {
		low, _ := s.at(d, 0, 0)
		high, _ := s.at(d, s.out[d]-1, s.window[d]-1)
		if s.InputDilation[d] > 1 || low < 0 || high >= s.x.Shape[2+d] {
			return nil
		}
	}
	shift := 0
	reach, step := []int{s.x.Strides[1]}, []int{s.x.Strides[0]}
	for d, stride := range s.x.Strides[2:] {
		shift -= s.PadLow[d] * stride
		reach = append(reach, s.KernelDilation[d]*stride)
		step = append(step, s.Strides[d]*stride)
	}
	positions := append([]int{s.batch}, s.out...)
	p := &product[T]{
		arguments: [2]int{1, 0},
		left:      operandOf[T](s.k, ir.Table([]int{s.outputs}, s.k.Strides[:1]), ir.Table(s.k.Shape[1:], s.k.Strides[1:])),
		right:     operandOf[T](s.x, ir.Table(positions, step), ir.Table(append([]int{s.inputs}, s.window...), reach)),
		rows:      ir.Table([]int{s.outputs}, []int{s.outArea}),
		columns:   ir.Table([]int{s.batch, s.outArea}, []int{s.imageStride(), 1}),
	}
	if p.right.PanelCost() > shortRuns {
		return nil
	}
	p.right.Base += shift
	for _, g := range s.groups() {
		p.batch = append(p.batch, offsets{g.right, g.left, g.out})
	}
	return p
}

// shortRuns is a limit on the estimated cost of a panel element, in units of
// PanelCost. Above it, staging the input first is faster.
const shortRuns = 0.5

// pointProduct returns a convolution as a product if the input is one point and
// each output uses exactly one tap; else nil. The product has a row for each
// image and a column for each channel and position of the output.
func pointProduct[T kernel.Float](s *convShape) *product[T] {
	rows := ir.Table([]int{s.outputs}, s.k.Strides[:1])
	for d, extent := range s.out {
		if s.x.Shape[2+d] != 1 {
			return nil
		}
		var wider []int
		for _, at := range rows {
			for o := range extent {
				t := s.PadLow[d] - o*s.Strides[d]
				if t%s.KernelDilation[d] != 0 || t < 0 || t/s.KernelDilation[d] >= s.window[d] {
					return nil
				}
				wider = append(wider, at+t/s.KernelDilation[d]*s.k.Strides[2+d])
			}
		}
		rows = wider
	}
	m := ir.Table([]int{s.batch}, s.x.Strides[:1])
	p := &product[T]{
		left:      operandOf[T](s.x, m, ir.Table([]int{s.inputs}, s.x.Strides[1:2])),
		right:     operandOf[T](s.k, rows, ir.Table([]int{s.inputs}, s.k.Strides[1:2])),
		rows:      ir.Table([]int{s.batch}, []int{s.imageStride()}),
		columns:   ir.Table([]int{len(rows)}, []int{1}),
		arguments: [2]int{0, 1},
		batch:     s.groups(),
	}
	return p
}
