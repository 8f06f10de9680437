package recipe

import (
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// R3GAN contains the settings of R3GAN: residual networks without normalisation, the
// relativistic objective, and the gradient penalties R1 and R2. The defaults are Config E
// with the settings of the authors for stacked MNIST. Their settings for CIFAR-10, with
// classes, differ:
//
//	conditional      yes
//	final_rate       5e-5
//	gamma            .05, final_gamma .005
//	burn_in_kimg     20,000
//	half_life_kimg   5000
//
// They also flip images and augment them (ADA's transformations, with a probability that
// rises from 0 to .55).
//
// There are three differences. Their images of stacked MNIST have 32 pixels; here they
// have 28, and the smallest maps 7. The networks have the same width at all sizes; in the
// authors' networks for faces, the maps of 64 pixels and more have fewer channels. And
// they compute in part with 16 bits.
type R3GAN struct {
	Conditional  string  `toml:"conditional" oneof:"yes no" doc:"whether both networks read the class"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels between blocks; within a block they are twice as many"`
	Blocks       int     `toml:"blocks" min:"1" max:"16" doc:"residual blocks for each size of the maps"`
	Group        int     `toml:"group" min:"1" doc:"channels in a group of the 3x3 convolutions; it divides 2 width"`
	Objective    string  `toml:"objective" oneof:"relativistic non-saturating" doc:"relativistic (RpGAN) or that of the GAN (non-saturating)"`
	Penalties    string  `toml:"penalties" oneof:"both r1 r2 none" doc:"gradient penalties at real examples (r1), at generated ones (r2) or at both"`
	Gamma        float64 `toml:"gamma" min:"0" doc:"weight of the penalties at first"`
	FinalGamma   float64 `toml:"final_gamma" min:"0" doc:"weight of the penalties after the burn-in"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam at first"`
	FinalRate    float64 `toml:"final_rate" min:"0" doc:"learning rate after the burn-in"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam at first"`
	FinalBeta2   float64 `toml:"final_beta2" min:"0" max:"0.99999" doc:"beta2 after the burn-in"`
	BurnInKimg   float64 `toml:"burn_in_kimg" min:"0" doc:"thousands of examples that D reads while gamma, the learning rate, beta2 and the half-life change along half a cosine; 0: they have their final values"`
	HalfLifeKimg float64 `toml:"half_life_kimg" min:"0" doc:"half-life of the moving average of G that samples are drawn from, in thousands of examples that D reads; during the burn-in it rises from 0. 0: no average"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "r3gan",
		Title:  "residual networks without normalisation, the relativistic objective, penalties R1 and R2",
		Source: "Huang et al. 2024, The GAN is dead; long live the GAN! A Modern Baseline GAN (arXiv 2501.05441), Config E, and the authors' code",
		Data:   "stacked-mnist", Takes: Halved(1, 256),
		Kimg: 20_000, TickKimg: 50, Grid: 100, // each round reads two minibatches: 10 million examples for D
	}, R3GAN{
		Conditional: "no", Batch: 512, Latent: 64, Width: 768, Blocks: 2, Group: 16,
		Objective: "relativistic", Penalties: "both", Gamma: 1, FinalGamma: .1,
		LearningRate: 2e-4, FinalRate: 2e-4, Beta1: 0, Beta2: .9, FinalBeta2: .99,
		BurnInKimg: 2000, HalfLifeKimg: 500,
		Techniques: DefaultTechniques,
	}, R3GAN.build)
}

func (s R3GAN) build(images Examples) (*System, error) {
	given, err := labelOf(images, s.Conditional, false)
	if err != nil {
		return nil, err
	}
	if 2*s.Width%s.Group != 0 {
		return nil, s.groupError()
	}
	G, D := s.networks(images.First(), given)
	goal := objective.Adversarial(objective.Relativistic{})
	if s.Objective != "relativistic" {
		goal = objectives[s.Objective]
	}
	adam := func(rate optim.Schedule) optim.Optimizer {
		return optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: s.Beta2, Beta2Schedule: s.burnIn(s.Beta2, s.FinalBeta2), Epsilon: 1e-8}
	}
	rate := s.burnIn(s.LearningRate, s.FinalRate)
	average := optim.EMA{}
	if s.HalfLifeKimg > 0 {
		average = optim.EMA{Decay: optim.HalfLife(s.HalfLifeKimg * 1000 / float64(s.Batch)), RampUp: s.burnIn(0, 1)}
	}
	return Pair{
		G: G, D: D, Latent: Normal("z", s.Latent), Given: given, Objective: goal, Batch: s.Batch, Penalty: s.penalty(),
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)), Average: average,
		Makes: images.First(), Scale: data.Scale{Lo: -1, Hi: 1}, Techniques: s.Techniques,
	}.System()
}

// burnIn returns a setting that changes along half a cosine during the burn-in. Both
// players make one update in each round.
func (s R3GAN) burnIn(from, to float64) optim.Schedule {
	rounds := stepsOf(s.BurnInKimg, s.Batch)
	if rounds == 0 {
		return optim.Constant(to)
	}
	return optim.Cosine(from, to, rounds)
}

// penalty returns the penalties R1 and R2 of the scores in the play, with the
// augmentation of these scores.
func (s R3GAN) penalty() func(*game.Trace, *Play) *tensor.Tensor {
	if s.Penalties == "none" {
		return nil
	}
	gamma, penalty := s.burnIn(s.Gamma, s.FinalGamma), objective.R1{Gamma: 1}
	return func(t *game.Trace, p *Play) *tensor.Tensor {
		sum := tensor.Scalar(tensor.Float32, 0)
		if s.Penalties != "r2" {
			sum = sum.Add(penalty.At(p.Real, p.X))
		}
		if s.Penalties != "r1" {
			sum = sum.Add(penalty.At(p.Fake, p.Made))
		}
		return sum.Mul(gamma(t.Step()))
	}
}

func (s R3GAN) groupError() error {
	return hint.Add(fmt.Errorf("group = %d does not divide the %d channels within a block", s.Group, 2*s.Width), "--set group=N, with N a divisor of %d, or change width", 2*s.Width)
}

// networks returns G and D. D has the layers of G in the opposite order.
func (s R3GAN) networks(image data.Field, given []Condition) (G, D *nn.Network) {
	times, sides := halvings(image)
	point, linear := nn.Window{Kernel: 1, Stride: 1}, nn.FanInNormal(1)
	blocks := s.blocks(s.Blocks * (times + 1))

	var layersG, layersD []nn.Layer
	units := 1
	if len(given) > 0 {
		class := given[0]
		layersG = append(layersG, nn.Concat(nn.Class(class.Name), nn.Embedding(class.Classes, s.Latent, nn.Normal(1/math.Sqrt(float64(class.Classes))))))
		units = s.Width
	}
	layersG = append(layersG, nn.Linear(s.Width, linear, nil), onBasis(sides), blocks)
	layersD = append(layersD, nn.Conv(s.Width, point, linear, nil), blocks)
	for range times {
		layersG = append(layersG, nn.UpsampleFiltered, blocks)
		layersD = append(layersD, nn.DownsampleFiltered, blocks)
	}
	layersG = append(layersG, nn.Conv(image.Shape[0], point, linear, nil))
	layersD = append(layersD, inBasis, nn.Linear(units, linear, nil))
	if len(given) > 0 {
		class := given[0]
		embedding := nn.Embedding(class.Classes, s.Width, nn.Normal(1/math.Sqrt(float64(class.Classes*s.Width))))
		layersD = append(layersD, nn.Product(nn.Sequence(), nn.Given(nn.Class(class.Name), embedding)), sumOfUnits)
	}
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(image.Shape), layersD...)
}

// blocks returns the residual blocks of a size. A network has all blocks.
func (s R3GAN) blocks(all int) nn.Layer {
	block := bottleneck(s.Width, 2*s.Width/s.Group, all)
	return nn.Sequence(slices.Repeat([]nn.Layer{block}, s.Blocks)...)
}

// onBasis multiplies a learned map for each channel by the number of the channel:
// [channels] to [channels, sides...].
func onBasis(sides []int) nn.Layer {
	return func(b *nn.Builder, in []int) nn.Apply {
		basis := b.Param("basis", nn.Normal(1), append([]int{1, in[0]}, sides...)...)
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			return x.Reshape(x.Dim(0), in[0], 1, 1).Mul(c.Value(basis))
		}
	}
}

// inBasis is the sum of each channel times a learned map: [channels, sides...] to
// [channels]. It is a convolution of each channel with a kernel as large as the map.
var inBasis = nn.Sequence(func(b *nn.Builder, in []int) nn.Apply {
	basis := b.Param("basis", nn.Normal(1/math.Sqrt(float64(tensor.Size(in[1:])))), append([]int{1}, in...)...)
	return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor { return x.Mul(c.Value(basis)) }
}, nn.GlobalSum)
