package nn

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A Window describes the windows of a convolution, the same in every spatial
// dimension. A dimension n becomes (n + 2*Pad + PadMore - extent)/Stride + 1; the
// division is rounded down, and extent is (Kernel-1)*Dilation + 1. In a transposed
// convolution n becomes (n-1)*Stride - 2*Pad - PadMore + extent + OutputPad.
type Window struct {
	Kernel, Stride int // at least 1
	Pad            int // zeros before the first element and after the last
	PadMore        int // zeros after the last element in addition to Pad; may be negative
	Dilation       int // distance of adjacent kernel elements; 0 means 1
	Groups         int // number of channel groups, which are convolved separately; 0 means 1
	OutputPad      int // elements added to the end of the output; for ConvTranspose only
}

// Same returns the window of TensorFlow's padding SAME: a convolution of an input of
// the given size gives size/stride, rounded up. If the number of zeros is odd, one
// more zero is after the last element than before the first. For example, kernel 5
// with stride 2 on an even size has 1 zero before and 2 after. PyTorch's
// Window{Kernel: 5, Stride: 2, Pad: 2} gives the same size, but it effectively uses 2
// zeros before and 1 after. For a transposed convolution, size is the size of its
// output.
func Same(size, kernel, stride int) Window {
	out := (size + stride - 1) / stride
	reach := (out-1)*stride + kernel
	zeros := max(reach-size, 0)
	return Window{
		Kernel: kernel, Stride: stride, Pad: zeros / 2, PadMore: zeros % 2, OutputPad: max(size-reach, 0),
	}
}

// attr returns the attributes of a convolution in d spatial dimensions.
func (w Window) attr(d int) tensor.ConvAttr {
	c := tensor.Plain(d)
	c.Strides = slices.Repeat([]int{w.Stride}, d)
	c.PadLow = slices.Repeat([]int{w.Pad}, d)
	c.PadHigh = slices.Repeat([]int{w.Pad + w.PadMore}, d)
	c.KernelDilation = slices.Repeat([]int{cmp.Or(w.Dilation, 1)}, d)
	c.Groups = w.groups()
	return c
}

func (w Window) groups() int { return cmp.Or(w.Groups, 1) }

// shape returns the shape of a kernel with the given numbers of channels.
func (w Window) shape(first, second, d int) []int {
	return append([]int{first, second}, slices.Repeat([]int{w.Kernel}, d)...)
}
