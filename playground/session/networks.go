package session

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

var activations = map[string]nn.Layer{
	"relu": nn.ReLU, "leaky-relu": nn.LeakyReLU(.2), "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "softplus": nn.Softplus,
}

// generator returns G: [latent] to [2].
func (s Settings) generator() *nn.Network {
	var layers []nn.Layer
	for range s.LayersG {
		layers = append(layers, nn.Linear(s.UnitsG, s.weights(), nn.Zeros))
		if s.NormG == "batch" {
			layers = append(layers, nn.BatchNorm)
		}
		layers = append(layers, activations[s.Activation])
	}
	return nn.New("G", []int{s.Latent}, append(layers, nn.Linear(2, nn.GlorotUniform(1), nn.Zeros))...)
}

// discriminator returns D: [2] to [1], a score.
func (s Settings) discriminator() *nn.Network {
	norm := func(layer nn.Layer) nn.Layer { return layer }
	if s.NormD == "spectral" {
		norm = nn.SpectralNorm
	}
	var layers []nn.Layer
	for range s.LayersD {
		layers = append(layers, norm(nn.Linear(s.UnitsD, s.weights(), nn.Zeros)), activations[s.Activation])
	}
	return nn.New("D", []int{2}, append(layers, norm(nn.Linear(1, nn.GlorotUniform(1), nn.Zeros)))...)
}

// weights returns the initial weights of a hidden layer: of He et al. 2015 for activations
// that are 0 or nearly so for half of their inputs, else of Glorot and Bengio 2010.
func (s Settings) weights() nn.Initializer {
	if s.Activation == "tanh" || s.Activation == "sigmoid" {
		return nn.GlorotUniform(1)
	}
	return nn.He
}

// optimizer returns the named optimiser of a player. clip is the limit of its weights, 0:
// none.
func (s Settings) optimizer(name string, rate, clip float64) (o optim.Optimizer) {
	switch r := optim.Constant(rate); name {
	case "adam":
		o = optim.Adam{LearningRate: r, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	case "rmsprop":
		o = optim.RMSProp{LearningRate: r, Decay: s.Decay, Epsilon: 1e-8}
	default:
		o = optim.SGD{LearningRate: r, Momentum: optim.Constant(s.Momentum)}
	}
	if s.History > 0 {
		o = optim.HistoricalAverage(o, s.History)
	}
	if clip > 0 {
		o = optim.ClipWeights(o, clip)
	}
	return o
}

// withNoise adds instance noise in training.
func (s Settings) withNoise(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
	if s.InstanceNoise == 0 || !c.Training {
		return x
	}
	return x.Add(c.Normal(x.Shape()...).Scale(s.InstanceNoise))
}
