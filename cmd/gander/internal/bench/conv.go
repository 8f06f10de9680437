package bench

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// A Convolution is a layer of a model, with square images and kernels. It is timed on a
// minibatch of defaultBatch images. PadMore, OutputPad and Groups are those of
// nn.Window.
type Convolution struct {
	Layer                      string // the model and the name of the layer
	Transposed                 bool
	In, Size, Out              int // channels and width of the input, channels of the output
	Kernel, Stride, Pad        int
	PadMore, OutputPad, Groups int
}

// Convolutions returns the different convolutions of the models: of networks in the
// style of DCGAN for 28, 32 and 64 pixels, of SNGAN and of the ResNet of WGAN-GP for
// 32 pixels, and of R3GAN, which has groups of 16 channels. The channels are halved
// where a minibatch would take seconds.
func Convolutions() []Convolution {
	return []Convolution{
		{Layer: "dcgan32 G.0", Transposed: true, In: 100, Size: 1, Out: 256, Kernel: 4, Stride: 1},
		{Layer: "dcgan32 G.3", Transposed: true, In: 256, Size: 4, Out: 128, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "dcgan32 G.6", Transposed: true, In: 128, Size: 8, Out: 64, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "dcgan32 G.9", Transposed: true, In: 64, Size: 16, Out: 3, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "dcgan32 D.0", In: 3, Size: 32, Out: 64, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "dcgan32 D.2", In: 64, Size: 16, Out: 128, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "dcgan32 D.5", In: 128, Size: 8, Out: 256, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "dcgan32 D.8", In: 256, Size: 4, Out: 1, Kernel: 4, Stride: 1},

		{Layer: "dcgan28 G.1", Transposed: true, In: 128, Size: 7, Out: 64, Kernel: 5, Stride: 2, Pad: 2, OutputPad: 1},
		{Layer: "dcgan28 G.2", Transposed: true, In: 64, Size: 14, Out: 1, Kernel: 5, Stride: 2, Pad: 2, OutputPad: 1},
		{Layer: "dcgan28 D.0", In: 1, Size: 28, Out: 64, Kernel: 5, Stride: 2, Pad: 1, PadMore: 1},
		{Layer: "dcgan28 D.1", In: 64, Size: 14, Out: 128, Kernel: 5, Stride: 2, Pad: 1, PadMore: 1},

		{Layer: "dcgan64 G.3", Transposed: true, In: 64, Size: 16, Out: 32, Kernel: 5, Stride: 2, Pad: 2, OutputPad: 1},
		{Layer: "dcgan64 G.4", Transposed: true, In: 64, Size: 32, Out: 3, Kernel: 5, Stride: 2, Pad: 2, OutputPad: 1},
		{Layer: "dcgan64 D.0", In: 3, Size: 64, Out: 64, Kernel: 5, Stride: 2, Pad: 1, PadMore: 1},
		{Layer: "dcgan64 D.0", In: 3, Size: 64, Out: 64, Kernel: 4, Stride: 2, Pad: 1},

		{Layer: "sngan32 G.4", In: 64, Size: 32, Out: 3, Kernel: 3, Stride: 1, Pad: 1},
		{Layer: "sngan32 D.0", In: 3, Size: 32, Out: 64, Kernel: 3, Stride: 1, Pad: 1},
		{Layer: "sngan32 D.1", In: 64, Size: 32, Out: 64, Kernel: 4, Stride: 2, Pad: 1},
		{Layer: "sngan32 D.2", In: 64, Size: 16, Out: 128, Kernel: 3, Stride: 1, Pad: 1},
		{Layer: "sngan32 D.6", In: 256, Size: 4, Out: 512, Kernel: 3, Stride: 1, Pad: 1},

		{Layer: "resnet32 G.9", In: 128, Size: 32, Out: 3, Kernel: 3, Stride: 1, Pad: 1},
		{Layer: "resnet32 G.8", In: 64, Size: 32, Out: 64, Kernel: 3, Stride: 1, Pad: 1},
		{Layer: "resnet32 D.1", In: 3, Size: 32, Out: 128, Kernel: 1, Stride: 1},
		{Layer: "resnet32 D.2", In: 128, Size: 16, Out: 128, Kernel: 1, Stride: 1},
		{Layer: "resnet32 D.4", In: 128, Size: 8, Out: 128, Kernel: 3, Stride: 1, Pad: 1},

		{Layer: "r3gan32 1x1", In: 64, Size: 32, Out: 128, Kernel: 1, Stride: 1},
		{Layer: "r3gan32 1x1", In: 192, Size: 8, Out: 96, Kernel: 1, Stride: 1},
		{Layer: "r3gan32 groups", In: 128, Size: 32, Out: 128, Kernel: 3, Stride: 1, Pad: 1, Groups: 8},
		{Layer: "r3gan32 groups", In: 192, Size: 16, Out: 192, Kernel: 3, Stride: 1, Pad: 1, Groups: 12},
		{Layer: "r3gan32 groups", In: 192, Size: 8, Out: 192, Kernel: 3, Stride: 1, Pad: 1, Groups: 12},
		{Layer: "r3gan32 groups", In: 192, Size: 4, Out: 192, Kernel: 3, Stride: 1, Pad: 1, Groups: 12},
		{Layer: "r3gan32 base", In: 192, Size: 4, Out: 192, Kernel: 4, Stride: 1, Groups: 192},
		{Layer: "depthwise", In: 64, Size: 16, Out: 64, Kernel: 3, Stride: 1, Pad: 1, Groups: 64},
		{Layer: "depthwise", In: 64, Size: 16, Out: 64, Kernel: 4, Stride: 2, Pad: 1, Groups: 64},
	}
}

