package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// Stacked contains the settings of the experiment on stacked MNIST in which a very small
// discriminator makes modes disappear (Metz et al. 2017). The numbers are those with which
// PacGAN repeats it: D has a quarter of G's channels. With width_d = 4 D has half of them.
//
// There are three differences. The training set has 128,000 triples; the authors' code
// draws new triples of the 60,000 digits for each minibatch. A pack is made of examples of
// the minibatch, so that with pack = 4 D judges 32 packs of 128 examples. And the initial
// weights are those of Glorot; those of the authors are not known.
type Stacked struct {
	Batch         int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent        int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	WidthG        int     `toml:"width_g" min:"1" max:"65536" doc:"channels of G's last hidden maps; each layer before has twice as many"`
	WidthD        int     `toml:"width_d" min:"1" max:"65536" doc:"channels of D's first maps; each later layer has twice as many"`
	Slope         float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`
	Unroll        int     `toml:"unroll" min:"0" max:"10" doc:"updates of D that G looks ahead (Metz et al. 2017): G's loss is then minus that of D. 0: G has the non-saturating loss"`
	LearningRateG float64 `toml:"learning_rate_g" min:"0" doc:"of G's Adam"`
	LearningRateD float64 `toml:"learning_rate_d" min:"0" doc:"of D's Adam"`
	Beta1         float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2         float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	K             int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "stacked",
		Title:  "stacked MNIST with a very small discriminator: how many of 1000 modes does a GAN find?",
		Source: "Metz et al. 2017, Unrolled Generative Adversarial Networks (arXiv 1611.02163), section 3.3.1, as repeated by Lin et al. 2018, PacGAN (arXiv 1712.04086), and its code",
		Data:   "stacked-mnist", Takes: squares(16, 64),
		Kimg: 64_000, TickKimg: 256, Grid: 100, // 500,000 rounds, and 2000
	}, Stacked{
		Batch: 128, Latent: 256, WidthG: 8, WidthD: 2, Slope: .3,
		LearningRateG: 1e-4, LearningRateD: 2e-4, Beta1: .5, Beta2: .99, K: 1,
		Techniques: DefaultTechniques,
	}, Stacked.build)
}

// stackedHalvings is the number of times that the networks halve the sides, rounded up: 28,
// 14, 7 and 4.
const stackedHalvings = 3

func (s Stacked) build(images Examples) (*System, error) {
	image, weights := images.First(), nn.GlorotUniform(1)
	side := image.Shape[1]
	var layersG, layersD []nn.Layer
	for i := range stackedHalvings { // of D from its input, of G from its output
		window := nn.Same(side, 3, 2)
		layersD = append(layersD, nn.Conv(s.WidthD<<i, window, weights, nil), nn.BatchNorm, nn.LeakyReLU(s.Slope))
		layersG = append([]nn.Layer{nn.ConvTranspose(s.WidthG<<i, window, weights, nil), nn.BatchNorm, nn.ReLU}, layersG...)
		side = (side + 1) / 2
	}
	first := s.WidthG << stackedHalvings
	layersG = append([]nn.Layer{nn.Linear(first*side*side, weights, nil), nn.Reshape(first, side, side), nn.BatchNorm, nn.ReLU}, layersG...)
	layersG = append(layersG, nn.Conv(image.Shape[0], nn.Same(image.Shape[1], 3, 1), weights, nn.Zeros), nn.Tanh)
	layersD = append(layersD, nn.Linear(1, weights, nn.Zeros))

	adam := adamOf(s.Beta1, s.Beta2)
	return Pair{
		G: nn.New("G", []int{s.Latent}, layersG...), D: nn.New("D", s.Packed(image.Shape), layersD...),
		Latent: Normal("z", s.Latent), Objective: objective.NonSaturating{}, Unroll: s.Unroll, Batch: s.Batch,
		OptimizerG: adam(optim.Constant(s.LearningRateG)), OptimizerD: adam(s.RateOfD(optim.Constant(s.LearningRateD))),
		Round: Alternate(s.K),
		Makes: image, Scale: data.Scale{Lo: -1, Hi: 1}, Techniques: s.Techniques,
	}.System()
}
