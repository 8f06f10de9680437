package tensor

import "slices"

// ConvAttr describes a convolution with d spatial dimensions. Each list has d
// entries. Negative PadLow and PadHigh remove elements.
type ConvAttr struct {
	Strides        []int // distance between neighbouring windows, >= 1
	PadLow         []int // zeros before the first element of the (dilated) input
	PadHigh        []int // zeros after the last element
	InputDilation  []int // 1 + zeros between neighbouring input elements, >= 1
	KernelDilation []int // 1 + gaps between neighbouring kernel elements, >= 1
	Groups         int   // number of channel groups; groups are convolved separately
}

var opConv *Primitive

func init() {
	opConv = define(&Primitive{
		Name: "conv", Family: Product, StableHLO: "convolution",
		Doc: "conv(x, k) with x of shape [batch, in, spatial...] and k of shape [out, in/groups, spatial...] " +
			"is the cross-correlation of shape [batch, out, spatial...], with strides, padding, input and kernel " +
			"dilation and groups, in 1 to 3 spatial dimensions. Transposed convolution and both gradients are " +
			"convolutions of this form.",
		infer: inferConv,
		grad: func(y, dy *Tensor) []*Tensor {
			return []*Tensor{gradConvInput(y, dy), gradConvKernel(y, dy)}
		},
		plain: plainConv,
	})
}

// Plain returns the attributes of a convolution in d dimensions with stride 1,
// no padding, no dilation and one group. The caller may change the lists.
func Plain(d int) ConvAttr {
	ones, zeros := slices.Repeat([]int{1}, d), make([]int, d)
	return ConvAttr{ones, zeros, zeros, ones, ones, 1}.clone()
}

func (c ConvAttr) clone() ConvAttr {
	return ConvAttr{
		slices.Clone(c.Strides), slices.Clone(c.PadLow), slices.Clone(c.PadHigh),
		slices.Clone(c.InputDilation), slices.Clone(c.KernelDilation), c.Groups,
	}
}

func inferConv(op *Primitive, args []*Tensor, attr any) (DType, []int) {
	x, k, c := args[0], args[1], attr.(ConvAttr)
	d := len(c.Strides)
	if x.dtype != k.dtype || !x.dtype.IsFloat() {
		misuse(op.Name, args, "want two tensors of one float dtype")
	}
	if d < 1 || d > 3 || len(x.shape) != d+2 || len(k.shape) != d+2 {
		misuse(op.Name, args, "want [batch, channels, spatial...] and [out, in/groups, spatial...] with %d spatial dimensions", d)
	}
	for _, list := range [][]int{c.PadLow, c.PadHigh, c.InputDilation, c.KernelDilation} {
		if len(list) != d {
			misuse(op.Name, args, "padding and dilation must name all %d spatial dimensions", d)
		}
	}
	if c.Groups < 1 || x.shape[1] != k.shape[1]*c.Groups || k.shape[0]%c.Groups != 0 {
		misuse(op.Name, args, "%d groups of %d input channels do not make %d channels, or do not divide %d outputs",
			c.Groups, k.shape[1], x.shape[1], k.shape[0])
	}
	shape := []int{x.shape[0], k.shape[0]}
	for i := range d {
		if c.Strides[i] < 1 || c.InputDilation[i] < 1 || c.KernelDilation[i] < 1 || k.shape[2+i] < 1 {
			misuse(op.Name, args, "strides, dilations and kernel must be at least 1 in dimension %d", i)
		}
		room := dilated(x.shape[2+i], c.InputDilation[i]) + c.PadLow[i] + c.PadHigh[i] - dilated(k.shape[2+i], c.KernelDilation[i])
		if room < 0 {
			misuse(op.Name, args, "the kernel does not fit the padded input in dimension %d", i)
		}
		shape = append(shape, room/c.Strides[i]+1)
	}
	return x.dtype, shape
}

// gradConvInput returns the gradient by the input. It is a convolution of dy,
// dilated by the strides, with the kernel reversed and its channel axes
// exchanged.
func gradConvInput(y, dy *Tensor) *Tensor {
	x, k, c := y.args[0], y.args[1], y.attr.(ConvAttr)
	if x.Size() == 0 {
		return x.like(0) // the convolution below cannot produce an empty dimension
	}
	back := ConvAttr{
		Strides: c.InputDilation, InputDilation: c.Strides, KernelDilation: c.KernelDilation, Groups: c.Groups,
	}
	for i := range c.Strides {
		extent := dilated(x.shape[2+i], c.InputDilation[i])
		low := dilated(k.shape[2+i], c.KernelDilation[i]) - 1 - c.PadLow[i]
		back.PadLow = append(back.PadLow, low)
		back.PadHigh = append(back.PadHigh, extent+c.PadLow[i]-dilated(y.shape[2+i], c.Strides[i]))
	}
	return dy.Conv(exchangeChannels(k, c.Groups).Reverse(spatialAxes(k)...), back)
}

