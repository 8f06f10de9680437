package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// SNGAN contains the settings of the GAN with spectral normalisation of D. It has two
// forms of the networks, those of Table 3 (standard) and Table 4 (resnet) of the paper.
//
// The paper trains the standard networks with six settings of Adam; C is the default.
// All train G 100,000 times.
//
//	                 A     B     C     D     E     F     resnet
//	learning_rate    1e-4  1e-4  2e-4  1e-3  1e-3  1e-3  2e-4, falls to 0
//	beta1            .5    .5    .5    .5    .5    .9    0
//	beta2            .9    .999  .999  .9    .999  .999  .9
//	k                5     1     1     5     5     5     5
//
// As in the authors' code, G moves first in each round, the pixels of real images get
// uniform noise within a grey level, and G begins with new samples.
//
// There are three differences. In the authors' code of resnet, G moves with 128 samples as
// one minibatch; here these are two minibatches, which batch normalisation treats
// separately. And there the vectors of the power iteration also change when G moves. Here
// D's scores of samples are divided by the same estimate when G moves, but the vectors are
// stored only when D moves. And the vectors begin near the right ones, see
// [nn.SpectralNorm].
type SNGAN struct {
	Form         string  `toml:"form" oneof:"standard resnet" doc:"of the networks: standard convolutions (Table 3) or residual blocks (Table 4)"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	BatchesG     int     `toml:"batches_g" min:"0" doc:"minibatches of samples in an update of G; 0: 1 in the form standard, 2 in the form resnet"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Width        int     `toml:"width" min:"0" max:"65536" doc:"channels of D's first block; 0: 64 in the form standard, 128 in the form resnet"`
	Objective    string  `toml:"objective" oneof:"hinge non-saturating" doc:"hinge or cross entropy (non-saturating)"`
	Slope        float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU in the form standard"`
	PowerSteps   int     `toml:"power_steps" min:"1" max:"100" doc:"steps of power iteration in each application of D; 1, as published"`
	Epsilon      float64 `toml:"epsilon" above:"0" doc:"added to the variance in G's batch normalisation"`
	Dequantise   bool    `toml:"dequantise" doc:"add noise to the pixels of real images, uniform within a grey level"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	FallKimg     float64 `toml:"fall_kimg" min:"0" doc:"thousands of examples in which the learning rate falls to 0; 0: it does not fall. The published resnet: 100,000 updates of G"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "sngan",
		Title:  "D with spectral normalisation and the hinge loss; convolutions or residual blocks",
		Source: "Miyato et al. 2018, Spectral Normalization for Generative Adversarial Networks (arXiv 1802.05957), Tables 3 and 4, and the authors' code",
		Data:   "cifar10", Takes: Halved(2, 256),
		Kimg: 6400, TickKimg: 50, Grid: 100, // 100,000 updates of G
	}, SNGAN{
		Form: "standard", Batch: 64, Latent: 128, Objective: "hinge", Slope: .1, PowerSteps: 1, Epsilon: 2e-5, Dequantise: true,
		LearningRate: 2e-4, Beta1: .5, Beta2: .999, K: 1,
		Techniques: DefaultTechniques,
	}, SNGAN.build)
}

func (s SNGAN) build(images Examples) (*System, error) {
	image := images.First()
	layersG, layersD := s.standard(image)
	if s.Form == "resnet" {
		layersG, layersD = s.resnet(image)
	}
	rate := func(updates int) optim.Schedule { // of a player with this number of updates in a round
		if s.FallKimg == 0 {
			return optim.Constant(s.LearningRate)
		}
		return optim.LinearRamp(s.LearningRate, 0, 0, max(1, updates*stepsOf(s.FallKimg, s.Batch*s.K)), 1)
	}
	adam := adamOf(s.Beta1, s.Beta2)
	scale, noise := data.Scale{Lo: -1, Hi: 1}, 0.
	if s.Dequantise { // grey level v is v/128 - 1 + U(0, 1/128)
		scale, noise = data.Scale{Lo: -1, Hi: 255./128 - 1}, 1./128
	}
	batchesG := s.BatchesG
	if batchesG == 0 && s.Form == "resnet" {
		batchesG = 2
	}
	goal := objective.Adversarial(objective.Hinge{})
	if s.Objective != "hinge" {
		goal = objectives[s.Objective]
	}
	return Pair{
		G: nn.New("G", []int{s.Latent}, layersG...), D: nn.New("D", s.Packed(image.Shape), layersD...),
		Latent: Normal("z", s.Latent), Objective: goal, Batch: s.Batch,
		OptimizerG: adam(rate(1)), OptimizerD: adam(s.RateOfD(rate(s.K))), Average: optim.EMA{Decay: s.Average},
		Round: GeneratorFirst(s.K), BatchesG: batchesG, Dequantise: noise,
		Makes: image, Scale: scale, Techniques: s.Techniques,
	}.System()
}