// Conv times a convolution, its gradient with respect to the input and its gradient
// with respect to the kernel. The number of operations is the same for all three. It
// does not include multiplications by the zeros between the elements of a transposed
// convolution.
func Conv(ctx context.Context, c Convolution, o Options) ([]*ShareResult, error) {
	window := tensor.Plain(2)
	for i := range 2 {
		window.Strides[i], window.PadLow[i], window.PadHigh[i] = c.Stride, c.Pad, c.Pad+c.PadMore
	}
	window.Groups = max(c.Groups, 1)
	x := tensor.Input("x", tensor.Float32, defaultBatch, c.In, c.Size, c.Size)
	var k, y *tensor.Tensor
	var flops int // every element of the smaller image is multiplied by a whole kernel
	if c.Transposed {
		k = tensor.Input("k", tensor.Float32, c.In, c.Out/window.Groups, c.Kernel, c.Kernel)
		y = x.ConvTranspose(k, window, []int{c.OutputPad, c.OutputPad})
		flops = 2 * x.Size() * k.Size() / c.In
	} else {
		k = tensor.Input("k", tensor.Float32, c.Out, c.In/window.Groups, c.Kernel, c.Kernel)
		y = x.Conv(k, window)
		flops = 2 * y.Size() * k.Size() / c.Out
	}
	dy := tensor.Input("dy", tensor.Float32, y.Shape()...)
	gradients := tensor.Grads(y.Mul(dy).Sum(), x, k)
	var results []*ShareResult
	for _, part := range []struct {
		name   string
		value  *tensor.Tensor
		inputs []*tensor.Tensor
	}{
		{"forward", y, []*tensor.Tensor{x, k}},
		{"input gradient", gradients[0], []*tensor.Tensor{dy, k}},
		{"kernel gradient", gradients[1], []*tensor.Tensor{dy, x}},
	} {
		r, err := share(ctx, fmt.Sprintf("%v %s", c, part.name), o, part.value, flops, part.inputs...)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// String returns the layer and its shape: channels and width of input and output.
func (c Convolution) String() string {
	out := (c.Size+2*c.Pad+c.PadMore-c.Kernel)/c.Stride + 1
	if c.Transposed {
		out = (c.Size-1)*c.Stride - 2*c.Pad - c.PadMore + c.Kernel + c.OutputPad
	}
	name := fmt.Sprintf("%s %dx%d->%dx%d k%ds%dp%d", c.Layer, c.In, c.Size, c.Out, out, c.Kernel, c.Stride, c.Pad)
	if c.Groups > 1 {
		name += fmt.Sprintf("g%d", c.Groups)
	}
	return name
}
