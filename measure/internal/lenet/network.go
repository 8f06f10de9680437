package lenet

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// Constants of all classifiers of this package.
const (
	Version  = "lenet@1" // of the architecture and of the weights
	Side     = 28        // pixels; images are [1, Side, Side], 0 black to 1 white
	Features = 128       // number of outputs of the second-to-last layer
	Classes  = 10
)

// A Network is LeNet (LeCun et al. 1998) with later improvements. It has two convolutions,
// each followed by a maximum over 2x2 pixels, and two linear layers. There are rectifiers
// between them and dropout before the linear layers.
type Network struct {
	Features *nn.Network // [1, 28, 28] to [128], none negative
	Head     *nn.Network // [128] to logits, [10]
}

// New returns the network with newly initialised parameters.
func New() Network {
	conv := func(channels int) nn.Layer {
		return nn.Conv(channels, nn.Window{Kernel: 5, Stride: 1}, nn.He, nn.Zeros)
	}
	return Network{
		Features: nn.New("features", []int{1, Side, Side},
			conv(16), pool, nn.ReLU, // [16, 12, 12]
			conv(48), pool, nn.ReLU, // [48, 4, 4]
			nn.Dropout(.25), nn.Linear(Features, nn.He, nn.Zeros), nn.ReLU),
		Head: nn.New("head", []int{Features},
			nn.Dropout(.5), nn.Linear(Classes, nn.He, nn.Zeros)),
	}
}

// Networks returns both parts, for a player of a game.
func (n Network) Networks() []*nn.Network { return []*nn.Network{n.Features, n.Head} }

// pool is the maximum over each 2x2 pixels: [c, h, w] to [c, h/2, w/2].
var pool = nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
	return x.Reshape(x.Dim(0), x.Dim(1), x.Dim(2)/2, 2, x.Dim(3)/2, 2).MaxOver(3, 5)
})
