package recipe

import (
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// leastSide is the least side of the feature maps that convolutional networks halve images
// to.
const leastSide = 4

// halvings returns how often the sides of an image can be halved, and the sides after
// that. A side is not halved if it is odd, or if half of it is less than leastSide.
func halvings(image data.Field) (n int, sides []int) {
	sides = slices.Clone(image.Shape[1:])
	for !slices.ContainsFunc(sides, func(s int) bool { return s%2 != 0 || s/2 < leastSide }) {
		for i := range sides {
			sides[i] /= 2
		}
		n++
	}
	return n, sides
}

// paddedHalvings returns how often sides can be halved until the least is from leastSide to less
// than twice that, and the sides, padded to multiples of 2^n.
func paddedHalvings(sides []int) (n int, padded []int) {
	n = int(math.Log2(float64(slices.Min(sides)) / leastSide))
	for _, side := range sides {
		padded = append(padded, (side+1<<n-1)>>n<<n)
	}
	return n, padded
}

// halve returns the window of a convolution that halves the sides of an image, and of a
// transposed convolution that doubles them. The padding is that of PyTorch and Theano: on
// an even side, the same number of zeros before the first pixel as (kernel-1)/2.
func halve(kernel int) nn.Window {
	pad := (kernel - 1) / 2
	return nn.Window{Kernel: kernel, Stride: 2, Pad: pad, OutputPad: 2 + 2*pad - kernel}
}

// halveSame is [halve] with the padding of TensorFlow: on an even side, an odd kernel has
// one zero more after the last pixel than before the first.
func halveSame(kernel int) nn.Window { return nn.Same(2*leastSide, kernel, 2) }

// batchNormAround1 is [nn.BatchNorm] with scales that begin as N(1, sd^2), as in the code of Radford
// et al. 2016.
func batchNormAround1(sd float64) nn.Layer {
	o := nn.DefaultBatchNorm
	o.Scale = nn.NormalAround(1, sd)
	return nn.BatchNormWith(o)
}

// bottleneck is the residual block of R3GAN (Huang et al. 2024, section 3): a 1x1
// convolution to twice the channels, a 3x3 convolution in the given number of groups, and
// a 1x1 convolution. The last one is 0 at first, so that a block begins as the identity.
// depth is the number of blocks of the network.
func bottleneck(channels, groups, depth int) nn.Layer {
	const slope = .2
	point := nn.Window{Kernel: 1, Stride: 1}
	grouped := nn.Window{Kernel: 3, Stride: 1, Pad: 1, Groups: groups}
	weights := nn.FanInNormal(math.Sqrt(2/(1+slope*slope)) * math.Pow(float64(depth), -1./4)) // the power is -1 / 2(layers-1)
	return nn.Residual(nn.Sequence(
		nn.Conv(2*channels, point, weights, nn.Zeros), nn.LeakyReLU(slope),
		nn.Conv(2*channels, grouped, weights, nn.Zeros), nn.LeakyReLU(slope),
		nn.Conv(channels, point, nn.Zeros, nil)), nil)
}

// projection adds to a score, of inputs with the given number of units, the projection of the
// inputs on a vector of the class (Miyato and Koyama 2018, equation 3). sum is sumOfUnits or
// meanOfUnits.
func projection(score nn.Layer, class data.Field, units int, vectors nn.Initializer, sum nn.Layer) nn.Layer {
	vector := nn.Given(nn.Class(class.Name), nn.Embedding(class.Classes, units, vectors))
	return nn.Sum(score, nn.Sequence(nn.Product(nn.Sequence(), vector), sum))
}

// sumOfUnits is the sum over the units of each example: [batch, units] to [batch, 1].
var sumOfUnits = nn.Each(func(x *tensor.Tensor) *tensor.Tensor { return x.SumPerExample().Reshape(-1, 1) })

// meanOfUnits is the sum over the units of each example, divided by the root of their number:
// [batch, units] to [batch, 1].
var meanOfUnits = nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
	return x.Sum(1).Scale(1/math.Sqrt(float64(x.Dim(1)))).Reshape(-1, 1)
})

// padTo adds zeros below and to the right of images, and on the same sides of volumes.
func padTo(sides ...int) nn.Layer {
	return nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
		for i, side := range sides {
			if have := x.Dim(2 + i); have < side {
				zeros := slices.Clone(x.Shape())
				zeros[2+i] = side - have
				x = tensor.Concatenate(2+i, x, tensor.Zeros(x.DType(), zeros...))
			}
		}
		return x
	})
}

// cutTo removes what [padTo] adds.
func cutTo(sides ...int) nn.Layer {
	return nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
		for i, side := range sides {
			x = x.Slice1(2+i, 0, side)
		}
		return x
	})
}
