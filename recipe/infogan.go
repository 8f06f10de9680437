package recipe

import (
	"errors"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// InfoGAN contains the settings of InfoGAN. G reads latent codes c1, c2, ... with z, and Q
// finds them again in samples: a lower bound I of the mutual information of the codes and
// the samples is added to the GAN, with -lambda I in the losses of both players:
//
//	L_D = -E[log D(x)] - E[log(1 - D(G(z, c)))] - lambda I
//	L_G = -E[log D(G(z, c))] - lambda I
//
// Q has the layers of D except for the last ones, and D's optimiser changes it. Here they
// are one network, D, and its further outputs are those of Q: logits of the categories, and
// two numbers, mean and log-variance, for each continuous code. I of each code is recorded.
// That of a continuous code is at most 1/6; see [objective.GaussianInformation].
//
// The numbers are those of the authors' code for MNIST. Its slope is .01; that of the paper
// is .1. Three things differ. The code adds 1e-8 to the arguments of logarithms.
// Samples use running statistics of batch normalisation. And an image is halved as often as
// its sides allow; MNIST twice.
//
// As published, D's batch normalisation has separate statistics for real examples and for
// samples. Then Q can read the codes from contrasts of samples that are too small to be seen:
// samples were grey or a fixed pattern, with an I(c1) of 2.3, in networks of a quarter of the
// width, and with one of five seeds at half of the width. Set one_batch if that happens.
type InfoGAN struct {
	Batch         int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent        int     `toml:"latent" min:"1" doc:"dimensions of z, uniform in (-1, 1), in addition to the codes"`
	Categorical   int     `toml:"categorical" min:"0" max:"100" doc:"number of categorical codes, the first ones"`
	Categories    int     `toml:"categories" min:"2" max:"10000" doc:"categories of such a code, equally likely"`
	Continuous    int     `toml:"continuous" min:"0" max:"100" doc:"number of continuous codes, uniform in (-1, 1)"`
	Lambda        float64 `toml:"lambda" min:"0" doc:"weight of the mutual information I of the categorical codes"`
	LambdaC       float64 `toml:"lambda_c" min:"0" doc:"weight of the mutual information I of the continuous codes"`
	FixedVariance bool    `toml:"fixed_variance" doc:"Q gives continuous codes the variance 1, and its log-variances are not used"`
	OneBatch      bool    `toml:"one_batch" doc:"D reads real examples and samples as one batch; false, as published: batch normalisation normalises each alone"`
	Width         int     `toml:"width" min:"1" max:"65536" doc:"channels of D's first convolution, doubled at each halving"`
	Hidden        int     `toml:"hidden" min:"1" doc:"units of the fully connected hidden layer of each network"`
	HiddenQ       int     `toml:"hidden_q" min:"1" doc:"units of Q's own hidden layer"`
	Slope         float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`
	Weights       float64 `toml:"weights" above:"0" doc:"standard deviation of the initial weights, and of the initial scales of the normalisation around 1"`
	LearningRateG float64 `toml:"learning_rate_g" min:"0" doc:"of G's Adam"`
	LearningRateD float64 `toml:"learning_rate_d" min:"0" doc:"of the Adam of D and Q"`
	Beta1         float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2         float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Average       float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "infogan",
		Title:  "InfoGAN: codes that describe an image, learned without labels",
		Source: "Chen et al. 2016, InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets (arXiv 1606.03657), and the authors' code",
		Data:   "mnist", Takes: Halved(2, 256),
		Kimg: 640, TickKimg: 12.8, Grid: 100, // 5000 rounds, and 100
	}, InfoGAN{
		Batch: 128, Latent: 62, Categorical: 1, Categories: 10, Continuous: 2, Lambda: 1, LambdaC: 1, FixedVariance: true,
		Width: 64, Hidden: 1024, HiddenQ: 128, Slope: .01, Weights: .02,
		LearningRateG: 1e-3, LearningRateD: 2e-4, Beta1: .5, Beta2: .999,
		Techniques: DefaultTechniques,
	}, InfoGAN.build)
}

func (s InfoGAN) build(images Examples) (*System, error) {
	image, codes := images.First(), s.codes()
	if len(codes) == 0 {
		return nil, hint.Add(errors.New("categorical = 0 and continuous = 0: there are no codes"), "--set categorical=1, or train the recipe dcgan")
	}
	G, D := s.networks(image, codes)
	adam := adamOf(s.Beta1, s.Beta2)
	system, err := Pair{
		G: G, D: D, Latent: Uniform("z", -1, 1, s.Latent), Codes: codes, OneBatch: s.OneBatch,
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		Penalty:    func(t *game.Trace, p *Play) *tensor.Tensor { return s.information(t, p, true).Neg() },
		PenaltyG:   func(t *game.Trace, p *Play) *tensor.Tensor { return s.information(t, p, false).Neg() },
		OptimizerG: adam(optim.Constant(s.LearningRateG)), OptimizerD: adam(s.RateOfD(optim.Constant(s.LearningRateD))),
		Average: optim.EMA{Decay: s.Average},
		Makes:   image, Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}.System()
	if err != nil {
		return nil, err
	}
	for i, code := range codes[:s.Categorical] { // Q(c = k|x)
		system.Outputs = append(system.Outputs, classifierOf("Q-"+code.Name, D, system.Outputs[0], code.Field, 1+i*s.Categories))
	}
	return system, nil
}

// codes returns the codes c1, c2, ..., the categorical ones first.
func (s InfoGAN) codes() (codes []Condition) {
	for i := range s.Categorical + s.Continuous {
		field := data.Field{Name: fmt.Sprintf("c%d", i+1), Kind: data.Class, Classes: s.Categories}
		draw := func(c *nn.Context, n int) *tensor.Tensor {
			drawn := c.Uniform(0, float64(s.Categories), n).Floor()
			return drawn.Min(tensor.Scalar(tensor.Float32, float64(s.Categories-1))).Convert(tensor.Int32) // rounding can give Categories
		}
		if i >= s.Categorical {
			field = data.Field{Name: field.Name, Kind: data.Numbers, Shape: []int{1}}
			draw = func(c *nn.Context, n int) *tensor.Tensor { return c.Uniform(-1, 1, n, 1) }
		}
		codes = append(codes, Condition{Field: field, Draw: draw})
	}
	return codes
}

// information returns I times lambda. It records I of each code if record is true.
func (s InfoGAN) information(t *game.Trace, p *Play, record bool) *tensor.Tensor {
	sum, first := tensor.Scalar(tensor.Float32, 0), 0
	next := func(n int) *tensor.Tensor { // the next n outputs of Q
		first += n
		return p.FakeOutputs.Slice1(1, first-n, first)
	}
	for i, code := range s.codes() {
		var bound *tensor.Tensor
		weight := s.Lambda
		if i < s.Categorical {
			bound = objective.CategoricalInformation(next(s.Categories), p.Codes[code.Name])
		} else {
			mean, logVariance := next(1), next(1)
			if s.FixedVariance {
				logVariance = nil
			}
			bound, weight = objective.GaussianInformation(mean, logVariance, p.Codes[code.Name]), s.LambdaC
		}
		if record {
			t.Record(p.Player, "I("+code.Name+")", bound)
		}
		sum = sum.Add(bound.Scale(weight))
	}
	return sum
}

// networks returns G and D. The first output of D is the score, the others are those of Q.
func (s InfoGAN) networks(image data.Field, codes []Condition) (G, D *nn.Network) {
	times, sides := halvings(image)
	weights, truncated := nn.Normal(s.Weights), nn.TruncatedNormal(s.Weights)
	norm := batchNormAround1(s.Weights)
	linear := func(units int) nn.Layer { return nn.Linear(units, weights, nn.Zeros) }
	active := nn.LeakyReLU(s.Slope)
	channels := s.Width << (times - 1)

	var layersG, layersD []nn.Layer
	for i, code := range codes {
		if i < s.Categorical {
			layersG = append(layersG, nn.Concat(nn.Class(code.Name), nn.OneHot(code.Classes)))
		} else {
			layersG = append(layersG, nn.Concat(nn.Vector(code.Name, 1)))
		}
	}
	layersG = append(layersG, linear(s.Hidden), norm, nn.ReLU, linear(channels*sides[0]*sides[1]), norm, nn.ReLU, nn.Reshape(channels, sides[0], sides[1]))
	for i := range times {
		layersD = append(layersD, nn.Conv(s.Width<<i, halve(4), truncated, nn.Zeros))
		if i > 0 {
			layersD = append(layersD, norm)
		}
		layersD = append(layersD, active)
		if i < times-1 {
			layersG = append(layersG, nn.ConvTranspose(channels>>(i+1), halve(4), weights, nn.Zeros), norm, nn.ReLU)
		}
	}
	layersG = append(layersG, nn.ConvTranspose(image.Shape[0], halve(4), weights, nn.Zeros), nn.Sigmoid)
	Q := nn.Sequence(linear(s.HiddenQ), norm, active, linear(s.Categorical*s.Categories+2*s.Continuous))
	layersD = append(layersD, linear(s.Hidden), norm, active, nn.Join(linear(1), Q))
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(image.Shape), layersD...)
}
