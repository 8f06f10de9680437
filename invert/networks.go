package invert

import (
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// Sizes of the networks.
const (
	slope     = .2   // of the leaky ReLU
	mostDense = 1024 // values of an example that is read without convolutions
	leastSide = 4    // of the feature maps that convolutions halve an example to
	width     = 32   // channels of the first convolution
	mostWidth = 256
)

// codesName is the name of the condition by which D reads a code.
const codesName = "code"

// conditionName returns the name under which E and D read a condition of G.
func conditionName(c recipe.Condition) string { return "condition " + c.Name }

// newE returns the encoder. It reads an example and the conditions of G, and returns the
// whole code.
func (g Generator) newE(codes []code, hidden int) *nn.Network {
	var mean, sd []float64
	for _, l := range codes {
		for range l.to - l.from {
			mean, sd = append(mean, l.mean), append(sd, l.sd)
		}
	}
	shift, divisor, shape := g.scale()
	layers := append([]nn.Layer{scaled(shift, divisor, shape, false)}, g.layers(hidden)...)
	layers = append(layers, nn.Linear(len(mean), nn.FanIn(1), nn.Zeros), scaled(mean, sd, []int{len(mean)}, true))
	return nn.New("encoder", g.Output.Makes.Shape, layers...)
}

// newD returns the discriminator of pairs (x, code). It reads examples that are scaled.
func (g Generator) newD(codes []code, hidden int) *nn.Network {
	size := codes[len(codes)-1].to
	layers := append(g.layers(hidden, nn.Concat(nn.Vector(codesName, size))), nn.Linear(1, nn.Zeros, nn.Zeros))
	return nn.New("discriminator", g.Output.Makes.Shape, layers...)
}

// layers returns the layers of E and D before their last: convolutions if the example is
// a large image or volume, then the conditions and more, and two fully connected layers.
func (g Generator) layers(hidden int, more ...nn.Layer) (list []nn.Layer) {
	makes := g.Output.Makes
	if makes.Kind == data.Pixels && makes.Size() > mostDense {
		channels := width
		for side := slices.Min(makes.Shape[1:]); side > leastSide; side /= 2 {
			list = append(list, nn.Conv(channels, nn.Window{Kernel: 4, Stride: 2, Pad: 1}, nn.He, nn.Zeros), nn.LeakyReLU(slope))
			channels = min(2*channels, mostWidth)
		}
	}
	list = append(list, flat)
	for _, c := range g.Output.Given {
		list = append(list, concatCondition(c))
	}
	list = append(list, more...)
	for range 2 {
		list = append(list, nn.Linear(hidden, nn.He, nn.Zeros), nn.LeakyReLU(slope))
	}
	return list
}

// flat is a layer that makes a vector of each example.
func flat(_ *nn.Builder, _ []int) nn.Apply {
	return func(_ *nn.Context, x *tensor.Tensor) *tensor.Tensor { return x.Flatten() }
}

// concatCondition appends a condition of G to a vector: a class or tokens one-hot, numbers
// and pixels as they are.
func concatCondition(c recipe.Condition) nn.Layer {
	read := nn.Condition{Name: conditionName(c), DType: c.DType(), Shape: slices.Clone(c.Shape)}
	if c.DType() == tensor.Int32 {
		return nn.Concat(read, nn.OneHot(c.Classes), flat)
	}
	return nn.Concat(read, flat)
}

// scaled is a layer that subtracts shift from each example and divides it by divisor, or
// does the inverse. Both have the given shape. They are saved with the network.
func scaled(shift, divisor []float64, shape []int, inverse bool) nn.Layer {
	return func(b *nn.Builder, _ []int) nn.Apply {
		s, d := b.Buffer("shift", nn.Values(shift), shape...), b.Buffer("divisor", nn.Values(divisor), shape...)
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			s, d := c.Value(s).KeepDims(0), c.Value(d).KeepDims(0)
			if inverse {
				return x.Mul(d).Add(s)
			}
			return x.Sub(s).Div(d)
		}
	}
}
