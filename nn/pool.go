package nn

import (
	"math"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A Pool describes the windows of a pooling layer, the same in each of 1 to 3
// spatial dimensions. A dimension n becomes (n + 2*Pad - Kernel)/Stride + 1. The
// division is rounded down, or up if Ceil is set.
type Pool struct {
	Kernel, Stride int // at least 1
	Pad            int // elements before the first and after the last; at most half the kernel

	// Ceil lets the last window reach beyond the padding, if it starts within
	// the input or the padding before it. This is ceil_mode of PyTorch.
	Ceil bool
}

// MaxPool computes the maximum of each window: [channels, spatial...] to
// [channels, spatial...]. The padding is never the maximum. Equal maxima share
// the gradient.
func MaxPool(p Pool) Layer {
	return poolAxes("nn.MaxPool", p, func(x *tensor.Tensor, axis int) *tensor.Tensor {
		return p.combine(x, axis, math.Inf(-1), (*tensor.Tensor).Max)
	})
}

// AveragePool computes the mean of each window: [channels, spatial...] to
// [channels, spatial...]. The padding counts as zeros. Positions beyond the padding,
// which Ceil permits, do not count.
func AveragePool(p Pool) Layer {
	return poolAxes("nn.AveragePool", p, func(x *tensor.Tensor, axis int) *tensor.Tensor {
		n := x.Dim(axis)
		sum := p.combine(x, axis, 0, (*tensor.Tensor).Add)
		share := tensor.NewArray(x.DType(), sum.Dim(axis))
		for i := range share.Data {
			start := i*p.Stride - p.Pad
			share.Data[i] = 1 / float64(min(start+p.Kernel, n+p.Pad)-start)
		}
		return sum.Mul(perChannel(tensor.Const(share), x.Rank()-1-axis))
	})
}

// AdaptiveMaxPool computes n maxima along each spatial axis: [channels, spatial...] to
// [channels, n, ...]. An axis of d elements is divided into n windows. Window i contains the
// elements from i*d/n, rounded down, up to but excluding (i+1)*d/n, rounded up. So adjacent
// windows share an element if n does not divide d: 7 elements give 4 windows of 2, 3, 3 and 2
// elements. This is AdaptiveMaxPool of PyTorch. It differs for an axis of at most n elements,
// which does not change here.
func AdaptiveMaxPool(n int) Layer {
	layer := alongSpace(func(x *tensor.Tensor, axis int) *tensor.Tensor {
		d := x.Dim(axis)
		if d <= n {
			return x
		}
		windows := make([]*tensor.Tensor, n)
		for i := range windows {
			windows[i] = x.Slice1(axis, i*d/n, ((i+1)*d+n-1)/n).MaxOver(axis).KeepDims(axis)
		}
		return tensor.Concatenate(axis, windows...)
	})
	return func(b *Builder, in []int) Apply {
		if n < 1 {
			tensor.Misuse("nn.AdaptiveMaxPool", nil, "%d windows, want at least 1", n)
		}
		return layer(b, in)
	}
}

// poolAxes pools along one spatial axis after the other.
func poolAxes(op string, p Pool, along func(x *tensor.Tensor, axis int) *tensor.Tensor) Layer {
	layer := alongSpace(along)
	return func(b *Builder, in []int) Apply {
		if p.Kernel < 1 || p.Stride < 1 || p.Pad < 0 || 2*p.Pad > p.Kernel {
			tensor.Misuse(op, nil, "%+v: want kernel and stride at least 1, padding at most half the kernel", p)
		}
		for _, n := range in[1:] {
			if p.windows(n) < 1 {
				tensor.Misuse(op, nil, "a window of %d does not fit %v", p.Kernel, in)
			}
		}
		return layer(b, in)
	}
}

// windows returns the number of windows along a dimension of n elements.
func (p Pool) windows(n int) int {
	room := n + 2*p.Pad - p.Kernel
	if room < 0 {
		return 0
	}
	if !p.Ceil {
		return room/p.Stride + 1
	}
	windows := (room+p.Stride-1)/p.Stride + 1
	if (windows-1)*p.Stride >= n+p.Pad {
		windows-- // the last one would start in the padding after the input
	}
	return windows
}

// combine pads one axis of x with value and folds the elements of each window along
// it.
func (p Pool) combine(x *tensor.Tensor, axis int, value float64, fold func(a, b *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	n, windows := x.Dim(axis), p.windows(x.Dim(axis))
	reach := (windows-1)*p.Stride + p.Kernel // elements from the first window to the last
	x = padAxis(x, axis, p.Pad, max(reach-n-p.Pad, 0), value)
	folded := every(x, axis, 0, p.Stride, windows)
	for i := 1; i < p.Kernel; i++ {
		folded = fold(folded, every(x, axis, i, p.Stride, windows))
	}
	return folded
}

// padAxis pads one axis of x with value.
func padAxis(x *tensor.Tensor, axis, low, high int, value float64) *tensor.Tensor {
	if low == 0 && high == 0 {
		return x
	}
	zeros := func() []int { return make([]int, x.Rank()) }
	pad := tensor.PadAttr{Low: zeros(), High: zeros(), Interior: zeros(), Value: value}
	pad.Low[axis], pad.High[axis] = low, high
	return x.Pad(pad)
}

// every returns n elements of x along one axis: first, first+stride, ...
func every(x *tensor.Tensor, axis, first, stride, n int) *tensor.Tensor {
	start, limit, strides := make([]int, x.Rank()), slices.Clone(x.Shape()), slices.Repeat([]int{1}, x.Rank())
	start[axis], limit[axis], strides[axis] = first, first+(n-1)*stride+1, stride
	return x.Slice(start, limit, strides)
}

// GlobalSum computes the sum over all spatial dimensions: [channels, spatial...] to
// [channels].
var GlobalSum = Each(func(x *tensor.Tensor) *tensor.Tensor { return overSpace(x, (*tensor.Tensor).Sum) })

// GlobalMean computes the mean over all spatial dimensions: [channels, spatial...]
// to [channels].
var GlobalMean = Each(func(x *tensor.Tensor) *tensor.Tensor { return overSpace(x, (*tensor.Tensor).Mean) })

// overSpace reduces the spatial axes of x. If x has none, it returns x.
func overSpace(x *tensor.Tensor, reduce func(x *tensor.Tensor, axes ...int) *tensor.Tensor) *tensor.Tensor {
	if x.Rank() <= 2 {
		return x
	}
	return reduce(x, axesFrom(2, x.Rank())...)
}

// axesFrom returns the axes first..rank-1.
func axesFrom(first, rank int) []int {
	var axes []int
	for axis := first; axis < rank; axis++ {
		axes = append(axes, axis)
	}
	return axes
}
