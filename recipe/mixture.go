package recipe

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
)

// Mixture contains all settings of the experiment on two-dimensional mixtures that
// measures mode collapse.
//
// The numbers are those of the code of the PacGAN authors:
//
//   - Networks, batch and latents are the same. The length is 400 epochs of
//     100,000 points.
//   - The optimizer is Adam, with beta2 and epsilon of the Adam paper.
//   - Weights start from N(0, 0.02^2), and biases at 0. There is no bias before a
//     batch normalisation, and no dropout.
//   - Both players are updated simultaneously from one forward pass.
//   - The loss of D is the sum over real and generated points. The loss of G is
//     -log D(G(z)).
//
// There are two differences. In their code, batch normalisation adds 1e-4 to the
// variance and takes a twentieth of the new statistics in each play; package nn uses
// 1e-5 and a tenth. And their code draws the points of all epochs once, with
// replacement, from the 100,000.
//
// beta1 has the meaning of the Adam paper here. The library that their code calls
// used that name for 1 - beta1 until 2017. It is not known which version of the
// library they used.
type Mixture struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"uniform normal sphere" doc:"distribution of z: U(-1, 1), standard normal, or the sphere on which each number has variance 1"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each of G's four ReLU layers, with batch normalisation"`
	Maxout       int     `toml:"maxout" min:"1" doc:"units of each of D's three maxout layers"`
	Pieces       int     `toml:"pieces" min:"1" doc:"linear pieces of a maxout unit"`
	Weights      float64 `toml:"weights" min:"0" doc:"standard deviation of the weights at first"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Simultaneous bool    `toml:"simultaneous" doc:"both players move from one forward pass; otherwise k updates of D, then one of G"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G, when not simultaneous"`
	Objective    string  `toml:"objective" oneof:"non-saturating minimax" doc:"of G: non-saturating (-log D) or minimax (log(1 - D))"`
	Standardise  string  `toml:"standardise" oneof:"auto yes no" doc:"train on points with mean 0 and standard deviation 1 in each column; samples have the units of the data. auto: if the columns have very different scales, or are large, small or far from 0"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "mixture",
		Title:  "points, such as the rows of a table: the default for them; counts the modes of mixtures of Gaussians",
		Source: "the GAN of Lin et al. 2018, PacGAN (arXiv 1712.04086), section 4.1, and the authors' code; the mixtures of Srivastava et al. 2017, VEEGAN",
		Data:   "ring8", Takes: Points(mostValues),
		Kimg: 40_000, TickKimg: 400, Grid: 2500, // 400 epochs, and 4
	}, Mixture{
		Batch: 100, Latent: 2, Noise: "normal", Hidden: 400, Maxout: 200, Pieces: 5, Weights: .02,
		LearningRate: 1e-4, Beta1: .8, Beta2: .999,
		Simultaneous: true, K: 1, Objective: "non-saturating", Standardise: "auto",
		Techniques: DefaultTechniques,
	}, Mixture.build)
}

func (s Mixture) build(points Examples) (*System, error) {
	weights := nn.Normal(s.Weights)
	var layersG, layersD []nn.Layer
	for range 4 {
		layersG = append(layersG, nn.Linear(s.Hidden, weights, nil), nn.BatchNorm, nn.ReLU)
	}
	for range 3 {
		layersD = append(layersD, nn.Maxout(s.Maxout, s.Pieces, weights, nn.Zeros))
	}
	G := nn.New("G", []int{s.Latent}, append(layersG, nn.Linear(points.First().Size(), weights, nn.Zeros))...)
	D := nn.New("D", s.Packed([]int{points.First().Size()}), append(layersD, nn.Linear(1, weights, nn.Zeros))...)

	adam := adamOf(s.Beta1, s.Beta2)
	rate := optim.Constant(s.LearningRate)
	return Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Objective: objectives[s.Objective], Batch: s.Batch,
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)),
		Round: roundOf(s.Simultaneous, s.K),
		Makes: points.First(), Standard: standardOf(points, s.Standardise), Techniques: s.Techniques,
	}.System()
}
