package recipe

import (
	"cmp"
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// GAN3D contains the settings of 3D-GAN, for volumes of voxels. It has two forms of the
// networks. In both, convolutions with kernels of 4x4x4 halve or double the sides:
//
//   - paper: Wu et al. 2016. The smallest maps are 4x4x4, z is U(0, 1) with 200 numbers,
//     G ends in a sigmoid, and both networks have batch normalisation.
//   - voxel: the program voxel-dcgan. The smallest maps are 2x2x2, z is U(-1, 1) with 100
//     numbers, G ends in tanh and has virtual batch normalisation. All of the program is
//     form=voxel learning_rate_g=1e-4 learning_rate_d=1e-4 gate=1 instance_noise=1
//     minibatch=300 first=G.
//
// The defaults are those of the paper. Its volumes are 64x64x64; smaller volumes have
// fewer layers. D is not updated while its accuracy on the minibatch is more than 80 %,
// and has a low learning rate. Several people report that training with these numbers
// fails, and use the objective of WGAN-GP: objective=wasserstein gate=1
// learning_rate_g=1e-4 learning_rate_d=1e-4 beta2=.9 k=5. The recipe volumes is the one for
// people's own volumes.
//
// The published code has G only, with other numbers of units. So the normalisation of D's
// first convolution is that of later programs. Softmax of two outputs in voxel-dcgan is
// here one logit, which is the same function.
type GAN3D struct {
	Form          string  `toml:"form" oneof:"paper voxel" doc:"of the networks: paper (Wu et al. 2016) or voxel (voxel-dcgan)"`
	Conditional   string  `toml:"conditional" oneof:"yes no" doc:"whether both networks read the class; the paper trains one network for each class"`
	Objective     string  `toml:"objective" oneof:"non-saturating wasserstein" doc:"non-saturating: cross-entropy, as published; wasserstein: with the gradient penalty lambda"`
	Batch         int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent        int     `toml:"latent" min:"0" doc:"dimensions of z; 0: 200 in the form paper, 100 in the form voxel"`
	Noise         string  `toml:"noise" oneof:"auto unit uniform normal" doc:"distribution of z: unit is U(0, 1), uniform is U(-1, 1), normal is standard normal; auto: unit in the form paper, uniform in the form voxel"`
	Width         int     `toml:"width" min:"0" max:"65536" doc:"channels of D's first convolution, doubled at each halving; 0: 64 in the form paper, 16 in the form voxel"`
	Norm          string  `toml:"norm" oneof:"auto batch virtual none" doc:"normalisation in G: batch, virtual (Salimans et al. 2016) or none; auto: batch in the form paper, virtual in the form voxel"`
	NormD         string  `toml:"norm_d" oneof:"auto batch none" doc:"normalisation in D; auto: batch with the objective non-saturating, otherwise none, because a gradient penalty is for single examples"`
	Reference     int     `toml:"reference" min:"1" doc:"examples in the reference batch of virtual batch normalisation"`
	Minibatch     int     `toml:"minibatch" min:"0" doc:"kernels of 50 dimensions of minibatch discrimination before D's last layer (voxel-dcgan: 300); 0: none"`
	Slope         float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU"`
	Weights       float64 `toml:"weights" min:"0" doc:"standard deviation of the weights at first; 0: that of He et al. 2015"`
	LearningRateG float64 `toml:"learning_rate_g" min:"0" doc:"of G's Adam"`
	LearningRateD float64 `toml:"learning_rate_d" min:"0" doc:"of D's Adam"`
	Beta1         float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2         float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Lambda        float64 `toml:"lambda" min:"0" doc:"weight of the gradient penalty of the objective wasserstein"`
	K             int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G"`
	First         string  `toml:"first" oneof:"D G" doc:"the player that moves first in a round (voxel-dcgan: G)"`
	Average       float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	techniques := DefaultTechniques
	techniques.Gate = .8
	Register(Recipe{
		Name:   "gan3d",
		Title:  "3D-GAN: volumes of voxels by three-dimensional convolutions",
		Source: "Wu et al. 2016, Learning a Probabilistic Latent Space of Object Shapes via 3D Generative-Adversarial Modeling (arXiv 1610.07584); maxorange/voxel-dcgan and rimchang/3DGAN-Pytorch",
		Data:   "modelnet10-voxels", Takes: Cubes(2*leastSide, 64),
		Kimg: 200, TickKimg: 4, Grid: 16, // 50 epochs, and one
	}, GAN3D{
		Form: "paper", Conditional: "no", Objective: "non-saturating", Batch: 100, Noise: "auto", Norm: "auto", NormD: "auto",
		Reference: 100, Slope: .2, Weights: .02, LearningRateG: 2.5e-3, LearningRateD: 1e-5, Beta1: .5, Beta2: .999,
		Lambda: 10, K: 1, First: "D", Techniques: techniques,
	}, GAN3D.build)
}

func (s GAN3D) build(volumes Examples) (*System, error) {
	given, err := labelOf(volumes, s.Conditional, false)
	if err != nil {
		return nil, err
	}
	s = s.resolved()
	if s.Norm == "virtual" && len(given) > 0 {
		return nil, hint.Add(fmt.Errorf("norm = virtual: the reference batch has no labels"), "--set norm=batch")
	}
	G, D := s.networks(volumes.First(), given)
	adam := adamOf(s.Beta1, s.Beta2)
	pair := Pair{
		G: G, D: D, Latent: s.latent(), Given: given, Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: adam(optim.Constant(s.LearningRateG)), OptimizerD: adam(s.RateOfD(optim.Constant(s.LearningRateD))),
		Average: optim.EMA{Decay: s.Average}, Round: Alternate(s.K),
		Makes: volumes.First(), Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}
	if s.Form == "voxel" {
		pair.Scale.Lo = -1
	}
	if s.First == "G" {
		pair.Round = GeneratorFirst(s.K)
	}
	if s.Objective == "wasserstein" {
		pair.Objective = objective.Wasserstein{}
		pair.Penalty = GradientPenalty(objective.GradientPenalty{Lambda: s.Lambda})
	}
	return pair.System()
}

// resolved returns the settings with those of the form instead of 0 and auto.
func (s GAN3D) resolved() GAN3D {
	form := GAN3D{Latent: 200, Noise: "unit", Width: 64, Norm: "batch"}
	if s.Form == "voxel" {
		form = GAN3D{Latent: 100, Noise: "uniform", Width: 16, Norm: "virtual"}
	}
	s.Latent, s.Width = cmp.Or(s.Latent, form.Latent), cmp.Or(s.Width, form.Width)
	if s.Noise == "auto" {
		s.Noise = form.Noise
	}
	if s.Norm == "auto" {
		s.Norm = form.Norm
	}
	if s.NormD == "auto" {
		s.NormD = "none"
		if s.Objective == "non-saturating" {
			s.NormD = "batch"
		}
	}
	return s
}

func (s GAN3D) latent() Latent {
	if s.Noise == "unit" {
		return Uniform("z", 0, 1, s.Latent)
	}
	return latentOf(s.Noise, s.Latent)
}

// networks returns G and D.
func (s GAN3D) networks(volume data.Field, given []Condition) (G, D *nn.Network) {
	times, sides := halvings(volume)
	side := sides[0] // of the smallest maps
	if s.Form == "voxel" && side%2 == 0 {
		times, side = times+1, side/2
	}
	layersG, layersD := s.generator(volume, given, times, side), s.discriminator(volume, given, times, side)
	if s.Norm == "virtual" {
		layersG = []nn.Layer{nn.ReferenceBatch(s.Reference, s.referenceLatents(), layersG...)}
	}
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(volume.Shape), layersD...)
}

