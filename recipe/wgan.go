package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// WGAN contains the settings of the Wasserstein GAN with clipped weights. D is called the
// critic there. The defaults are those of the authors' code, which has two forms of the
// networks:
//
//   - conv: DCGAN with kernels of 4, without biases. Setting norm_g to false is the
//     authors' --noBN: their critic keeps its batch normalisation. With constant_g in
//     addition, it is the G of the paper's Figure 6. Their code does not have it.
//   - mlp: both networks have three hidden layers of ReLU units. G's output is linear.
//
// The loss of D is the mean score of samples minus that of real examples. So -loss.D is
// the estimate of the Wasserstein distance, up to a constant factor.
//
// There are three differences:
//
//   - The weights of the critic are clipped after each of its updates. The authors' code
//     clips before each update. So its first update is of weights that are not clipped
//     yet, and the critic that G sees is one update away from being clipped. In both, the
//     clipping includes the scales of batch normalisation: they fall from 1 to 0.01.
//   - A warm-up consists of rounds in which only D moves. Its number of updates is rounded
//     up to a multiple of critic_steps.
//   - The authors' last minibatch of an epoch is shorter.
type WGAN struct {
	Form         string  `toml:"form" oneof:"conv mlp" doc:"of the networks: convolutional, or fully connected"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels of D's first convolution, doubled at each halving"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each of the three hidden layers in the form mlp"`
	ConstantG    bool    `toml:"constant_g" doc:"all hidden layers of G have width channels, in the form conv; otherwise they mirror D"`
	NormG        bool    `toml:"norm_g" doc:"batch normalisation in G, in the form conv"`
	NormD        bool    `toml:"norm_d" doc:"batch normalisation in D, in the form conv"`
	Slope        float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU, in the form conv"`
	Clip         float64 `toml:"clip" above:"0" doc:"limit of the absolute value of D's weights"`
	Optimizer    string  `toml:"optimizer" oneof:"rmsprop adam" doc:"of both players; RMSProp is that of PyTorch, with decay 0.99"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of Adam"`
	CriticSteps  int     `toml:"critic_steps" min:"1" max:"1000" doc:"updates of D for one of G"`
	WarmUp       int     `toml:"warm_up" min:"0" max:"100000" doc:"updates of D before one of G during a warm-up; 0: no warm-up"`
	WarmFirst    int     `toml:"warm_first" min:"0" doc:"number of updates of G at the beginning that have a warm-up"`
	WarmEvery    int     `toml:"warm_every" min:"0" doc:"later, one update of G in this number has a warm-up; 0: none has"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "wgan",
		Title:  "Wasserstein GAN: a critic with clipped weights, whose loss measures the quality of samples",
		Source: "Arjovsky et al. 2017, Wasserstein GAN (arXiv 1701.07875), and the authors' code",
		Data:   "mnist", Takes: Halved(2, 256),
		Kimg: 10_000, TickKimg: 80, Grid: 100, // about 31,000 updates of G
	}, WGAN{
		Form: "conv", Batch: 64, Latent: 100, Width: 64, Hidden: 512, NormG: true, NormD: true, Slope: .2, Clip: .01,
		Optimizer: "rmsprop", LearningRate: 5e-5, Beta1: .5,
		CriticSteps: 5, WarmUp: 100, WarmFirst: 25, WarmEvery: 500,
		Techniques: DefaultTechniques,
	}, WGAN.build)
}

func (s WGAN) build(images Examples) (*System, error) {
	image := images.First()
	var G, D *nn.Network
	if s.Form == "mlp" {
		G, D = s.mlp(image)
	} else {
		G, D = s.conv(image)
	}
	rate := optim.Constant(s.LearningRate)
	return Pair{
		G: G, D: D, Latent: Normal("z", s.Latent), Objective: objective.Wasserstein{}, Batch: s.Batch,
		OptimizerG: s.optimizer(rate), OptimizerD: optim.ClipWeights(s.optimizer(s.RateOfD(rate)), s.Clip),
		Average: optim.EMA{Decay: s.Average},
		Round:   Alternate(s.CriticSteps), Phases: s.phases,
		Makes: image, Scale: data.Scale{Lo: -1, Hi: 1}, Techniques: s.Techniques,
	}.System()
}

func (s WGAN) optimizer(rate optim.Schedule) optim.Optimizer {
	if s.Optimizer == "adam" {
		return optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: .999, Epsilon: 1e-8}
	}
	return optim.RMSProp{LearningRate: rate, Decay: .99, Epsilon: 1e-8}
}

// phases returns the rounds of a warm-up.
func (s WGAN) phases(d, _ *game.Player) []game.Phase {
	if s.WarmUp <= s.CriticSteps {
		return nil
	}
	return []game.Phase{{When: s.onlyD, Round: []game.Move{{Players: []*game.Player{d}, Times: s.CriticSteps}}}}
}

// onlyD reports whether only D moves in a round. The update of G before which a warm-up
// happens is in the last round of the warm-up.
func (s WGAN) onlyD(round int64) bool {
	warm := int64((s.WarmUp + s.CriticSteps - 1) / s.CriticSteps) // rounds for one update of G
	first, every := int64(s.WarmFirst), int64(s.WarmEvery)
	if round < first*warm {
		return round%warm != warm-1
	}
	if every == 0 {
		return false
	}
	next := (first + every - 1) / every * every // the first update of G after these that has a warm-up
	after := round - first*warm - (next - first)
	return after >= 0 && after%(warm+every-1) < warm-1
}

// mlp returns fully connected networks. Weights and biases start from U(-r, r) with
// r = 1/sqrt(inputs), as in PyTorch.
func (s WGAN) mlp(image data.Field) (G, D *nn.Network) {
	layers := func(in, out int) []nn.Layer {
		var all []nn.Layer
		for range 3 {
			all = append(all, pytorchLinear(in, s.Hidden), nn.ReLU)
			in = s.Hidden
		}
		return append(all, pytorchLinear(in, out))
	}
	shape := s.Packed(image.Shape)
	layersG := append(layers(s.Latent, image.Size()), nn.Reshape(image.Shape...))
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", shape, layers(tensor.Size(shape), 1)...)
}

// pytorchLinear is a linear layer with the initial values of PyTorch.
func pytorchLinear(in, units int) nn.Layer {
	init := nn.Uniform(1 / math.Sqrt(float64(in)))
	return nn.Linear(units, init, init)
}

// conv returns convolutional networks. The last layer of the critic, and the first of G,
// are convolutions in the authors' code, with kernels as large as the feature maps. These
// are linear layers.
func (s WGAN) conv(image data.Field) (G, D *nn.Network) {
	times, sides := halvings(image)
	weights := nn.Normal(.02)
	norm := func(wanted bool) nn.Layer {
		if !wanted {
			return nn.Sequence()
		}
		return batchNormAround1(.02)
	}
	channels := func(i int) int { // of the feature maps of G that are doubled i more times
		if s.ConstantG {
			return s.Width
		}
		return s.Width << (i - 1)
	}
	first := channels(times)
	layersG := []nn.Layer{nn.Linear(first*sides[0]*sides[1], weights, nil), nn.Reshape(first, sides[0], sides[1]), norm(s.NormG), nn.ReLU}
	layersD := []nn.Layer{nn.Conv(s.Width, halve(4), weights, nil), nn.LeakyReLU(s.Slope)}
	for i := 1; i < times; i++ {
		layersG = append(layersG, nn.ConvTranspose(channels(times-i), halve(4), weights, nil), norm(s.NormG), nn.ReLU)
		layersD = append(layersD, nn.Conv(s.Width<<i, halve(4), weights, nil), norm(s.NormD), nn.LeakyReLU(s.Slope))
	}
	layersG = append(layersG, nn.ConvTranspose(image.Shape[0], halve(4), weights, nil), nn.Tanh)
	layersD = append(layersD, nn.Linear(1, weights, nil))
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(image.Shape), layersD...)
}
