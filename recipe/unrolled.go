package recipe

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Unrolled contains all settings of the unrolled GAN on two-dimensional mixtures. G
// lowers what D's loss would be, with its sign changed, after more updates of D: it
// differentiates through these updates.
//
// The numbers are those of the authors' notebook:
//
//   - The batch, the latents, the networks, the initial weights, the optimisers and the
//     length are the same. The unrolled updates also continue the state of Adam.
//   - All unrolled updates read the minibatch and the samples of the round.
//   - Both players are updated simultaneously, and D makes one ordinary update.
//
// The settings layers_d, activation and scale_d are for the networks of the paper's
// appendix, see gander reproduce unrolled-ring.
//
// There is one difference. The circle of the notebook has 8 points, but the last is
// equal to the first: the notebook has 7 modes, one of them twice as likely. Here the
// data are ring8, 8 equally likely modes, multiplied by 2 as in the notebook.
type Unrolled struct {
	Batch         int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Unroll        int     `toml:"unroll" min:"0" max:"10" doc:"updates of D that G looks ahead; 0: a GAN with the minimax objective"`
	Latent        int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden        int     `toml:"hidden" min:"1" doc:"units of each hidden layer"`
	Layers        int     `toml:"layers" min:"1" max:"16" doc:"hidden layers of each network"`
	LayersD       int     `toml:"layers_d" min:"0" max:"16" doc:"hidden layers of D; 0: as many as G"`
	Activation    string  `toml:"activation" oneof:"tanh relu" doc:"of the hidden layers"`
	Gain          float64 `toml:"gain" above:"0" doc:"of the orthogonal weights at first"`
	ScaleD        float64 `toml:"scale_d" above:"0" doc:"D multiplies the points that it reads by this"`
	LearningRateG float64 `toml:"learning_rate_g" min:"0" doc:"of G's Adam"`
	LearningRateD float64 `toml:"learning_rate_d" min:"0" doc:"of D's Adam, also in the unrolled updates"`
	Beta1         float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2         float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Epsilon       float64 `toml:"epsilon" above:"0" doc:"of both players' Adam"`
	Simultaneous  bool    `toml:"simultaneous" doc:"both players move from one forward pass; otherwise k updates of D, then one of G"`
	K             int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G, when not simultaneous"`
	Multiply      float64 `toml:"multiply" min:"0" doc:"points are multiplied by this before D reads them, and samples are divided by it; 0: points get mean 0 and standard deviation 1 in each column"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "unrolled",
		Title:  "points in the plane with unrolled updates of D, against mode collapse",
		Source: "Metz et al. 2017, Unrolled Generative Adversarial Networks (arXiv 1611.02163), and the authors' notebook",
		Data:   "ring8", Takes: Points(mostValues),
		Kimg: 12_800, TickKimg: 128, Grid: 2500, // 25,000 rounds, and 250
	}, Unrolled{
		Batch: 512, Unroll: 5, Latent: 256, Hidden: 128, Layers: 2, Activation: "tanh", Gain: 1.4, ScaleD: 1,
		LearningRateG: 1e-3, LearningRateD: 1e-4, Beta1: .5, Beta2: .999, Epsilon: 1e-8,
		Simultaneous: true, K: 1, Multiply: 2,
		Techniques: DefaultTechniques,
	}, Unrolled.build)
}

func (s Unrolled) build(points Examples) (*System, error) {
	numbers := points.First().Size()
	G := nn.New("G", []int{s.Latent}, s.layers(s.Layers, numbers)...)
	score := s.layers(cmp.Or(s.LayersD, s.Layers), 1)
	if s.ScaleD != 1 {
		score = slices.Insert(score, 0, nn.Each(func(x *tensor.Tensor) *tensor.Tensor { return x.Scale(s.ScaleD) }))
	}
	D := nn.New("D", s.Packed([]int{numbers}), score...)

	adam := func(rate optim.Schedule) optim.Optimizer {
		return optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: s.Epsilon}
	}
	return Pair{
		G: G, D: D, Latent: Normal("z", s.Latent), Objective: objective.Minimax{}, Unroll: s.Unroll, Batch: s.Batch,
		OptimizerG: adam(optim.Constant(s.LearningRateG)),
		OptimizerD: adam(s.RateOfD(optim.Constant(s.LearningRateD))),
		Round:      roundOf(s.Simultaneous, s.K),
		Makes:      points.First(), Standard: s.standard(points), Techniques: s.Techniques,
	}.System()
}

// layers returns hidden layers and a linear one.
func (s Unrolled) layers(hidden, outputs int) []nn.Layer {
	weights, activation := nn.Orthogonal(s.Gain), nn.Tanh
	if s.Activation == "relu" {
		activation = nn.ReLU
	}
	var layers []nn.Layer
	for range hidden {
		layers = append(layers, nn.Linear(s.Hidden, weights, nn.Zeros), activation)
	}
	return append(layers, nn.Linear(outputs, weights, nn.Zeros))
}

// standard returns the standardisation that multiplies points by Multiply.
func (s Unrolled) standard(points Examples) *feed.Standard {
	switch n := points.First().Size(); s.Multiply {
	case 0:
		return standardOf(points, "yes")
	case 1:
		return nil
	default:
		return &feed.Standard{Mean: make([]float64, n), SD: slices.Repeat([]float64{1 / s.Multiply}, n)}
	}
}
