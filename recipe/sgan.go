package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// SGAN contains the settings of the semi-supervised GAN, in which D is a classifier with
// one more class: "generated". In the algorithm of the paper D sees labelled examples and
// samples, and no unlabelled examples; a positive weight adds the loss -log(1 -
// P(generated)) of unlabelled ones.
//
// The paper does not describe its networks. These are convolutions like those of DCGAN. D
// has dropout instead of batch normalisation, so that classes do not depend on statistics
// of samples.
type SGAN struct {
	Labelled
	Batch        int     `toml:"batch" min:"1" doc:"labelled, unlabelled and generated examples in a minibatch, of each"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, uniform in [-1, 1]"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels of D's first convolution, doubled at each halving"`
	Kernel       int     `toml:"kernel" min:"3" max:"7" doc:"size of the kernels"`
	Slope        float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`
	Drop         float64 `toml:"drop" min:"0" max:"0.99" doc:"probability of dropout after each convolution of D"`
	Weights      float64 `toml:"weights" above:"0" doc:"standard deviation of the initial weights, and of the initial scales of the normalisation around 1"`
	Unlabelled   float64 `toml:"unlabelled" min:"0" doc:"weight of the loss of unlabelled examples; 0, as in the paper: they are not read"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
}

func init() {
	Register(Recipe{
		Name:   "sgan",
		Title:  "semi-supervised classifier: D has the classes of the data, and one more for generated images",
		Source: "Odena 2016, Semi-Supervised Learning with Generative Adversarial Networks (arXiv 1606.01583)",
		Data:   "mnist", Takes: Halved(2, 256),
		Kimg: 1000, TickKimg: 50, Grid: 100,
	}, SGAN{
		Labelled: Labelled{Labels: 1000},
		Batch:    64, Latent: 100, Width: 64, Kernel: 5, Slope: .2, Drop: .3, Weights: .02,
		LearningRate: 2e-4, Beta1: .5, Beta2: .999,
	}, SGAN.build)
}

func (s SGAN) build(images Examples) (*System, error) {
	image, class, err := s.classesOf(images)
	if err != nil {
		return nil, err
	}
	G, D := s.networks(image, class)
	z, classes := latentOf("uniform", s.Latent), class.Classes
	adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	g := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: adam}
	d := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: adam}
	players, round := []*game.Player{g, d}, game.Alternate(d, g, 1)
	if s.Supervised {
		players, round = players[1:], game.Simultaneous(d)
	}
	rules := &game.Game{Players: players, Round: round, Batch: s.Batch, Inputs: s.inputs(image, s.Batch, s.Unlabelled > 0)}
	rules.Play = func(t *game.Trace) game.Losses {
		labelled := D.Apply(t.Context, t.Data(labelledInput))
		if s.Supervised {
			return game.Losses{"D": objective.CrossEntropy(labelled.Slice1(1, 0, classes), t.Data(classInput))}
		}
		// D(x) = 1 - P(generated) = logistic(score)
		score := func(logits *tensor.Tensor) *tensor.Tensor {
			return objective.ClassScore(logits.Slice1(1, 0, classes)).Sub(logits.Slice1(1, classes, classes+1))
		}
		fake := score(D.Apply(t.Context, G.Apply(t.Context, z.Draw(t.Context, s.Batch))))
		supervised := objective.CrossEntropy(labelled, t.Data(classInput))
		t.Record(d, "labelled", supervised)
		lossD := supervised.Add(fake.Softplus().Mean())
		if s.Unlabelled > 0 {
			lossD = lossD.Add(score(D.Apply(t.Context, t.Data(unlabelledInput))).Neg().Softplus().Mean().Scale(s.Unlabelled))
		}
		return game.Losses{"D": lossD, "G": objective.NonSaturating{}.Generator(nil, fake)}
	}
	scale := data.Scale{Lo: -1, Hi: 1}
	return &System{Game: rules, Sources: s.sources(rules, scale), Outputs: s.outputs(G, z, image, d, Output{
		Networks: []*nn.Network{D}, Makes: class, Scale: scale,
		Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
			return D.Apply(c, in[image.Name]).Slice1(1, 0, classes)
		},
	})}, nil
}

// networks returns G, and D with a logit for each class and for generated images.
func (s SGAN) networks(image, class data.Field) (G, D *nn.Network) {
	times, sides := halvings(image)
	weights := nn.Normal(s.Weights)
	norm := batchNormAround1(s.Weights)
	channels := s.Width << (times - 1)
	layersG := []nn.Layer{nn.Linear(channels*sides[0]*sides[1], weights, nil), nn.Reshape(channels, sides[0], sides[1]), norm, nn.ReLU}
	var layersD []nn.Layer
	for i := range times {
		layersD = append(layersD, nn.Conv(s.Width<<i, halve(s.Kernel), weights, nn.Zeros), nn.LeakyReLU(s.Slope), nn.Dropout(s.Drop))
		if i < times-1 {
			layersG = append(layersG, nn.ConvTranspose(s.Width<<(times-2-i), halve(s.Kernel), weights, nil), norm, nn.ReLU)
		}
	}
	layersG = append(layersG, nn.ConvTranspose(image.Shape[0], halve(s.Kernel), weights, nn.Zeros), nn.Tanh)
	layersD = append(layersD, nn.Linear(class.Classes+1, weights, nn.Zeros))
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", image.Shape, layersD...)
}
