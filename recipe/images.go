package recipe

import (
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
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
	Width        int     `toml:"width" min:"0" max:"65536" doc:"channels of the largest feature maps, doubled at each halving; 0: 32 for images up to 32 pixels, 16 up to 128, otherwise 8"`
	MostWidth    int     `toml:"most_width" min:"1" max:"65536" doc:"greatest number of channels"`
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
	G, D := strided{latent: s.Latent, width: s.widthOf(image), most: s.MostWidth, blocks: s.Blocks, seen: s.Packed(image.Shape)}.networks(image, given)
	adam := adamOf(0, s.Beta2)
	area := float64(image.Shape[1]*image.Shape[2]) / (32 * 32)
	rate := optim.Constant(s.LearningRate / math.Sqrt(max(area, 1)))
	pair := Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Given: given,
		Objective: objective.Relativistic{}, Penalty: R1AndR2(s.Gamma * area), Batch: s.Batch,
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)), Average: averageOf(s.AverageKimg, s.Batch),
		Makes: image, Scale: data.Scale{Lo: -1, Hi: 1}, Techniques: s.Techniques,
	}
	return pair.System()
}

// widthOf returns the channels of the largest feature maps.
func (s ImageGAN) widthOf(image data.Field) int {
	switch side := slices.Max(image.Shape[1:]); {
	case s.Width > 0:
		return s.Width
	case side <= 32:
		return 32
	case side <= 128:
		return 16
	}
	return 8
}
