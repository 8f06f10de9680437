package recipe

import (
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// ImageGAN contains the settings of the recipe for people's own pictures. It is the
// objective of R3GAN: the relativistic pairing loss with the gradient penalties R1 and
// R2, no normalisation, and a moving average of G. The networks are chosen for training
// in minutes on a processor: one strided convolution for each halving, and no layer on
// feature maps of the full size except the first of D and the last of G. With blocks
// above 0, each size of feature maps also has residual blocks of R3GAN.
// docs/results/images compares the choices.
//
// Images of other sides than 4 * 2^n are padded for D, and cut from larger ones for G.
type ImageGAN struct {
	Conditional  string  `toml:"conditional" oneof:"auto yes no" doc:"whether both networks read the class; auto: if the data have labels"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"uniform normal sphere" doc:"distribution of z: U(-1, 1), standard normal, or the sphere on which each number has variance 1"`
	Width        int     `toml:"width" min:"0" doc:"channels of the largest feature maps, doubled at each halving; 0: 32 for images up to 32 pixels, 16 up to 128, otherwise 8"`
	MostWidth    int     `toml:"most_width" min:"1" doc:"greatest number of channels"`
	Blocks       int     `toml:"blocks" min:"0" max:"16" doc:"residual blocks for each size of feature maps; 0 was best at equal time on a processor"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam for images of up to 32x32 pixels; for larger ones it is divided by their side, in units of 32"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam; beta1 is 0"`
	Gamma        float64 `toml:"gamma" min:"0" doc:"strength of the gradient penalties R1 and R2 for images of 32x32 pixels; it grows with the number of pixels"`
	AverageKimg  float64 `toml:"average_kimg" min:"0" doc:"half-life of the moving average of G that samples are drawn from, in thousands of images; 0: none"`

	Techniques
}

func init() {
	techniques := DefaultTechniques
	techniques.Augment = "auto"
	Register(Recipe{
		Name:   "images",
		Title:  "pictures of any kind, from 16 to 256 pixels: the default for a folder of pictures",
		Source: "the objective of Huang et al. 2024, R3GAN (arXiv 2501.05441), on strided convolutions as in Radford et al. 2016; for small sets DiffAugment (Zhao et al. 2020), adaptively (Karras et al. 2020)",
		Data:   "mnist", Takes: sides(leastImage, mostImage),
		Kimg: 1000, TickKimg: 10, Grid: 64,
	}, ImageGAN{
		Conditional: "auto", Batch: 32, Latent: 64, Noise: "normal", MostWidth: 256,
		LearningRate: 1e-3, Beta2: .99, Gamma: .3, AverageKimg: 5,
		Techniques: techniques,
	}, ImageGAN.build)
}

// The least and the greatest side of the images of the recipe.
const (
	leastImage = 16
	mostImage  = 256
)

// fewImages is the number of training images below which they are augmented by default,
// adaptively: only as much as D overfits.
const fewImages = 10_000

func (s ImageGAN) build(images Examples) (*System, error) {
	image := images.First()
	given, err := labelOf(images, s.Conditional, true)
	if err != nil {
		return nil, err
	}
	if s.Augment == "auto" {
		s.Augment = ""
		if images.Epoch < fewImages {
			s.Augment, s.ADA = "color,translation,cutout", true
		}
	}
	G, D := s.networks(image, given)
	adam := func(rate optim.Schedule) optim.Optimizer {
		return optim.Adam{LearningRate: rate, Beta1: 0, Beta2: s.Beta2, Epsilon: 1e-8}
	}
	area := float64(image.Shape[1]*image.Shape[2]) / (32 * 32)
	rate := optim.Constant(s.LearningRate / math.Sqrt(max(area, 1)))
	zeroCentred := objective.R1{Gamma: s.Gamma * area}
	pair := Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Given: given,
		Objective: objective.Relativistic{}, Batch: s.Batch,
		Penalty: func(_ *game.Trace, p *Play) *tensor.Tensor {
			return zeroCentred.At(p.Real, p.X).Add(zeroCentred.At(p.Fake, p.Made))
		},
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)),
		Makes: image, Scale: data.Scale{Lo: -1, Hi: 1}, Techniques: s.Techniques,
	}
	if s.AverageKimg > 0 {
		half := s.AverageKimg * 1000 / float64(s.Batch)
		pair.Average = optim.EMA{Decay: optim.HalfLife(half), RampUp: optim.LinearRamp(0, 1, 0, int(20*half), 1)}
	}
	return pair.System()
}

// networks returns G and D.
func (s ImageGAN) networks(image data.Field, given []Condition) (G, D *nn.Network) {
	channels, height, width := image.Shape[0], image.Shape[1], image.Shape[2]
	times := int(math.Log2(float64(min(height, width)) / leastSide))
	multiple := 1 << times
	least := []int{(height + multiple - 1) / multiple, (width + multiple - 1) / multiple}
	weights, last := nn.FanInNormal(math.Sqrt2), nn.FanInNormal(1)
	resize := nn.Window{Kernel: 4, Stride: 2, Pad: 1}
	activation := nn.LeakyReLU(.2)
	top := s.channels(image, times-1)
	first := nn.Sequence(nn.Linear(top*least[0]*least[1], last, nn.Zeros), nn.Reshape(top, least[0], least[1]), activation)
	score := nn.Linear(1, last, nn.Zeros)
	if len(given) > 0 { // G reads the class with z; D's score has a projection on a vector of the class (Miyato and Koyama 2018)
		class := nn.Class(given[0].Name)
		first = nn.Sequence(nn.Concat(class, nn.OneHot(given[0].Classes)), first)
		vector := nn.Given(class, nn.Embedding(given[0].Classes, top*least[0]*least[1], last))
		score = nn.Sum(score, nn.Sequence(nn.Product(nn.Sequence(), vector), nn.Each(meanOfUnits)))
	}

	inG, inD := []nn.Layer{first}, []nn.Layer{padTo(least[0]*multiple, least[1]*multiple)}
	for i := range times {
		c := s.channels(image, i)
		inD = append(inD, nn.Conv(c, resize, weights, nn.Zeros), activation)
		mirrored := s.channels(image, times-1-i)
		for range s.Blocks {
			inD = append(inD, bottleneck(c, groupsOf16(c), s.Blocks*times))
			inG = append(inG, bottleneck(mirrored, groupsOf16(mirrored), s.Blocks*times))
		}
		if i < times-1 {
			inG = append(inG, nn.ConvTranspose(s.channels(image, times-2-i), resize, weights, nn.Zeros), activation)
		}
	}
	inG = append(inG, nn.ConvTranspose(channels, resize, last, nn.Zeros), cutTo(height, width))
	inD = append(inD, nn.Reshape(top*least[0]*least[1]), score)
	return nn.New("G", []int{s.Latent}, inG...), nn.New("D", s.Packed(image.Shape), inD...)
}

// channels returns the number of channels after the given number of halvings, less 1.
func (s ImageGAN) channels(image data.Field, halvings int) int {
	width := s.Width
	if width == 0 {
		switch side := slices.Max(image.Shape[1:]); {
		case side <= 32:
			width = 32
		case side <= 128:
			width = 16
		default:
			width = 8
		}
	}
	return min(width<<halvings, max(s.MostWidth, width))
}

// groupsOf16 returns the number of groups of 16 channels in a [bottleneck], which has twice
// the given number of channels. If 16 does not divide it, there is one group.
func groupsOf16(channels int) int {
	if channels%8 != 0 {
		return 1
	}
	return channels / 8
}
