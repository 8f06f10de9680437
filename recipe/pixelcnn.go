package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// PixelCNN contains the settings of a density of images, p(x) as a product over pixels:
// each pixel has a mixture of discretised logistics, with parameters that depend on the
// pixels above it and on those to its left (Salimans et al. 2017, PixelCNN++). It is
// smaller than the published one: it has one resolution, and no weight normalisation, no
// dropout and no moving average. It is for grey images.
type PixelCNN struct {
	Filters  int `toml:"pixelcnn_filters" min:"1" doc:"channels of the PixelCNN; published: 160"`
	Blocks   int `toml:"pixelcnn_blocks" min:"1" doc:"residual blocks of the PixelCNN; published: 3 before each change of resolution"`
	Mixtures int `toml:"pixelcnn_mixtures" min:"1" doc:"logistics in the mixture of a pixel"`
}

// network returns the network: images in [-1, 1] to 3 numbers for each logistic of each
// pixel, [3*Mixtures, height, width]. Two streams of feature maps see the pixels above,
// and also those to the left.
func (s PixelCNN) network(image data.Field, layers ...nn.Layer) *nn.Network {
	return nn.New("P", image.Shape, append(layers, func(b *nn.Builder, in []int) nn.Apply {
		child, maps := 0, []int{s.Filters, in[1], in[2]}
		within := func(in []int, layers ...nn.Layer) nn.Apply {
			child++
			apply, _ := b.Within(child-1, nn.Sequence(layers...), in)
			return apply
		}
		withOnes := []int{in[0] + 1, in[1], in[2]} // the ones tell padding from black pixels
		above := within(withOnes, shiftedConv(s.Filters, 2, 3, 1, 1, 1))
		rowAbove := within(withOnes, shiftedConv(s.Filters, 1, 3, 1, 1, 1))
		left := within(withOnes, shiftedConv(s.Filters, 2, 1, 0, 1, 1))
		var blocks []pixelBlock
		for range s.Blocks {
			blocks = append(blocks, pixelBlock{
				above: within(maps, gatedResidual(2, 3)),
				join:  within(maps, nn.Each(concatELU), nn.Conv(s.Filters, nn.Window{Kernel: 1, Stride: 1}, nn.GlorotUniform(.1), nn.Zeros)),
				left:  within(maps, gatedResidual(2, 2)),
			})
		}
		last := within(maps, nn.Each(elu), nn.Conv(3*s.Mixtures, nn.Window{Kernel: 1, Stride: 1}, nn.GlorotUniform(1), nn.Zeros))
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			x = tensor.Concatenate(1, x, tensor.Full(x.DType(), 1, x.Dim(0), 1, x.Dim(2), x.Dim(3)))
			u, ul := above(c, x), rowAbove(c, x).Add(left(c, x))
			for _, block := range blocks {
				u = block.above(c, u)
				ul = block.left(c, ul.Add(block.join(c, u)))
			}
			return last(c, ul)
		}
	})...)
}

// A pixelBlock is a pair of residual blocks of the two streams, and their connection.
type pixelBlock struct{ above, join, left nn.Apply }

// elu is x where x > 0, otherwise exp(x) - 1.
func elu(x *tensor.Tensor) *tensor.Tensor {
	return x.ReLU().Add(x.Min(tensor.Scalar(x.DType(), 0)).Exp().Plus(-1))
}

// concatELU applies elu to x and to -x, and joins their channels.
func concatELU(x *tensor.Tensor) *tensor.Tensor { return elu(tensor.Concatenate(1, x, x.Neg())) }

// gatedResidual adds two convolutions to its input. The second one has gates. Their
// windows have the given height and width, end at the row of the pixel, and begin one
// column left of it.
func gatedResidual(height, width int) nn.Layer {
	return nn.Residual(func(b *nn.Builder, in []int) nn.Apply {
		first, maps := b.Within(0, nn.Sequence(nn.Each(concatELU), shiftedConv(in[0], height, width, 0, 1, 1)), in)
		second, _ := b.Within(1, nn.Sequence(nn.Each(concatELU), shiftedConv(2*in[0], height, width, 0, 1, .1)), maps)
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			y := second(c, first(c, x))
			return y.Slice1(1, 0, in[0]).Mul(y.Slice1(1, in[0], 2*in[0]).Logistic())
		}
	}, nil)
}

// shiftedConv is a convolution of the given height and width. The last row of its window
// is above rows above the pixel, and the first column left columns left of it.
func shiftedConv(channels, height, width, above, left int, gain float64) nn.Layer {
	return func(b *nn.Builder, in []int) nn.Apply {
		kernel := b.Weight(nn.GlorotUniform(gain), 0, channels, in[0], height, width)
		bias := b.Param("bias", nn.Zeros, channels)
		attr := tensor.Plain(2)
		attr.PadLow, attr.PadHigh = []int{height - 1 + above, left}, []int{-above, width - 1 - left}
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			return x.Conv(c.Value(kernel), attr).Add(c.Value(bias).Reshape(channels, 1, 1))
		}
	}
}

// logDensity returns log p(x) of grey images in [-1, 1], [batch, 1, height, width], in
// nats: [batch]. out is the output of the network for x. The probability of a byte is the
// integral of the mixture over its width of 2/255; black and white have the tails. Pixels
// need not be bytes: x may be an output of a generator.
func (s PixelCNN) logDensity(x, out *tensor.Tensor) *tensor.Tensor {
	scalar := func(v float64) *tensor.Tensor { return tensor.Scalar(x.DType(), v) }
	part := func(i int) *tensor.Tensor { return out.Slice1(1, i*s.Mixtures, (i+1)*s.Mixtures) }
	logits, means, logScales := part(0), part(1), part(2).Max(scalar(-7))
	centred, inverse := x.Sub(means), logScales.Neg().Exp()
	upper, lower := centred.Plus(1./255).Mul(inverse), centred.Plus(-1./255).Mul(inverse)
	// The logarithm of logistic(upper) - logistic(lower), which is logistic(upper) *
	// logistic(-lower) * (1 - exp(lower - upper)), without a difference of equal numbers.
	half := inverse.Scale(1. / 255).Tanh()
	logs := half.Scale(2).Div(half.Plus(1)).Log().Sub(upper.Neg().Softplus()).Sub(lower.Softplus())
	white := x.Compare(tensor.Greater, scalar(.999)).BroadcastTo(logs.Shape()...)
	black := x.Compare(tensor.Less, scalar(-.999)).BroadcastTo(logs.Shape()...)
	logs = white.Select(lower.Softplus().Neg(), logs)
	logs = black.Select(upper.Sub(upper.Softplus()), logs)
	pixels := logs.Add(logits).LogSumExp(1).Sub(logits.LogSumExp(1))
	return pixels.SumPerExample()
}

// smallest returns element number k, from 0, of the values of v, [n], in increasing order.
func smallest(v *tensor.Tensor, k int) *tensor.Tensor {
	n := v.Dim(0)
	rows, columns := v.Reshape(n, 1), v.Reshape(1, n)
	before := tensor.Iota(tensor.Int32, 1, n, n).Compare(tensor.Less, tensor.Iota(tensor.Int32, 0, n, n)).Convert(v.DType())
	smaller := columns.Compare(tensor.Less, rows).Convert(v.DType())
	equal := columns.Compare(tensor.Equal, rows).Convert(v.DType())
	rank := smaller.Add(equal.Mul(before)).Sum(1) // number of elements before each one
	return rank.Compare(tensor.Equal, tensor.Scalar(v.DType(), float64(k))).Select(v, tensor.Scalar(v.DType(), 0)).Sum()
}
