package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// Targets contains the objective of LSGAN: the numbers that D and G aim for. The paper
// uses (a, b, c) = (0, 1, 1) and (-1, 1, 0).
type Targets struct {
	Objective string  `toml:"objective" oneof:"least-squares non-saturating" doc:"least-squares, or the non-saturating cross-entropy of 2014, with which the paper compares"`
	A         float64 `toml:"a" doc:"D's target for generated examples"`
	B         float64 `toml:"b" doc:"D's target for real examples"`
	C         float64 `toml:"c" doc:"G's target: the score that it wants for generated examples"`
}

func (s Targets) objective() objective.Adversarial {
	if s.Objective == "non-saturating" {
		return objective.NonSaturating{}
	}
	return objective.LeastSquares{A: s.A, B: s.B, C: s.C}
}

// LSGAN contains the settings of the least-squares GAN for images. The defaults are those
// of the authors' code, which has three forms of the networks:
//
//   - vgg: G has further convolutions that keep the size. This is for images of 112x112.
//   - dcgan: G mirrors D. This is for the comparison of stability, on images of 64x64,
//     with norm = g, norm = d or norm = none. There the learning rate is 2e-4.
//   - characters: for many classes, such as the 3740 Chinese characters of the paper, on
//     images of 28x28 with pixels in [0, 1]. Each network has a linear layer that maps the class to
//     a short vector. G reads the vector together with z, and D in each layer but the first. The
//     images are halved twice. There the learning rate is 2e-4.
//
// In the comparison without any batch normalisation, the authors use RMSProp with
// (a, b, c) = (-1, 1, 0).
//
// For images of other sizes, vgg and dcgan have more or fewer steps that double the size.
// There is one difference: the authors' code uses the same z for the updates of D and of G.
type LSGAN struct {
	Form         string  `toml:"form" oneof:"vgg dcgan characters" doc:"of the networks: in vgg G has further convolutions that keep the size, in dcgan it mirrors D, in characters both read the class"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, uniform in [-1, 1]"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels of D's first convolution; the others are multiples of it"`
	Label        int     `toml:"label" min:"1" doc:"dimensions of the vector of the class in the form characters"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of D's hidden layer in the form characters"`
	Norm         string  `toml:"norm" oneof:"both g d none" doc:"which networks have batch normalisation"`
	Slope        float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`
	Weights      float64 `toml:"weights" above:"0" doc:"standard deviation of the weights at first"`
	Optimizer    string  `toml:"optimizer" oneof:"adam rmsprop" doc:"of both players; RMSProp is that of TensorFlow, with decay 0.9"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of Adam"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Targets
	Techniques
}

func init() {
	Register(Recipe{
		Name:   "lsgan",
		Title:  "least-squares GAN for images",
		Source: "Mao et al. 2017, Least Squares Generative Adversarial Networks (arXiv 1611.04076), and the authors' code",
		Data:   "mnist", Takes: Halved(2, 256),
		Kimg: 12_000, TickKimg: 60, Grid: 100,
	}, LSGAN{
		Form: "vgg", Batch: 64, Latent: 1024, Width: 64, Label: 256, Hidden: 1024, Norm: "both", Slope: .2, Weights: .02,
		Optimizer: "adam", LearningRate: 1e-3, Beta1: .5, Beta2: .999, K: 1,
		Targets: Targets{"least-squares", 0, 1, 1}, Techniques: DefaultTechniques,
	}, LSGAN.build)
}

