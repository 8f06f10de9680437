package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// BiGAN contains the settings of the bidirectional GAN and of its two baselines. The
// defaults are those of the authors' code for permutation-invariant MNIST. The forms:
//
//   - bigan: D compares (x, E(x)) with (G(z), z). G and E have the loss of D with the
//     targets exchanged.
//   - latent-regressor: an ordinary GAN. E learns z from G(z), and G does not see E.
//   - joint-latent-regressor: the loss of the regressor, with a weight, is also part of the
//     loss of G, and E has the same weight.
//
// There are two differences. Samples and encodings use the running statistics of batch
// normalisation; the authors' code computes statistics from 1000 minibatches before it
// measures. And the learning rate falls with each update, in the authors' code with each
// epoch.
type BiGAN struct {
	Form         string  `toml:"form" oneof:"bigan latent-regressor joint-latent-regressor" doc:"bigan, or one of the baselines in which an ordinary GAN is trained and E learns z from G(z)"`
	Joint        float64 `toml:"joint" min:"0" doc:"weight of the latent regressor in the losses of G and E, in the form joint-latent-regressor"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, uniform in [-1, 1]"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each hidden layer"`
	Slope        float64 `toml:"slope" min:"0" max:"1" doc:"of the leaky ReLU of D and E"`
	Weights      float64 `toml:"weights" above:"0" doc:"standard deviation of the weights at first; those of D's last layer are 0, and without D(x, z) also those of E's"`
	Epsilon      float64 `toml:"epsilon" above:"0" doc:"added to the variance in batch normalisation"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of the players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of the players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of the players' Adam"`
	L2           float64 `toml:"l2" min:"0" doc:"weight decay, added to the gradients"`
	HoldKimg     float64 `toml:"hold_kimg" min:"0" doc:"thousands of examples until the learning rate begins to fall"`
	FallKimg     float64 `toml:"fall_kimg" min:"0" doc:"thousands of examples in which it falls exponentially to its last value; 0: it does not fall"`
	FallTo       float64 `toml:"fall_to" above:"0" max:"1" doc:"its last value, as a part of the first"`
}

func init() {
	Register(Recipe{
		Name:   "bigan",
		Title:  "bidirectional GAN: an encoder E learns the inverse of G, and D compares pairs (x, z)",
		Source: "Donahue et al. 2017, Adversarial Feature Learning (arXiv 1605.09782), section 4.2, and the authors' code",
		Data:   "mnist", Takes: Images(mostValues),
		Kimg: 20_000, TickKimg: 50, Grid: 100, // 400 epochs, and one
	}, BiGAN{
		Form: "bigan", Joint: .25, Batch: 128, Latent: 50, Hidden: 1024, Slope: .2, Weights: .02, Epsilon: 1e-8,
		LearningRate: 2e-4, Beta1: .5, Beta2: .999, L2: 2.5e-5, HoldKimg: 10_000, FallKimg: 10_000, FallTo: .01,
	}, BiGAN.build)
}

func (s BiGAN) build(images Examples) (*System, error) {
	image := images.First()
	b := &bidirectional{
		Latent: Uniform("z", -1, 1, s.Latent), Optimizer: s.optimizer, Batch: s.Batch, Weight: .5,
		Makes: image, Scale: data.Scale{Lo: 0, Hi: 1},
	}
	linear := func(units int) nn.Layer { return nn.Linear(units, nn.Normal(s.Weights), nil) }
	norm := nn.BatchNormWith(nn.BatchNormOptions{Epsilon: s.Epsilon, Momentum: .1})
	b.G = nn.New("G", []int{s.Latent}, // the second layer also reads z
		nn.Sum(nn.Sequence(linear(s.Hidden), norm, nn.ReLU, linear(s.Hidden)), linear(s.Hidden)), norm, nn.ReLU,
		linear(image.Size()), nn.Sigmoid, nn.Reshape(image.Shape...))

	pairs := s.Form == "bigan"
	second, codeWeights := linear(s.Hidden), nn.Initializer(nn.Zeros)
	if pairs {
		second, codeWeights = nn.Sum(second, nn.Given(nn.Vector("z", s.Latent), linear(s.Hidden))), nn.Normal(s.Weights)
	}
	b.E = nn.New("E", image.Shape,
		linear(s.Hidden), nn.LeakyReLU(s.Slope), linear(s.Hidden), norm, nn.LeakyReLU(s.Slope),
		nn.Linear(s.Latent, codeWeights, nil), nn.Each(func(a *tensor.Tensor) *tensor.Tensor { return a.Logistic().Scale(2).Plus(-1) }))
	b.D = nn.New("D", image.Shape,
		linear(s.Hidden), nn.LeakyReLU(s.Slope), second, norm, nn.LeakyReLU(s.Slope), nn.Linear(1, nn.Zeros, nil))
	if pairs {
		return b.system(nil), nil
	}
	return b.system(func(t *game.Trace, d *game.Player) game.Losses { return s.regress(b, t, d) }), nil
}

// regress traces the losses of an ordinary GAN, and of E, which learns z from G(z). The
// loss of E is the mean over the dimensions of z of the cross entropy between (E(x)+1)/2
// and (z+1)/2, which are probabilities.
func (s BiGAN) regress(b *bidirectional, t *game.Trace, d *game.Player) game.Losses {
	x, z := t.Data(data.ExampleField), b.Latent.Draw(t.Context, b.Batch)
	made := b.G.Apply(t.Context, z)
	real, fake := b.D.Apply(t.Context, x), b.D.Apply(t.Context, made)
	t.Record(d, "D(x)", real.Logistic().Mean())
	t.Record(d, "D(G(z))", fake.Logistic().Mean())
	code := probability(b.E.Apply(t.Context, made))
	target := probability(z)
	entropy := target.Mul(code.Log()).Add(complement(target).Mul(complement(code).Log())).Mean().Neg()
	var o objective.NonSaturating
	losses := game.Losses{"D": o.Discriminator(real, fake).Scale(b.Weight), "G": o.Generator(real, fake), "E": entropy}
	if s.Form == "joint-latent-regressor" {
		losses["E"] = entropy.Scale(s.Joint)
		losses["G"] = losses["G"].Add(losses["E"])
	}
	return losses
}

// probability maps z in [-1, 1] to [1e-6, 1-1e-6], so that its logarithm is finite.
func probability(z *tensor.Tensor) *tensor.Tensor {
	const least = 1e-6
	return z.Scale(.5 - least).Plus(.5)
}

// optimizer returns the optimiser of a player.
func (s BiGAN) optimizer() optim.Optimizer {
	return optim.L2(optim.Adam{LearningRate: s.rate(), Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}, s.L2)
}

// rate returns the learning rate: constant, and then falling exponentially.
func (s BiGAN) rate() optim.Schedule {
	if s.FallKimg == 0 {
		return optim.Constant(s.LearningRate)
	}
	exponent := optim.LinearRamp(0, math.Log(s.FallTo), stepsOf(s.HoldKimg, s.Batch), stepsOf(s.HoldKimg+s.FallKimg, s.Batch), 1)
	return func(step *tensor.Tensor) *tensor.Tensor { return exponent(step).Exp().Scale(s.LearningRate) }
}