// generator returns the layers of G. It doubles the side of the smallest maps the given number
// of times.
func (s GAN3D) generator(volume data.Field, given []Condition, times, side int) (layers []nn.Layer) {
	norm, bias := s.norm(s.Norm), biasBefore(s.Norm)
	channels, units := s.Width<<(times-1), s.Latent
	if len(given) > 0 {
		layers = append(layers, nn.Concat(nn.Class(given[0].Name), nn.OneHot(given[0].Classes)))
		units += given[0].Classes
	}
	if s.Form == "paper" {
		whole := nn.Window{Kernel: side, Stride: 1} // from one point to the smallest maps
		layers = append(layers, nn.Reshape(units, 1, 1, 1), nn.ConvTranspose(channels, whole, s.weights(units), bias))
	} else {
		layers = append(layers, nn.Linear(channels*side*side*side, s.weights(units), bias), nn.Reshape(channels, side, side, side))
	}
	layers = append(layers, norm, nn.ReLU)
	double := func(from, to int) nn.Layer {
		return nn.ConvTranspose(to, halve(4), s.weights(from*8), bias) // an output reads 8 of the 64 taps
	}
	for ; channels > s.Width; channels /= 2 {
		layers = append(layers, double(channels, channels/2), norm, nn.ReLU)
	}
	last := nn.Tanh
	if s.Form == "paper" {
		last = nn.Sigmoid
	}
	return append(layers, double(s.Width, volume.Shape[0]), last)
}

// discriminator returns the layers of D. It halves the sides the given number of times, to the
// given side.
func (s GAN3D) discriminator(volume data.Field, given []Condition, times, side int) (layers []nn.Layer) {
	norm, bias := s.norm(s.NormD), biasBefore(s.NormD)
	from := volume.Shape[0] * s.Pack
	for i := range times {
		channels := s.Width << i
		layers = append(layers, nn.Conv(channels, halve(4), s.weights(from*64), bias), norm, nn.LeakyReLU(s.Slope))
		from = channels
	}
	units := from * side * side * side
	layers = append(layers, nn.Reshape(units))
	if s.Minibatch > 0 {
		layers = append(layers, nn.MinibatchDiscrimination(s.Minibatch, 50, nn.Normal(.02), nn.Zeros))
	}
	score := nn.Linear(1, s.weights(units), bias)
	if len(given) > 0 {
		score = projection(score, given[0].Field, units+s.Minibatch, nn.FanInNormal(1), meanOfUnits)
	}
	return append(layers, score)
}

// biasBefore returns the initial bias of a layer before a normalisation: none, because the
// normalisation subtracts the mean. If the normalisation is none, the bias begins at 0.
func biasBefore(norm string) nn.Initializer {
	if norm == "none" {
		return nn.Zeros
	}
	return nil
}

// weights returns the initial values of weights. inputs is the number of inputs that an
// output depends on.
func (s GAN3D) weights(inputs int) nn.Initializer {
	if s.Weights > 0 {
		return nn.Normal(s.Weights)
	}
	return nn.Normal(math.Sqrt(2 / float64(inputs)))
}

// referenceLatents draws the reference batch of G from the distribution of z.
func (s GAN3D) referenceLatents() nn.Initializer {
	switch s.Noise {
	case "normal":
		return nn.Normal(1)
	case "uniform":
		return nn.Uniform(1)
	}
	return nn.UniformBetween(0, 1)
}

// norm returns a layer of normalisation.
func (s GAN3D) norm(kind string) nn.Layer {
	switch kind {
	case "virtual":
		return nn.VirtualBatchNorm(nn.DefaultVirtualBatchNorm)
	case "batch":
		return nn.BatchNorm
	}
	return nn.Sequence()
}
