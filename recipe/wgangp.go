package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// A Critic contains the settings of the game of WGAN-GP. It is embedded in those of the
// recipes.
type Critic struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Lambda       float64 `toml:"lambda" min:"0" doc:"weight of the gradient penalty"`
	OneSided     bool    `toml:"one_sided" doc:"penalise only gradients longer than 1"`
	CriticSteps  int     `toml:"critic_steps" min:"1" max:"1000" doc:"updates of D for one of G"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	FallKimg     float64 `toml:"fall_kimg" min:"0" doc:"thousands of examples in which the learning rate falls to 0; 0: it does not fall"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`
}

// pair returns the game of networks G and D.
func (s Critic) pair(t Techniques, G, D *nn.Network, makes data.Field) Pair {
	rate := func(updatesPerRound int) optim.Schedule {
		if s.FallKimg == 0 {
			return optim.Constant(s.LearningRate)
		}
		return optim.LinearRamp(s.LearningRate, 0, 0, stepsOf(s.FallKimg, s.Batch*s.CriticSteps), updatesPerRound)
	}
	adam := adamOf(s.Beta1, s.Beta2)
	return Pair{
		G: G, D: D, Latent: Normal("z", s.Latent), Objective: objective.Wasserstein{}, Batch: s.Batch,
		Penalty:    GradientPenalty(objective.GradientPenalty{Lambda: s.Lambda, OneSided: s.OneSided}),
		OptimizerG: adam(rate(1)), OptimizerD: adam(t.RateOfD(rate(s.CriticSteps))), Average: optim.EMA{Decay: s.Average},
		Round: Alternate(s.CriticSteps), Makes: makes, Techniques: t,
	}
}

// WGANGPPoints contains the settings of WGAN-GP for points. The defaults are those of the
// authors' code. Its lambda is 0.1, not the 10 of the paper. With such a weak penalty the
// slope of D is much more than 1, and the loss of D is not a distance.
type WGANGPPoints struct {
	Critic

	Hidden      int    `toml:"hidden" min:"1" doc:"units of each of the three ReLU layers of both networks"`
	Standardise string `toml:"standardise" oneof:"auto yes no" doc:"train on points with mean 0 and standard deviation 1 in each column; samples have the units of the data. auto: if the columns have very different scales, or are large, small or far from 0"`

	Techniques
}

// WGANGP contains the settings of WGAN-GP for images with small convolutional networks.
// The authors' code has two of them:
//
//   - mnist: 28x28 pixels in [0, 1], no normalisation.
//   - cifar: 32x32 pixels in [-1, 1], with batch normalisation in G. It has twice the
//     channels and minibatches of 64.
//
// D halves the sides, rounded up, until one is 4. For other images the number of halvings
// differs. The initial values are those of the authors' code.
type WGANGP struct {
	Form string `toml:"form" oneof:"auto mnist cifar" doc:"of the networks: mnist has no normalisation and pixels in [0, 1], cifar has batch normalisation in G and pixels in [-1, 1]; auto: mnist for images of one channel"`

	Critic

	Width int     `toml:"width" min:"0" max:"65536" doc:"channels of D's first convolution, doubled at each halving; 0: 64 in the form mnist, 128 in the form cifar"`
	Slope float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`

	Techniques
}

// WGANGPResNet contains the settings of WGAN-GP with residual networks. The defaults are
// those of the authors' code for CIFAR-10 without labels. For images of other sizes, G
// has one block for each halving of the image. D halves it once less, and has two more
// blocks.
//
// As there, a byte is scaled to 2 (byte/256 - 1/2), and noise of the width of one step is
// added to it. There are two differences: a sample is converted back by the same scale,
// where the authors' code uses 255, and images have no labels.
type WGANGPResNet struct {
	Critic

	Width      int     `toml:"width" min:"1" max:"65536" doc:"channels of all feature maps"`
	BatchesG   int     `toml:"batches_g" min:"1" max:"16" doc:"minibatches of samples in an update of G"`
	Dequantise float64 `toml:"dequantise" min:"0" doc:"width of uniform noise that is added to real pixels, in the range of -1 to 1; 1/128 is one step of a byte"`

	Techniques
}