func (s LSGAN) build(images Examples) (*System, error) {
	image := images.First()
	optimizer := func(rate optim.Schedule) optim.Optimizer {
		if s.Optimizer == "rmsprop" {
			return optim.RMSProp{LearningRate: rate, Decay: .9, Epsilon: 1e-10, EpsilonInside: true, StartAtOne: true}
		}
		return optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	}
	rate := optim.Constant(s.LearningRate)
	G, D, scale := s.generator(image), s.discriminator(image), data.Scale{Lo: -1, Hi: 1}
	var given []Condition
	if s.Form == "characters" {
		label, ok := images.Field(data.ClassField)
		if !ok {
			return nil, hint.Add(fmt.Errorf("form = characters, and dataset %s has no labels", images.Name), "--set form=vgg or form=dcgan")
		}
		given, scale = []Condition{{Field: label}}, data.Scale{Lo: 0, Hi: 1}
		G, D = s.characters(image, label)
	}
	return Pair{
		G: G, D: D, Latent: Uniform("z", -1, 1, s.Latent), Given: given,
		Objective: s.objective(), Batch: s.Batch,
		OptimizerG: optimizer(rate), OptimizerD: optimizer(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: Alternate(s.K),
		Makes: image, Scale: scale, Techniques: s.Techniques,
	}.System()
}

// normIf returns batch normalisation, or no layer.
func normIf(wanted bool) nn.Layer {
	if wanted {
		return nn.BatchNorm
	}
	return nn.Sequence()
}

// generator returns G. The sides of its first feature maps are those of the image, halved
// as often as possible.
func (s LSGAN) generator(image data.Field) *nn.Network {
	times, sides := halvings(image)
	norm := normIf(s.Norm == "both" || s.Norm == "g")
	channels, kernel := s.Width<<2, 3
	if s.Form == "dcgan" {
		channels, kernel = s.Width<<(times-1), 5
	}
	up := func(channels int) []nn.Layer {
		return []nn.Layer{nn.ConvTranspose(channels, halveSame(kernel), nn.Normal(s.Weights), nn.Zeros), norm, nn.ReLU}
	}
	keep := nn.Window{Kernel: 3, Stride: 1, Pad: 1}
	layers := []nn.Layer{nn.Linear(channels*sides[0]*sides[1], nn.Normal(s.Weights), nn.Zeros),
		nn.Reshape(channels, sides[0], sides[1]), norm, nn.ReLU}
	for left := times - 1; left >= 0; left-- { // the number of doublings after this one
		switch {
		case s.Form == "dcgan" && left > 0:
			layers = append(layers, up(s.Width<<(left-1))...)
		case s.Form == "dcgan":
			layers = append(layers, nn.ConvTranspose(image.Shape[0], halveSame(kernel), nn.Normal(s.Weights), nn.Zeros))
		case left >= 2:
			layers = append(append(layers, up(channels)...), nn.ConvTranspose(channels, keep, nn.Normal(s.Weights), nn.Zeros), norm, nn.ReLU)
		default: // the last two have 2 and 1 times the width
			layers = append(layers, up(s.Width<<left)...)
		}
	}
	if s.Form == "vgg" {
		layers = append(layers, nn.ConvTranspose(image.Shape[0], keep, nn.Normal(s.Weights), nn.Zeros))
	}
	return nn.New("G", []int{s.Latent}, append(layers, nn.Tanh)...)
}

// discriminator returns D.
func (s LSGAN) discriminator(image data.Field) *nn.Network {
	times, _ := halvings(image)
	norm := normIf(s.Norm == "both" || s.Norm == "d")
	var layers []nn.Layer
	for i := range times {
		layers = append(layers, nn.Conv(s.Width<<i, halveSame(5), nn.TruncatedNormal(s.Weights), nn.Zeros))
		if i > 0 {
			layers = append(layers, norm)
		}
		layers = append(layers, nn.LeakyReLU(s.Slope))
	}
	return nn.New("D", s.Packed(image.Shape), append(layers, nn.Linear(1, nn.Normal(s.Weights), nn.Zeros))...)
}

// characters returns the networks of the form characters.
func (s LSGAN) characters(image, label data.Field) (G, D *nn.Network) {
	height, width := image.Shape[1]/4, image.Shape[2]/4
	weights, normG, normD := nn.Normal(s.Weights), normIf(s.Norm == "both" || s.Norm == "g"), normIf(s.Norm == "both" || s.Norm == "d")
	linear := func(units int) nn.Layer { return nn.Linear(units, weights, nn.Zeros) }
	up := func(channels int) nn.Layer { return nn.ConvTranspose(channels, halveSame(5), weights, nn.Zeros) }
	down := func(channels int) nn.Layer {
		return nn.Conv(channels, halveSame(5), nn.TruncatedNormal(s.Weights), nn.Zeros)
	}
	class := nn.Class(label.Name)
	G = nn.New("G", []int{s.Latent},
		nn.Concat(class, nn.OneHot(label.Classes), linear(s.Label)),
		linear(2*s.Width*height*width), normG, nn.ReLU, nn.Reshape(2*s.Width, height, width),
		up(2*s.Width), normG, nn.ReLU, up(image.Shape[0]), nn.Sigmoid)
	with := nn.Concat(nn.Vector("label", s.Label))
	D = nn.New("D", image.Shape, nn.Derive("label", class, nn.Sequence(nn.OneHot(label.Classes), linear(s.Label)),
		down(image.Shape[0]+s.Label), nn.LeakyReLU(s.Slope), with,
		down(s.Width+s.Label), normD, nn.LeakyReLU(s.Slope), nn.Reshape((s.Width+s.Label)*height*width), with,
		linear(s.Hidden), normD, nn.LeakyReLU(s.Slope), with, linear(1)))
	return G, D
}

// LSGANPoints contains the settings of the experiment of LSGAN on points. The defaults
// are those of the authors' code for a mixture of Gaussians on a ring. The authors'
// networks are those of unrolled GANs (Metz et al. 2017).
//
// The authors' loss is a sum over the minibatch, here it is a mean. Adam does not depend
// on this factor, except for its epsilon.
type LSGANPoints struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each of the two tanh layers of both networks"`
	Gain         float64 `toml:"gain" above:"0" doc:"factor of the orthogonal initial weights"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of G's Adam; rate_d is the factor for D"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Simultaneous bool    `toml:"simultaneous" doc:"both players move from one forward pass; otherwise k updates of D, then one of G"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G, when not simultaneous"`
	Standardise  string  `toml:"standardise" oneof:"auto yes no" doc:"train on points with mean 0 and standard deviation 1 in each column; samples have the units of the data. auto: if the columns have very different scales, or are large, small or far from 0"`

	Targets
	Techniques
}

