package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// DCGAN contains the settings of the deep convolutional GAN. The defaults are those of
// the authors' code, which has two forms of the networks:
//
//   - mnist: both networks have a fully connected hidden layer, every layer also reads
//     the class, batch normalisation has no scale and shift, and pixels are in [0, 1].
//     It needs classes: without them samples stay grey, see below.
//   - faces: no hidden layer, no classes, batch normalisation with scale and shift, and
//     pixels in [-1, 1].
//
// There are two differences. Samples use running statistics of batch normalisation, so
// that a sample does not depend on other samples; the authors' code uses the statistics
// of the batch. And D sees every minibatch; in the authors' code every second minibatch
// is for the update of G, which does not read it.
//
// Without classes, the form mnist does not learn. D normalises real examples and samples
// as separate batches. So each unit of its last hidden layer has mean 0 and variance 1 in
// both batches, and D cannot compare the means. In trials with 8, 16 and 32 channels, D(x)
// stayed near .55 and samples stayed grey. D distinguished real examples from samples when
// it read both as one batch, and when this layer was not normalised. With classes, D can
// compare the means of the classes of one batch.
type DCGAN struct {
	Form         string  `toml:"form" oneof:"auto mnist faces" doc:"of the networks: mnist has hidden layers and pixels in [0, 1], faces has neither; auto: mnist for images of one channel that are at most 28 pixels wide and have labels"`
	Conditional  string  `toml:"conditional" oneof:"auto yes no" doc:"whether both networks read the class; auto: in the form mnist, if the data have labels"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"uniform normal sphere" doc:"distribution of z: U(-1, 1), standard normal, or the sphere on which each number has variance 1"`
	Width        int     `toml:"width" min:"0" max:"65536" doc:"channels of D's first convolution, doubled at each halving; 0: 64 in the form mnist, 128 in the form faces"`
	Kernel       int     `toml:"kernel" min:"3" max:"7" doc:"size of the kernels"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of the hidden layers in the form mnist"`
	Norm         string  `toml:"norm" oneof:"batch virtual none" doc:"normalisation: batch, virtual (Salimans et al. 2016) or none"`
	Reference    int     `toml:"reference" min:"1" doc:"examples in the reference batch of virtual batch normalisation"`
	Minibatch    int     `toml:"minibatch" min:"0" doc:"kernels of minibatch discrimination before D's last layer (Salimans et al. 2016: 100); 0: none"`
	Slope        float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`
	Weights      float64 `toml:"weights" above:"0" doc:"standard deviation of the initial weights, and of the initial scales of the normalisation around 1"`
	Epsilon      float64 `toml:"epsilon" above:"0" doc:"added to the variance in batch normalisation"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	L2           float64 `toml:"l2" min:"0" doc:"weight decay, added to the gradients; 1e-5 for the published faces"`
	HoldKimg     float64 `toml:"hold_kimg" min:"0" doc:"thousands of examples until the learning rate begins to fall"`
	FallKimg     float64 `toml:"fall_kimg" min:"0" doc:"thousands of examples in which it falls to 0; 0: it does not fall"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "dcgan",
		Title:  "deep convolutional GAN: strided convolutions and batch normalisation",
		Source: "Radford et al. 2016, Unsupervised Representation Learning with Deep Convolutional GANs (arXiv 1511.06434), and the authors' code",
		Data:   "mnist", Takes: Halved(2, 256),
		Kimg: 12_000, TickKimg: 60, Grid: 100, // 200 epochs of MNIST, and one
	}, DCGAN{
		Form: "auto", Conditional: "auto", Batch: 128, Latent: 100, Noise: "uniform", Kernel: 5, Hidden: 1024,
		Norm: "batch", Reference: 128, Slope: .2, Weights: .02, Epsilon: 1e-8,
		LearningRate: 2e-4, Beta1: .5, Beta2: .999, L2: 2.5e-5, HoldKimg: 6000, FallKimg: 6000, K: 1,
		Techniques: DefaultTechniques,
	}, DCGAN.build)
}

func (s DCGAN) build(images Examples) (*System, error) {
	image := images.First()
	mnist := s.Form == "mnist" || s.Form == "auto" && image.Shape[0] == 1 && image.Shape[2] <= 28
	given, err := labelOf(images, s.Conditional, mnist)
	if err != nil {
		return nil, err
	}
	mnist = mnist && (s.Form == "mnist" || len(given) > 0)
	G, D, err := s.networks(images, mnist, given)
	if err != nil {
		return nil, err
	}
	rate := holdAndFall(s.LearningRate, s.HoldKimg, s.FallKimg, s.Batch)
	adam := func(rate optim.Schedule) optim.Optimizer {
		return optim.L2(optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}, s.L2)
	}
	return Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Given: given,
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: Alternate(s.K),
		Makes: image, Scale: s.scale(mnist), Techniques: s.Techniques,
	}.System()
}

func (DCGAN) scale(mnist bool) data.Scale {
	if mnist {
		return data.Scale{Lo: 0, Hi: 1}
	}
	return data.Scale{Lo: -1, Hi: 1}
}

// networks returns G and D.
func (s DCGAN) networks(images Examples, mnist bool, given []Condition) (G, D *nn.Network, err error) {
	norm, err := s.norm(mnist, given)
	if err != nil {
		return nil, nil, err
	}
	with := nn.Sequence() // appends the class to what a layer reads
	if len(given) > 0 {
		with = nn.Concat(nn.Class(given[0].Name), nn.OneHot(given[0].Classes))
	}
	if s.Width == 0 {
		s.Width = 128
		if mnist {
			s.Width = 64
		}
	}
	image := images.First()
	layersG, layersD := s.generator(image, mnist, with, norm), s.discriminator(image, mnist, with, norm)
	if s.Norm == "virtual" {
		reference, err := referenceBatch(images, s.Reference*s.Pack, s.scale(mnist))
		if err != nil {
			return nil, nil, err
		}
		latents := nn.Normal(1)
		if s.Noise == "uniform" {
			latents = nn.Uniform(1)
		}
		layersG = []nn.Layer{nn.ReferenceBatch(s.Reference, latents, layersG...)}
		layersD = []nn.Layer{nn.ReferenceBatch(s.Reference, reference, layersD...)}
	}
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(image.Shape), layersD...), nil
}

// generator returns the layers of G. The sides of its first feature maps are those of the image,
// halved as often as possible.
func (s DCGAN) generator(image data.Field, mnist bool, with, norm nn.Layer) (layers []nn.Layer) {
	times, sides := halvings(image)
	weights, channels, last := nn.Normal(s.Weights), s.Width<<(times-1), nn.Tanh
	if mnist {
		layers = append(layers, s.linear(with, s.Hidden), norm, nn.ReLU)
		last = nn.Sigmoid
	}
	layers = append(layers, s.linear(with, channels*sides[0]*sides[1]), nn.Reshape(channels, sides[0], sides[1]), norm, nn.ReLU)
	for range times - 1 {
		channels /= 2
		layers = append(layers, with, nn.ConvTranspose(channels, halve(s.Kernel), weights, nil), norm, nn.ReLU)
	}
	return append(layers, with, nn.ConvTranspose(image.Shape[0], halve(s.Kernel), weights, nil), last)
}

// discriminator returns the layers of D.
func (s DCGAN) discriminator(image data.Field, mnist bool, with, norm nn.Layer) (layers []nn.Layer) {
	times, sides := halvings(image)
	weights := nn.Normal(s.Weights)
	for i := range times {
		layers = append(layers, with, nn.Conv(s.Width<<i, halve(s.Kernel), weights, nil))
		if i > 0 {
			layers = append(layers, norm)
		}
		layers = append(layers, nn.LeakyReLU(s.Slope))
	}
	layers = append(layers, nn.Reshape(s.Width<<(times-1)*sides[0]*sides[1]))
	if mnist {
		layers = append(layers, s.linear(with, s.Hidden), norm, nn.LeakyReLU(s.Slope))
	}
	if s.Minibatch > 0 {
		layers = append(layers, nn.MinibatchDiscrimination(s.Minibatch, 5, weights, nn.Zeros))
	}
	return append(layers, s.linear(with, 1))
}

// linear returns a linear layer that reads its input and the class.
func (s DCGAN) linear(with nn.Layer, units int) nn.Layer {
	return nn.Sequence(with, nn.Linear(units, nn.Normal(s.Weights), nil))
}

// norm returns the layer of normalisation.
func (s DCGAN) norm(mnist bool, given []Condition) (nn.Layer, error) {
	scale, shift := nn.NormalAround(1, s.Weights), nn.Initializer(nn.Zeros)
	if mnist {
		scale, shift = nil, nil
	}
	switch s.Norm {
	case "none":
		return nn.Sequence(), nil
	case "virtual":
		if len(given) > 0 {
			return nil, hint.Add(fmt.Errorf("norm = virtual: the reference batch has no labels"), "--set conditional=no")
		}
		return nn.VirtualBatchNorm(nn.Norm{Epsilon: s.Epsilon, Scale: scale, Shift: shift}), nil
	}
	return nn.BatchNormWith(nn.BatchNormOptions{Epsilon: s.Epsilon, Momentum: .1, Scale: scale, Shift: shift}), nil
}