func init() {
	const source = "Gulrajani et al. 2017, Improved Training of Wasserstein GANs (arXiv 1704.00028), and the authors' code"
	Register(Recipe{
		Name:   "wgan-gp-points",
		Title:  "Wasserstein GAN with gradient penalty for points: the toy data of the paper",
		Source: source,
		Data:   "8gaussians", Takes: Points(mostValues),
		Kimg: 128_000, TickKimg: 1280, Grid: 2500, // 100,000 updates of G, and 1000
	}, WGANGPPoints{
		Critic: Critic{Batch: 256, Latent: 2, Lambda: .1, CriticSteps: 5, LearningRate: 1e-4, Beta1: .5, Beta2: .9},
		Hidden: 512, Standardise: "auto", Techniques: DefaultTechniques,
	}, WGANGPPoints.build)
	Register(Recipe{
		Name:   "wgan-gp",
		Title:  "Wasserstein GAN with gradient penalty: small convolutional networks",
		Source: source,
		Data:   "mnist", Takes: Halved(2, 256),
		Kimg: 50_000, TickKimg: 50, Grid: 100, // 200,000 updates of G, and 200
	}, WGANGP{
		Form:   "auto",
		Critic: Critic{Batch: 50, Latent: 128, Lambda: 10, CriticSteps: 5, LearningRate: 1e-4, Beta1: .5, Beta2: .9},
		Slope:  .2, Techniques: DefaultTechniques,
	}, WGANGP.build)
	Register(Recipe{
		Name:   "wgan-gp-resnet",
		Title:  "Wasserstein GAN with gradient penalty: residual networks for small photographs",
		Source: source,
		Data:   "cifar10", Takes: Halved(2, 256),
		Kimg: 32_000, TickKimg: 64, Grid: 100, // 100,000 updates of G, and 200
	}, WGANGPResNet{
		Critic: Critic{Batch: 64, Latent: 128, Lambda: 10, CriticSteps: 5, LearningRate: 2e-4, Beta1: 0, Beta2: .9, FallKimg: 32_000},
		Width:  128, BatchesG: 2, Dequantise: 1. / 128, Techniques: DefaultTechniques,
	}, WGANGPResNet.build)
}

func (s WGANGPPoints) build(points Examples) (*System, error) {
	size := points.First().Size()
	he, glorot := nn.He, nn.GlorotUniform(1)
	layers := func(out int) (all []nn.Layer) {
		for range 3 {
			all = append(all, nn.Linear(s.Hidden, he, nn.Zeros), nn.ReLU)
		}
		return append(all, nn.Linear(out, glorot, nn.Zeros))
	}
	G, D := nn.New("G", []int{s.Latent}, layers(size)...), nn.New("D", s.Packed([]int{size}), layers(1)...)
	pair := s.pair(s.Techniques, G, D, points.First())
	pair.Standard = standardOf(points, s.Standardise)
	return pair.System()
}

func (s WGANGP) build(images Examples) (*System, error) {
	image := images.First()
	mnist := s.Form == "mnist" || s.Form == "auto" && image.Shape[0] == 1
	width, norm, output, scale := s.Width, nn.Layer(nn.BatchNorm), nn.Tanh, data.Scale{Lo: -1, Hi: 1}
	if mnist {
		norm, output, scale = nn.Sequence(), nn.Sigmoid, data.Scale{Lo: 0, Hi: 1}
	}
	switch {
	case width == 0 && mnist:
		width = 64
	case width == 0:
		width = 128
	}
	maps := featureMaps(image)
	times := len(maps) - 1
	var layersD []nn.Layer
	read := s.Packed(image.Shape)[0] // channels that D's next layer reads
	smallest, channels := maps[times], width<<(times-1)
	layersG := []nn.Layer{nn.Linear(channels*smallest[0]*smallest[1], nn.GlorotUniform(1), nn.Zeros), norm, nn.Reshape(channels, smallest[0], smallest[1]), nn.ReLU}
	for i := range times {
		layersD = append(layersD, nn.Conv(width<<i, nn.Same(maps[i][0], 5, 2), heStrided(read, width<<i, 5, 2), nn.Zeros), nn.LeakyReLU(s.Slope))
		read = width << i
		next := maps[times-1-i]
		if i == times-1 {
			layersG = append(layersG, doubled(width, image.Shape[0], next)...)
			break
		}
		up := doubled(channels>>i, channels>>(i+1), next)
		layersG = append(layersG, up[0], norm, nn.ReLU, up[1])
	}
	G := nn.New("G", []int{s.Latent}, append(layersG, output)...)
	D := nn.New("D", s.Packed(image.Shape), append(layersD, nn.Linear(1, nn.GlorotUniform(1), nn.Zeros))...)
	pair := s.pair(s.Techniques, G, D, image)
	pair.Scale = scale
	return pair.System()
}

