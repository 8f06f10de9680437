package bench

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// A Convolution is a layer of dcgan32 with square images and kernels. It is timed on a
// minibatch of the size of that model.
type Convolution struct {
	Layer               string // its name in the model
	Transposed          bool
	In, Size, Out       int // channels and width of the input, channels of the output
	Kernel, Stride, Pad int
}

// Convolutions returns the convolutions of dcgan32.
func Convolutions() []Convolution {
	return []Convolution{
		{"G.0", true, 100, 1, 256, 4, 1, 0},
		{"G.3", true, 256, 4, 128, 4, 2, 1},
		{"G.6", true, 128, 8, 64, 4, 2, 1},
		{"G.9", true, 64, 16, 3, 4, 2, 1},
		{"D.0", false, 3, 32, 64, 4, 2, 1},
		{"D.2", false, 64, 16, 128, 4, 2, 1},
		{"D.5", false, 128, 8, 256, 4, 2, 1},
		{"D.8", false, 256, 4, 1, 4, 1, 0},
	}
}

// Conv times a convolution, its gradient with respect to the input and its gradient
// with respect to the kernel. The number of operations is the same for all three. It
// does not include multiplications by the zeros between the elements of a transposed
// convolution.
func Conv(ctx context.Context, c Convolution, o Options) ([]*RateResult, error) {
	window := tensor.Plain(2)
	for i := range 2 {
		window.Strides[i], window.PadLow[i], window.PadHigh[i] = c.Stride, c.Pad, c.Pad
	}
	x := tensor.Input("x", tensor.Float32, defaultBatch, c.In, c.Size, c.Size)
	var k, y *tensor.Tensor
	var flops int // every element of the smaller image is multiplied by a whole kernel
	if c.Transposed {
		k = tensor.Input("k", tensor.Float32, c.In, c.Out, c.Kernel, c.Kernel)
		y = x.ConvTranspose(k, window, []int{0, 0})
		flops = 2 * x.Size() * k.Size() / c.In
	} else {
		k = tensor.Input("k", tensor.Float32, c.Out, c.In, c.Kernel, c.Kernel)
		y = x.Conv(k, window)
		flops = 2 * y.Size() * k.Size() / c.Out
	}
	dy := tensor.Input("dy", tensor.Float32, y.Shape()...)
	gradients := tensor.Grads(y.Mul(dy).Sum(), x, k)
	var results []*RateResult
	for _, part := range []struct {
		name   string
		value  *tensor.Tensor
		inputs []*tensor.Tensor
	}{
		{"forward", y, []*tensor.Tensor{x, k}},
		{"input gradient", gradients[0], []*tensor.Tensor{dy, k}},
		{"kernel gradient", gradients[1], []*tensor.Tensor{dy, x}},
	} {
		r, err := rate(ctx, fmt.Sprintf("%v %s", c, part.name), o, part.value, flops, part.inputs...)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// String returns the layer and its shape: channels and width of input and output.
func (c Convolution) String() string {
	out := (c.Size+2*c.Pad-c.Kernel)/c.Stride + 1
	if c.Transposed {
		out = (c.Size-1)*c.Stride - 2*c.Pad + c.Kernel
	}
	return fmt.Sprintf("%s %dx%d->%dx%d k%ds%dp%d", c.Layer, c.In, c.Size, c.Out, out, c.Kernel, c.Stride, c.Pad)
}
