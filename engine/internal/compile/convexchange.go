package compile

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/tensor"
)

// fewOutputs is a number of output channels. A convolution of a dilated input
// with fewer output channels is faster with exchanged operands.
const fewOutputs = 16

// exchanged lowers a convolution of a dilated input if its kernel is larger
// than its result. The input and the kernel exchange their roles. The input
// dilation becomes a kernel dilation:
//
//	y[b, o, t] = sum over c, p of x[b, c, (t+p-pad)/dilation] k[o, c, p]
//	           = sum over c, q of k[o, c, q*dilation + u - (T-1-pad)] x[b, c, q]
//
// Here u = T-1-t, and T is the size of the result. So the kernel gradient of a
// transposed convolution becomes the kernel gradient of a plain one. The
// returned view exchanges the channel axes and reverses the spatial axes of the
// new result. ok is false where this is not faster. It helps with few output
// channels, where the matrix product would be narrow.
func (lo *lowering) exchanged(t *tensor.Tensor, args []ir.View) (v ir.View, ok bool) {
	a, isConv := t.Attr().(tensor.ConvAttr)
	if !isConv || a.Groups != 1 || t.Shape()[1] >= min(fewOutputs, t.Shape()[0]) {
		return v, false
	}
	x, k := t.Args()[0].Shape(), t.Args()[1].Shape()
	shape, back := []int{k[0], x[0]}, tensor.Plain(len(a.Strides))
	for d, extent := range t.Shape()[2:] {
		if a.Strides[d] != 1 || a.KernelDilation[d] != 1 || a.InputDilation[d] == 1 || k[2+d] <= extent || x[2+d] == 0 || extent == 0 {
			return v, false
		}
		shape = append(shape, extent)
		back.KernelDilation[d] = a.InputDilation[d]
		back.PadLow[d] = extent - 1 - a.PadLow[d]
		back.PadHigh[d] = extent + (x[2+d]-1)*a.InputDilation[d] - k[2+d] - back.PadLow[d]
	}
	v = lo.add(&ir.Node{
		Op: t.Op().Name, Family: t.Op().Family, Attr: back, DType: t.DType(), Shape: shape, Args: []ir.View{args[1], args[0]},
	})
	l := &v.Layout
	l.Shape = t.Shape()
	l.Strides[0], l.Strides[1] = l.Strides[1], l.Strides[0]
	for d := 2; d < len(l.Shape); d++ {
		l.Offset += (l.Shape[d] - 1) * l.Strides[d]
		l.Strides[d] = -l.Strides[d]
	}
	return v, true
}