// featureMaps returns the sides of an image, and of the feature maps that strided
// convolutions make of it. Each side is half the one before, rounded up. The last map is
// the first with a side of at most 4, or the first with one even and one odd side, which
// would need two different paddings.
func featureMaps(image data.Field) [][2]int {
	h, w := image.Shape[1], image.Shape[2]
	maps := [][2]int{{h, w}}
	for min(h, w) > leastSide && h%2 == w%2 {
		h, w = (h+1)/2, (w+1)/2
		maps = append(maps, [2]int{h, w})
	}
	return maps
}

// doubled returns a transposed convolution from in to out channels that doubles the sides,
// and a layer that removes the last row and column where that is too much.
func doubled(in, out int, sides [2]int) []nn.Layer {
	return []nn.Layer{nn.ConvTranspose(out, halveSame(5), heStrided(out, in, 5, 2), nn.Zeros), cutTo(sides[0], sides[1])}
}

// heStrided draws kernels of a convolution as the authors' code does: from a uniform
// distribution with variance 4/(inputs + outputs). An output reads all elements of its
// window, and 1/stride^2 of that number of outputs read an input. For a transposed convolution,
// in and out are exchanged.
func heStrided(in, out, kernel, stride int) nn.Initializer {
	sum := float64(kernel*kernel) * (float64(in) + float64(out)/float64(stride*stride))
	return nn.Uniform(math.Sqrt(12 / sum))
}

func (s WGANGPResNet) build(images Examples) (*System, error) {
	image := images.First()
	times, sides := halvings(image)
	linear := nn.GlorotUniform(1)
	layersG := []nn.Layer{nn.Linear(s.Width*sides[0]*sides[1], linear, nn.Zeros), nn.Reshape(s.Width, sides[0], sides[1])}
	for range times {
		layersG = append(layersG, s.block(s.Width, nn.BatchNorm, nn.UpsampleNearest(2), nil))
	}
	layersG = append(layersG, nn.BatchNorm, nn.ReLU, same(image.Shape[0], 3, linear), nn.Tanh)
	half := nn.AveragePool(nn.Pool{Kernel: 2, Stride: 2})
	shape, he := s.Packed(image.Shape), heStrided(s.Width, s.Width, 3, 1)
	layersD := []nn.Layer{nn.Residual( // no ReLU before the pixels, and the skip shrinks first
		nn.Sequence(same(s.Width, 3, heStrided(shape[0], s.Width, 3, 1)), nn.ReLU, same(s.Width, 3, he), half),
		nn.Sequence(half, same(s.Width, 1, linear)))}
	for range times - 2 {
		layersD = append(layersD, s.block(s.Width, nn.Sequence(), nil, half))
	}
	layersD = append(layersD, s.block(s.Width, nn.Sequence(), nil, nil), s.block(s.Width, nn.Sequence(), nil, nil),
		nn.ReLU, nn.GlobalMean, nn.Linear(1, linear, nn.Zeros))

	pair := s.pair(s.Techniques, nn.New("G", []int{s.Latent}, layersG...), nn.New("D", shape, layersD...), image)
	pair.Scale = data.Scale{Lo: -1, Hi: 1 - 1./128}
	pair.BatchesG, pair.Dequantise = s.BatchesG, s.Dequantise
	return pair.System()
}

// block returns a residual block: normalisation, ReLU and a convolution, twice. up comes
// before the first convolution and down after the second. They are nil if they are not
// wanted. With either, there is a convolution in the skip.
func (s WGANGPResNet) block(channels int, norm, up, down nn.Layer) nn.Layer {
	var skip nn.Layer
	conv := same(channels, 3, heStrided(channels, channels, 3, 1))
	before, after := nn.Sequence(), nn.Sequence()
	if up != nil {
		before = up
	}
	if down != nil {
		after = down
	}
	if up != nil || down != nil {
		skip = nn.Sequence(before, same(channels, 1, nn.GlorotUniform(1)), after)
	}
	return nn.Residual(nn.Sequence(norm, nn.ReLU, before, conv, norm, nn.ReLU, conv, after), skip)
}

// same returns a convolution that keeps the sides of an image.
func same(channels, kernel int, weights nn.Initializer) nn.Layer {
	return nn.Conv(channels, nn.Window{Kernel: kernel, Stride: 1, Pad: kernel / 2}, weights, nn.Zeros)
}