func init() {
	techniques := DefaultTechniques
	techniques.RateD = .1 // D's learning rate is 1e-4
	Register(Recipe{
		Name:   "lsgan-points",
		Title:  "least-squares GAN for points: the ring of Gaussians",
		Source: "Mao et al. 2017, Least Squares Generative Adversarial Networks (arXiv 1611.04076), Figure 7, and the authors' code",
		Data:   "ring8", Takes: Points(mostValues),
		Kimg: 17_920, TickKimg: 1280, Grid: 2500, // 35,000 rounds, and 2500
	}, LSGANPoints{
		Batch: 512, Latent: 256, Hidden: 128, Gain: 1.4, LearningRate: 1e-3, Beta1: .5, Beta2: .999,
		Simultaneous: true, K: 1, Standardise: "auto",
		Targets: Targets{"least-squares", 0, 1, 1}, Techniques: techniques,
	}, LSGANPoints.build)
}

func (s LSGANPoints) build(points Examples) (*System, error) {
	size := points.First().Size()
	weights := nn.Orthogonal(s.Gain)
	layers := func(out int) []nn.Layer {
		linear := nn.Linear(s.Hidden, weights, nn.Zeros)
		return []nn.Layer{linear, nn.Tanh, linear, nn.Tanh, nn.Linear(out, weights, nn.Zeros)}
	}
	adam := adamOf(s.Beta1, s.Beta2)
	rate := optim.Constant(s.LearningRate)
	return Pair{
		G: nn.New("G", []int{s.Latent}, layers(size)...), D: nn.New("D", s.Packed([]int{size}), layers(1)...),
		Latent: Normal("z", s.Latent), Objective: s.objective(), Batch: s.Batch,
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)),
		Round: roundOf(s.Simultaneous, s.K),
		Makes: points.First(), Standard: standardOf(points, s.Standardise), Techniques: s.Techniques,
	}.System()
}
