package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// Goodfellow2014TFD contains the settings of the experiment of the 2014 paper on the
// Toronto Face Database, as its authors published them with their code. It has two stages.
// The first trains a G of three layers. The second puts two new layers in front of it, and
// trains all five against a new D. The command gander reproduce tfd does both; a run of the
// second stage alone begins with random values in all layers.
//
// Two numbers are not in the published configuration: the weights of the new layers begin
// in the range of G's other layers, and the drawn weights of the sparse layer are standard
// normal.
type Goodfellow2014TFD struct {
	Stage        string  `toml:"stage" oneof:"pretrain train" doc:"pretrain: G has three layers; train: two more are in front of them"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal, and units of the new sigmoid layer"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each ReLU layer of G, and of the sigmoid layer after the last of them"`
	Maxout       int     `toml:"maxout" min:"1" doc:"units of each of D's two maxout layers"`
	Pieces       int     `toml:"pieces" min:"1" doc:"linear pieces of a maxout unit"`
	WeightsG     float64 `toml:"weights_g" min:"0" doc:"the weights of G's hidden layers begin in U(-w, w)"`
	Sparse       int     `toml:"sparse" min:"1" doc:"weights of each output of G that begin as standard normal numbers; the others begin as 0"`
	SigmoidBias  float64 `toml:"sigmoid_bias" doc:"initial bias of G's hidden sigmoid layers"`
	WeightsD     float64 `toml:"weights_d" min:"0" doc:"D's weights begin in U(-w, w)"`
	MeanClip     float64 `toml:"mean_clip" min:"1e-12" max:"0.5" doc:"G's output bias begins at the logit of the training mean, clipped this far from 0 and 1"`
	DropInput    float64 `toml:"drop_input" min:"0" max:"0.99" doc:"share of D's inputs dropped"`
	DropHidden   float64 `toml:"drop_hidden" min:"0" max:"0.99" doc:"share of D's hidden units dropped"`
	MaxNorm      float64 `toml:"max_norm" above:"0" doc:"greatest Euclidean length of the weights of a unit, in both networks"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players at first"`

	Descent2014

	Average float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "goodfellow2014-tfd",
		Title:  "the faces experiment of the GAN paper of 2014, in two stages: sigmoid layers, limited column norms",
		Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 5 and the authors' configuration",
		Data:   "mnist", Takes: Images(mostValues), // the Toronto faces are not public
		Kimg: 5000, TickKimg: 50, Grid: 100, // 50 epochs of the unlabelled faces
	}, Goodfellow2014TFD{
		Stage: "pretrain", Batch: 100, Latent: 100, Hidden: 8000, Maxout: 1200, Pieces: 5,
		WeightsG: .05, Sparse: 100, SigmoidBias: -2, WeightsD: .005, MeanClip: 1e-7,
		DropInput: .2, DropHidden: .5, MaxNorm: 1.9365, LearningRate: .05,
		Descent2014: descent2014(0, 249),
		Techniques:  DefaultTechniques,
	}, Goodfellow2014TFD.build)
}

func (s Goodfellow2014TFD) build(images Examples) (*System, error) {
	bias, err := outputBias(images, s.MeanClip)
	if err != nil {
		return nil, err
	}
	size := images.First().Size()
	weightsG, sigmoidBias := nn.Uniform(s.WeightsG), nn.Constant(s.SigmoidBias)
	front := nn.Sequence() // so that the parameters of the other layers, G.1., have the same names in both stages
	if s.Stage == "train" {
		front = nn.Sequence(
			nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.ReLU,
			nn.Linear(s.Latent, weightsG, sigmoidBias), nn.Sigmoid)
	}
	G := nn.New("G", []int{s.Latent}, front, nn.Sequence(
		nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.ReLU,
		nn.Linear(s.Hidden, weightsG, sigmoidBias), nn.Sigmoid,
		nn.Linear(size, nn.Sparse(s.Sparse, 1), bias), nn.Sigmoid))
	D := nn.New("D", s.Packed([]int{size}), maxoutLayers(s.Maxout, s.Pieces, nn.Uniform(s.WeightsD), s.DropInput, s.DropHidden)...)

	sgd := s.sgd(images, s.Batch)
	limited := func(rate optim.Schedule) optim.Optimizer { return optim.MaxColumnNorm(sgd(rate), s.MaxNorm) }
	rate := s.rate(s.LearningRate)
	return Pair{
		G: G, D: D, Latent: Normal("z", s.Latent),
		Objective: objective.NonSaturating{}, WeightD: 0.5, Batch: s.Batch,
		OptimizerG: limited(rate), OptimizerD: limited(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: Simultaneous,
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}.System()
}
