package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// Digits contains the settings of a small system. It is the default recipe of gander
// train.
type Digits struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"uniform normal sphere" doc:"distribution of z: U(-1, 1), standard normal, or the sphere on which each number has variance 1"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of a hidden layer"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Gamma        float64 `toml:"gamma" min:"0" doc:"strength of D's gradient penalty R1"`
	Simultaneous bool    `toml:"simultaneous" doc:"both players move from one forward pass; otherwise k updates of D, then one of G"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G, when not simultaneous"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "digits",
		Title:  "a small, fast, fully connected GAN for small images: the default of gander train",
		Source: "the non-saturating game of Goodfellow et al. 2014 with later methods: leaky ReLU, Adam, the R1 penalty of Mescheder et al. 2018, an averaged generator",
		Data:   "digits", Takes: Images(mostValues),
		Kimg: 300, TickKimg: 20, Grid: 100,
	}, Digits{
		Batch: 64, Latent: 64, Noise: "normal", Hidden: 256, LearningRate: 2e-3, Beta1: 0, Gamma: .2, Simultaneous: true, K: 1, Average: .998,
		Techniques: DefaultTechniques,
	}, Digits.build)
}

func (s Digits) build(images Examples) (*System, error) {
	G := nn.New("G", []int{s.Latent},
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(images.First().Size(), nn.He, nn.Zeros), nn.Sigmoid)
	D := nn.New("D", s.Packed([]int{images.First().Size()}),
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(1, nn.He, nn.Zeros))

	adam := adamOf(s.Beta1, .99)
	rate := optim.Constant(s.LearningRate)
	return Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Objective: objective.NonSaturating{}, Batch: s.Batch,
		Penalty:    R1(s.Gamma),
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: roundOf(s.Simultaneous, s.K),
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}.System()
}
