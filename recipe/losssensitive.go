package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// LossSensitive contains the settings of the loss-sensitive GAN. D gives each image a
// loss L(x). The loss of a generated image must exceed that of a real image by a margin,
// which grows with the distance of the two. The published programs differ:
//
//	                LS-GAN   GLS-GAN   CLS-GAN
//	conditional     no       no        yes
//	nonnegative     yes      no        no
//	slope           0        .5        0
//	clip            0        .04       0
//	gamma           0        0         1
//	margin          2e-4     2e-4      8e-4
//	noise           uniform  uniform   normal
//	learning_rate   1e-4     1e-4      1e-3
//
// The defaults are those of LS-GAN. Its networks are those of DCGAN for 64 pixels. In
// CLS-GAN D is a classifier, and L(x) is -log of the probability that D gives to the
// class of x; D's loss contains that of the classifier. It is for 32 pixels.
//
// There are two differences. G moves with new samples; in the published programs it moves
// with those of D's update. And samples use running statistics of batch normalisation.
type LossSensitive struct {
	Conditional  string  `toml:"conditional" oneof:"yes no" doc:"yes: D is a classifier, and both networks read the class (CLS-GAN)"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"uniform normal sphere" doc:"distribution of z: U(-1, 1), standard normal, or the sphere on which each number has variance 1"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels of D's first convolution, doubled at each halving"`
	Nonnegative  bool    `toml:"nonnegative" doc:"D ends with a ReLU, so that L(x) is at least 0; without classes only"`
	Slope        float64 `toml:"slope" min:"-1" max:"1" doc:"nu in max(a, nu a), applied to the margin that is missing: 0 is LS-GAN; other values are GLS-GAN, up to 1, WGAN"`
	Clip         float64 `toml:"clip" min:"0" doc:"limit of all parameters of D, also of its batch normalisation; 0: none"`
	Gamma        float64 `toml:"gamma" min:"0" doc:"weight of the mean of L(x) in D's loss"`
	Margin       float64 `toml:"margin" min:"0" doc:"margin for each unit of the sum of |x - G(z)| over all values of an image; smaller images need a larger one: the sum has 16 times fewer values at 28x28 grey than at 64x64 in colour"`
	Leak         float64 `toml:"leak" min:"0" max:"1" doc:"slope of D's leaky ReLU"`
	Weights      float64 `toml:"weights" above:"0" doc:"standard deviation of the initial weights, and of the initial scales of the normalisation around 1"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	L2           float64 `toml:"l2" min:"0" doc:"weight decay, added to the gradients of D"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "loss-sensitive",
		Title:  "D's loss of a real image must be below that of a generated one by a margin (LS-GAN, GLS-GAN, CLS-GAN)",
		Source: "Qi 2017, Loss-Sensitive Generative Adversarial Networks on Lipschitz Densities (arXiv 1701.06264), and the published programs",
		Data:   "cifar10", Takes: Halved(2, 256),
		Kimg: 5000, TickKimg: 50, Grid: 100, // 25 epochs of CelebA
	}, LossSensitive{
		Conditional: "no", Batch: 64, Latent: 100, Noise: "uniform", Width: 64, Nonnegative: true, Margin: 2e-4, Leak: .2, Weights: .02,
		LearningRate: 1e-4, Beta1: .5, Beta2: .999, K: 1,
		Techniques: DefaultTechniques,
	}, LossSensitive.build)
}

func (s LossSensitive) build(images Examples) (*System, error) {
	given, err := labelOf(images, s.Conditional, false)
	if err != nil {
		return nil, err
	}
	adam := adamOf(s.Beta1, s.Beta2)
	rate := optim.Constant(s.LearningRate)
	ofD := optim.L2(adam(s.RateOfD(rate)), s.L2)
	if s.Clip > 0 {
		ofD = optim.ClipWeights(ofD, s.Clip)
	}
	G, D := s.networks(images.First(), given)
	return Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Given: given,
		Objective:   objective.LossSensitive{Gamma: s.Gamma, Slope: s.Slope},
		ObjectiveOf: s.objectiveOf,
		Batch:       s.Batch, OptimizerG: adam(rate), OptimizerD: ofD, Average: optim.EMA{Decay: s.Average}, Round: Alternate(s.K),
		Makes: images.First(), Scale: data.Scale{Lo: -1, Hi: 1}, Techniques: s.Techniques,
	}.System()
}

// objectiveOf returns the objective of a play, with the margins of its examples.
func (s LossSensitive) objectiveOf(x, made *tensor.Tensor) objective.Adversarial {
	return objective.LossSensitive{Gamma: s.Gamma, Slope: s.Slope, Margin: objective.Margin(s.Margin, x, made)}
}

// networks returns G, and D with the output L(x).
func (s LossSensitive) networks(image data.Field, given []Condition) (G, D *nn.Network) {
	times, sides := halvings(image)
	weights := nn.Normal(s.Weights)
	norm := batchNormAround1(s.Weights)
	channels := s.Width << (times - 1)

	var layersG []nn.Layer
	if len(given) > 0 {
		layersG = append(layersG, nn.Concat(nn.Class(given[0].Name), nn.OneHot(given[0].Classes)))
	}
	layersG = append(layersG, nn.Linear(channels*sides[0]*sides[1], weights, nil), nn.Reshape(channels, sides[0], sides[1]), norm, nn.ReLU)
	for i := range times - 1 {
		layersG = append(layersG, nn.ConvTranspose(s.Width<<(times-2-i), halve(4), weights, nil), norm, nn.ReLU)
	}
	layersG = append(layersG, nn.ConvTranspose(image.Shape[0], halve(4), weights, nil), nn.Tanh)

	layersD := s.halvingD(times, len(given) > 0, norm)
	if len(given) > 0 {
		layersD = append(layersD, nn.Linear(given[0].Classes, weights, nil), minusLogOf(given[0]))
	} else {
		layersD = append(layersD, nn.Linear(1, weights, nil))
		if s.Nonnegative {
			layersD = append(layersD, nn.ReLU)
		}
	}
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(image.Shape), layersD...)
}

// halvingD returns the convolutions of D. The classifier has another convolution after
// each that halves the maps.
func (s LossSensitive) halvingD(times int, classifier bool, norm nn.Layer) (layersD []nn.Layer) {
	weights := nn.Normal(s.Weights)
	for i := range times {
		layersD = append(layersD, nn.Conv(s.Width<<i, halve(4), weights, nil))
		if i > 0 {
			layersD = append(layersD, norm)
		}
		layersD = append(layersD, nn.LeakyReLU(s.Leak))
		if classifier {
			layersD = append(layersD, nn.Conv(s.Width<<i, nn.Window{Kernel: 3, Stride: 1, Pad: 1}, weights, nil), norm, nn.LeakyReLU(s.Leak))
		}
	}
	return layersD
}

// minusLogOf converts the outputs of a classifier to -log of the probability of the class
// of the example: [classes] to [1].
func minusLogOf(class Condition) nn.Layer {
	all := nn.Each(func(x *tensor.Tensor) *tensor.Tensor { return x.LogSumExp(1).Reshape(-1, 1) })
	chosen := nn.Sequence(nn.Product(nn.Sequence(), nn.Given(nn.Class(class.Name), nn.OneHot(class.Classes))),
		nn.Each(func(x *tensor.Tensor) *tensor.Tensor { return x.SumPerExample().Reshape(-1, 1).Neg() }))
	return nn.Sum(all, chosen)
}