// snTimes returns how often G doubles the sides of its first maps: three times, as
// published, or twice if the sides of the image are not multiples of 8.
func snTimes(image data.Field) int {
	n, _ := halvings(image)
	return min(n, 3)
}

func (s SNGAN) normalised(layer nn.Layer) nn.Layer { return nn.SpectralNormSteps(s.PowerSteps, layer) }

func (s SNGAN) batchNorm() nn.Layer {
	return nn.BatchNormWith(nn.BatchNormOptions{Epsilon: s.Epsilon, Momentum: .1, Scale: nn.Constant(1), Shift: nn.Zeros})
}

// first returns the first layers of G: maps before their sides are doubled.
func (s SNGAN) first(image data.Field, channels int) []nn.Layer {
	times := snTimes(image)
	height, width := image.Shape[1]>>times, image.Shape[2]>>times
	return []nn.Layer{nn.Linear(channels*height*width, nn.GlorotUniform(1), nn.Zeros), nn.Reshape(channels, height, width)}
}

// standard returns the layers of Table 3.
func (s SNGAN) standard(image data.Field) (layersG, layersD []nn.Layer) {
	times, width, glorot := snTimes(image), s.Width, nn.GlorotUniform(1)
	if width == 0 {
		width = 64
	}
	double := nn.Window{Kernel: 4, Stride: 2, Pad: 1}
	same := nn.Window{Kernel: 3, Stride: 1, Pad: 1}
	layersG = s.first(image, width<<times)
	for i := range times {
		layersG = append(layersG, nn.ConvTranspose(width<<(times-1-i), double, glorot, nn.Zeros), s.batchNorm(), nn.ReLU)
		layersD = append(layersD, s.normalised(nn.Conv(width<<i, same, glorot, nn.Zeros)), nn.LeakyReLU(s.Slope),
			s.normalised(nn.Conv(width<<i, double, glorot, nn.Zeros)), nn.LeakyReLU(s.Slope))
	}
	layersG = append(layersG, nn.Conv(image.Shape[0], same, glorot, nn.Zeros), nn.Tanh)
	layersD = append(layersD, s.normalised(nn.Conv(width<<times, same, glorot, nn.Zeros)), nn.LeakyReLU(s.Slope),
		s.normalised(nn.Linear(1, glorot, nn.Zeros)))
	return layersG, layersD
}

// resnet returns the layers of Table 4.
func (s SNGAN) resnet(image data.Field) (layersG, layersD []nn.Layer) {
	width, glorot, inBranch := s.Width, nn.GlorotUniform(1), nn.GlorotUniform(math.Sqrt2)
	if width == 0 {
		width = 128
	}
	same, point := nn.Window{Kernel: 3, Stride: 1, Pad: 1}, nn.Window{Kernel: 1, Stride: 1}
	up, down := nn.UpsampleNearest(2), nn.AveragePool(nn.Pool{Kernel: 2, Stride: 2})

	layersG = s.first(image, 2*width)
	for range snTimes(image) {
		layersG = append(layersG, nn.Residual(
			nn.Sequence(s.batchNorm(), nn.ReLU, up, nn.Conv(2*width, same, inBranch, nn.Zeros),
				s.batchNorm(), nn.ReLU, nn.Conv(2*width, same, inBranch, nn.Zeros)),
			nn.Sequence(up, nn.Conv(2*width, point, glorot, nn.Zeros))))
	}
	layersG = append(layersG, s.batchNorm(), nn.ReLU, nn.Conv(image.Shape[0], same, glorot, nn.Zeros), nn.Tanh)

	conv := func(w nn.Window, init nn.Initializer) nn.Layer {
		return s.normalised(nn.Conv(width, w, init, nn.Zeros))
	}
	branch := nn.Sequence(conv(same, inBranch), nn.ReLU, conv(same, inBranch))
	layersD = []nn.Layer{
		nn.Residual(nn.Sequence(branch, down), nn.Sequence(down, conv(point, glorot))),
		nn.Residual(nn.Sequence(nn.ReLU, branch, down), nn.Sequence(conv(point, glorot), down)),
		nn.Residual(nn.Sequence(nn.ReLU, branch), nil),
		nn.Residual(nn.Sequence(nn.ReLU, branch), nil),
		nn.ReLU, nn.GlobalSum, s.normalised(nn.Linear(1, glorot, nil)),
	}
	return layersG, layersD
}
