package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// Goodfellow2014 contains all settings of the MNIST experiment of the 2014 paper, as
// its authors published them with their code. There is one difference: the first
// epoch has number 1 in their code, and number 0 here. The momentum therefore rises
// one epoch later, by 0.0008.
type Goodfellow2014 struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, uniform with variance 1"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each of G's two ReLU layers"`
	Maxout       int     `toml:"maxout" min:"1" doc:"units of each of D's two maxout layers"`
	Pieces       int     `toml:"pieces" min:"1" doc:"linear pieces of a maxout unit"`
	WeightsG     float64 `toml:"weights_g" min:"0" doc:"G's weights begin in U(-w, w)"`
	WeightsD     float64 `toml:"weights_d" min:"0" doc:"D's weights begin in U(-w, w)"`
	MeanClip     float64 `toml:"mean_clip" min:"1e-12" max:"0.5" doc:"G's output bias begins at the logit of the training mean, clipped this far from 0 and 1"`
	DropInput    float64 `toml:"drop_input" min:"0" max:"0.99" doc:"share of D's inputs dropped"`
	DropHidden   float64 `toml:"drop_hidden" min:"0" max:"0.99" doc:"share of D's hidden units dropped"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players at first"`

	Descent2014

	Simultaneous bool    `toml:"simultaneous" doc:"both players move from one forward pass; otherwise k updates of D, then one of G"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G, when not simultaneous"`
	Objective    string  `toml:"objective" oneof:"non-saturating minimax" doc:"of G: non-saturating (-log D) or minimax (log(1 - D))"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "goodfellow2014",
		Title:  "the MNIST experiment of the GAN paper of 2014: ReLU generator, maxout discriminator with dropout",
		Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 5 and the authors' configuration",
		Data:   "mnist", Takes: Images(mostValues),
		Kimg: 15000, TickKimg: 50, Grid: 100, // 300 epochs of MNIST, and one
	}, Goodfellow2014{
		Batch: 100, Latent: 100, Hidden: 1200, Maxout: 240, Pieces: 5,
		WeightsG: .05, WeightsD: .005, MeanClip: 1e-7, DropInput: .2, DropHidden: .5,
		LearningRate: .1, Descent2014: descent2014(1, 250),
		Simultaneous: true, K: 1, Objective: "non-saturating",
		Techniques: DefaultTechniques,
	}, Goodfellow2014.build)
}

func (s Goodfellow2014) build(images Examples) (*System, error) {
	bias, err := outputBias(images, s.MeanClip)
	if err != nil {
		return nil, err
	}
	weightsG, weightsD := nn.Uniform(s.WeightsG), nn.Uniform(s.WeightsD)
	G := nn.New("G", []int{s.Latent},
		nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.ReLU,
		nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.ReLU,
		nn.Linear(images.First().Size(), weightsG, bias), nn.Sigmoid)
	D := nn.New("D", s.Packed([]int{images.First().Size()}), maxoutLayers(s.Maxout, s.Pieces, weightsD, s.DropInput, s.DropHidden)...)
	sgd := s.sgd(images, s.Batch)
	rate := s.rate(s.LearningRate)
	return Pair{
		G: G, D: D, Latent: Uniform("z", -math.Sqrt(3), math.Sqrt(3), s.Latent),
		Objective: objectives[s.Objective], WeightD: 0.5, Batch: s.Batch,
		OptimizerG: sgd(rate), OptimizerD: sgd(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: roundOf(s.Simultaneous, s.K),
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}.System()
}

// objectives are the objectives of 2014 by the value of the setting objective.
var objectives = map[string]objective.Adversarial{
	"non-saturating": objective.NonSaturating{},
	"minimax":        objective.Minimax{},
}

// maxoutLayers returns the layers of D in the experiments of 2014: two maxout layers and a
// logit, each with dropout on its inputs.
func maxoutLayers(units, pieces int, weights nn.Initializer, dropInput, dropHidden float64) []nn.Layer {
	return []nn.Layer{
		nn.Dropout(dropInput), nn.Maxout(units, pieces, weights, nn.Zeros),
		nn.Dropout(dropHidden), nn.Maxout(units, pieces, weights, nn.Zeros),
		nn.Dropout(dropHidden), nn.Linear(1, weights, nn.Zeros),
	}
}

// Descent2014 contains the settings of gradient descent that the experiments of 2014 have
// in common.
type Descent2014 struct {
	Decay         float64 `toml:"decay" min:"1" doc:"the learning rate is divided by this after every step"`
	LeastRate     float64 `toml:"least_rate" min:"0" doc:"below which the learning rate does not fall"`
	Momentum      float64 `toml:"momentum" min:"0" max:"1" doc:"until the first epoch of its rise"`
	FinalMomentum float64 `toml:"final_momentum" min:"0" max:"1" doc:"from the last epoch of its rise"`
	RiseFirst     int     `toml:"rise_first" min:"0" doc:"epoch from which momentum rises"`
	RiseLast      int     `toml:"rise_last" min:"1" doc:"epoch at which it is at its final value"`
}

// descent2014 returns the published settings. The momentum rises from epoch first to last.
func descent2014(first, last int) Descent2014 {
	return Descent2014{Decay: 1.000004, LeastRate: 1e-6, Momentum: .5, FinalMomentum: .7, RiseFirst: first, RiseLast: last}
}

// rate returns the learning rate that is initial at first.
func (s Descent2014) rate(initial float64) optim.Schedule {
	return optim.ExponentialDecay(initial, s.Decay, s.LeastRate)
}

// sgd returns the optimiser for a learning rate.
func (s Descent2014) sgd(images Examples, batch int) func(optim.Schedule) optim.Optimizer {
	epoch := max(1, int(images.Epoch)/batch)
	return func(rate optim.Schedule) optim.Optimizer {
		return optim.SGD{
			LearningRate: rate,
			Momentum:     optim.LinearRamp(s.Momentum, s.FinalMomentum, s.RiseFirst, s.RiseLast, epoch),
		}
	}
}
