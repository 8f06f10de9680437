package recipe

import (
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
		Kimg: 17_920, TickKimg: 256, Grid: 2500, // 35,000 rounds, and 500
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
	adam := func(rate optim.Schedule) optim.Optimizer {
		return optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	}
	rate := optim.Constant(s.LearningRate)
	return Pair{
		G: nn.New("G", []int{s.Latent}, layers(size)...), D: nn.New("D", s.Packed([]int{size}), layers(1)...),
		Latent: Normal("z", s.Latent), Objective: s.objective(), Batch: s.Batch,
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)),
		Round: roundOf(s.Simultaneous, s.K),
		Makes: points.First(), Standard: standardOf(points, s.Standardise), Techniques: s.Techniques,
	}.System()
}