// exchangeChannels changes a kernel [out, in/groups, ...] to [in, out/groups,
// ...], group by group.
func exchangeChannels(k *Tensor, groups int) *Tensor {
	out, in, spatial := k.shape[0]/groups, k.shape[1], k.shape[2:]
	split := k.Reshape(append([]int{groups, out, in}, spatial...)...)
	axes := []int{0, 2, 1}
	for i := range spatial {
		axes = append(axes, 3+i)
	}
	return split.Transpose(axes...).Reshape(append([]int{groups * in, out}, spatial...)...)
}

// gradConvKernel returns the gradient by the kernel: the correlation of the
// input with dy. The sum runs over the batch, so the batch is used as channels.
// Strides and kernel dilation are exchanged.
func gradConvKernel(y, dy *Tensor) *Tensor {
	x, k, c := y.args[0], y.args[1], y.attr.(ConvAttr)
	batch, in := x.shape[0], k.shape[1]
	spatial := spatialAxes(x)
	swapped := ConvAttr{
		Strides: c.KernelDilation, KernelDilation: c.Strides, InputDilation: c.InputDilation,
		PadLow: c.PadLow, Groups: c.Groups,
	}
	for i := range c.Strides {
		extent := dilated(x.shape[2+i], c.InputDilation[i])
		reach := dilated(k.shape[2+i], c.KernelDilation[i]) - 1 + dilated(y.shape[2+i], c.Strides[i])
		swapped.PadHigh = append(swapped.PadHigh, reach-extent-c.PadLow[i])
	}

	// x becomes [in/groups, groups*batch, ...]: one "image" for each input
	// channel of a group; the batch is used as its channels.
	axes := []int{2, 1, 0}
	for _, axis := range spatial {
		axes = append(axes, axis+1)
	}
	images := x.Reshape(append([]int{batch, c.Groups, in}, x.shape[2:]...)...).
		Transpose(axes...).
		Reshape(append([]int{in, c.Groups * batch}, x.shape[2:]...)...)
	swap := append([]int{1, 0}, spatial...)
	kernels := dy.Transpose(swap...) // [out, batch, ...]
	return images.Conv(kernels, swapped).Transpose(swap...)
}

func spatialAxes(t *Tensor) []int {
	axes := make([]int, len(t.shape)-2)
	for i := range axes {
		axes[i] = i + 2
	}
	return axes
}

func plainConv(y *Tensor, out []float64, args []*Array) {
	x, k, c := args[0], args[1], y.attr.(ConvAttr)
	xStrides, kStrides := Strides(x.Shape), Strides(k.Shape)
	window := k.Shape[1:] // [in/groups, spatial...]
	perGroup := k.Shape[0] / c.Groups
	each(y.shape, func(i int, index []int) {
		n, o := index[0], index[1]
		firstChannel := o / perGroup * k.Shape[1]
		each(window, func(_ int, tap []int) {
			from := n*xStrides[0] + (firstChannel+tap[0])*xStrides[1]
			for s, stride := range c.Strides {
				at := index[2+s]*stride + tap[1+s]*c.KernelDilation[s] - c.PadLow[s]
				if at < 0 || at%c.InputDilation[s] != 0 || at/c.InputDilation[s] >= x.Shape[2+s] {
					return // padding, or a zero between input elements
				}
				from += at / c.InputDilation[s] * xStrides[2+s]
			}
			out[i] += x.Data[from] * k.Data[o*kStrides[0]+offset(tap, kStrides[1:])]
		})
	})
}

// Conv returns the convolution (cross-correlation) of t, [batch, in,
// spatial...], with kernel, [out, in/groups, spatial...].
func (t *Tensor) Conv(kernel *Tensor, c ConvAttr) *Tensor {
	return apply(opConv, c.clone(), t, kernel)
}

// ConvTranspose returns the transposed convolution of t, [batch, in,
// spatial...], with kernel, [in, out/groups, spatial...]. It equals the
// gradient of the convolution c by its input. For an input of size n the result
// has size (n-1)*stride - low - high + the size of the dilated kernel + extra.
// A strided convolution rounds its size down; extra selects one of the sizes
// that give the same rounded size.
func (t *Tensor) ConvTranspose(kernel *Tensor, c ConvAttr, extra []int) *Tensor {
	args, d := []*Tensor{t, kernel}, len(c.Strides)
	if len(kernel.shape) != d+2 || len(c.PadLow) != d || len(c.PadHigh) != d || len(c.KernelDilation) != d || len(extra) != d {
		misuse("conv-transpose", args, "the kernel, padding, dilation and extra must have all %d spatial dimensions", d)
	}
	if c.Groups < 1 || kernel.shape[0]%c.Groups != 0 {
		misuse("conv-transpose", args, "%d groups do not divide %d input channels", c.Groups, kernel.shape[0])
	}
	back := ConvAttr{Strides: c.InputDilation, InputDilation: c.Strides, KernelDilation: c.KernelDilation, Groups: c.Groups}
	for i := range c.Strides {
		reach := dilated(kernel.shape[2+i], c.KernelDilation[i]) - 1
		back.PadLow = append(back.PadLow, reach-c.PadLow[i])
		back.PadHigh = append(back.PadHigh, reach-c.PadHigh[i]+extra[i])
	}
	return t.Conv(exchangeChannels(kernel, c.Groups).Reverse(spatialAxes(kernel)...), back)
}
