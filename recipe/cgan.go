package recipe

import (
	"cmp"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
)

// CGAN contains the settings of the conditional GAN on MNIST: min_G max_D E[log D(x|y)] +
// E[log(1 - D(G(z|y)|y))], with the class y of training examples. ConditionG and ConditionD
// are where the networks read y:
//
//   - hidden, as published: y has a separate hidden layer, which is joined with that of z
//     or of x.
//   - input: y is appended to z or to x, as one number for each class.
//   - projection, in D (Miyato and Koyama 2018, equation 3, without their convolutions):
//     D(x, y) = v_y f(x) + w f(x), where f are D's last hidden units and v_y is a vector of
//     the class.
//   - norm, in G, as in their paper: batch normalisation with a scale and a shift for each
//     class.
//
// The paper does not name the initial weights, the layers with dropout, or the epochs in
// which the momentum rises. Here they are those of Goodfellow et al. 2014. As there, both
// players move from one forward pass, G maximises log D, D's loss is halved, and the output
// bias of G begins at the training mean. The published model was chosen by its Parzen
// likelihood (train.measure, train.best).
//
// With z in (0, 1), as the text has it, all samples were alike after 3 epochs. So the
// default is the z of the code of 2014, with mean 0 and variance 1. The settings
// norm_g, optimizer = adam, gamma and weights of 0 are not published.
type CGAN struct {
	ConditionG   string  `toml:"condition_g" oneof:"hidden input norm" doc:"where G reads the class: in a hidden layer of its own (hidden), with z (input), or in the scales and shifts of batch normalisation (norm)"`
	ConditionD   string  `toml:"condition_d" oneof:"hidden input projection" doc:"where D reads the class: in a hidden layer of its own (hidden), with x (input), or by a projection (projection)"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"standard unit" doc:"distribution of z: uniform with mean 0 and variance 1 (standard), or uniform in (0, 1) (unit)"`
	HiddenZ      int     `toml:"hidden_z" min:"1" doc:"ReLU units of G for z"`
	HiddenY      int     `toml:"hidden_y" min:"1" doc:"ReLU units of G for the class; where it has no units of its own, they are added to those for z"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of G's joint ReLU layer"`
	MaxoutX      int     `toml:"maxout_x" min:"1" doc:"maxout units of D for x"`
	MaxoutY      int     `toml:"maxout_y" min:"1" doc:"maxout units of D for the class"`
	Pieces       int     `toml:"pieces" min:"1" doc:"linear pieces of these units"`
	Maxout       int     `toml:"maxout" min:"1" doc:"units of D's joint maxout layer"`
	JointPieces  int     `toml:"joint_pieces" min:"1" doc:"linear pieces of its units"`
	WeightsG     float64 `toml:"weights_g" min:"0" doc:"G's weights begin in U(-w, w); 0: as He et al. 2015, by the number of inputs"`
	WeightsD     float64 `toml:"weights_d" min:"0" doc:"D's weights begin in U(-w, w); 0: as He et al. 2015, by the number of inputs"`
	NormG        bool    `toml:"norm_g" doc:"batch normalisation before G's ReLUs; with condition_g = norm it is always there"`
	MeanClip     float64 `toml:"mean_clip" min:"1e-12" max:"0.5" doc:"G's output bias begins at the logit of the training mean, clipped this far from 0 and 1"`
	DropG        float64 `toml:"drop_g" min:"0" max:"0.99" doc:"share of G's hidden units dropped in training"`
	DropInput    float64 `toml:"drop_input" min:"0" max:"0.99" doc:"share of D's inputs dropped, also of the class"`
	DropHidden   float64 `toml:"drop_hidden" min:"0" max:"0.99" doc:"share of D's hidden units dropped"`
	WeightLossD  float64 `toml:"weight_loss_d" above:"0" doc:"factor of D's loss"`
	Optimizer    string  `toml:"optimizer" oneof:"sgd adam" doc:"of both players: gradient descent with momentum, or Adam, which learns in a few epochs"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players at first; 0: 0.1 for sgd, 0.002 for adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`

	Descent2014

	Simultaneous bool    `toml:"simultaneous" doc:"both players move from one forward pass; otherwise k updates of D, then one of G"`
	K            int     `toml:"k" min:"1" max:"1000" doc:"updates of D for one of G, when not simultaneous"`
	Objective    string  `toml:"objective" oneof:"non-saturating minimax" doc:"of G: non-saturating (-log D) or minimax (log(1 - D))"`
	Gamma        float64 `toml:"gamma" min:"0" doc:"strength of the gradient penalty R1 of D (Mescheder et al. 2018); 0, as published: none"`
	Average      float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	descent := descent2014(1, 250)
	descent.Decay = 1.00004
	Register(Recipe{
		Name:   "cgan",
		Title:  "conditional GAN: both networks read the class, fully connected with maxout",
		Source: "Mirza and Osindero 2014, Conditional Generative Adversarial Nets (arXiv 1411.1784), section 4.1; the projection is from Miyato and Koyama 2018 (arXiv 1802.05637)",
		Data:   "mnist", Takes: labelled(Images(mostValues)),
		Kimg: 5000, TickKimg: 50, Grid: 100, // 100 epochs of MNIST, and one
	}, CGAN{
		ConditionG: "hidden", ConditionD: "hidden", Batch: 100, Latent: 100, Noise: "standard", HiddenZ: 200, HiddenY: 1000, Hidden: 1200,
		MaxoutX: 240, MaxoutY: 50, Pieces: 5, Maxout: 240, JointPieces: 4,
		WeightsG: .05, WeightsD: .005, MeanClip: 1e-7, DropG: .5, DropInput: .2, DropHidden: .5,
		WeightLossD: .5, Optimizer: "sgd", Beta1: .5, Beta2: .999, Descent2014: descent,
		Simultaneous: true, K: 1, Objective: "non-saturating",
		Techniques: DefaultTechniques,
	}, CGAN.build)
}

func (s CGAN) build(images Examples) (*System, error) {
	class, _ := images.Field(data.ClassField)
	bias, err := outputBias(images, s.MeanClip)
	if err != nil {
		return nil, err
	}
	latent := Uniform("z", 0, 1, s.Latent)
	if s.Noise == "standard" {
		latent = Uniform("z", -math.Sqrt(3), math.Sqrt(3), s.Latent)
	}
	G, D := s.networks(images.First().Size(), class, bias)
	optimizer, initial := s.sgd(images, s.Batch), .1
	if s.Optimizer == "adam" {
		optimizer, initial = adamOf(s.Beta1, s.Beta2), .002
	}
	rate := s.rate(cmp.Or(s.LearningRate, initial))
	return Pair{
		G: G, D: D, Latent: latent, Given: []Condition{{Field: class}},
		Objective: objectives[s.Objective], WeightD: s.WeightLossD, Batch: s.Batch,
		OptimizerG: optimizer(rate), OptimizerD: optimizer(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: roundOf(s.Simultaneous, s.K), Penalty: R1(s.Gamma),
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}.System()
}

// networks returns G and D for images of the given number of values.
func (s CGAN) networks(size int, class data.Field, bias nn.Initializer) (G, D *nn.Network) {
	weightsG, weightsD := uniformOr(s.WeightsG, nn.He), uniformOr(s.WeightsD, nn.He)
	linear := func(units int) nn.Layer { return nn.Linear(units, weightsG, nn.Zeros) }
	maxout := func(units, pieces int) nn.Layer { return nn.Maxout(units, pieces, weightsD, nn.Zeros) }
	y := func(layers ...nn.Layer) nn.Layer { // appends layers applied to the class
		return nn.Concat(nn.Class(class.Name), append([]nn.Layer{nn.OneHot(class.Classes)}, layers...)...)
	}
	var layersG []nn.Layer
	active, first := nn.ReLU, s.HiddenZ+s.HiddenY
	if s.NormG {
		active = nn.Sequence(nn.BatchNorm, nn.ReLU)
	}
	switch s.ConditionG {
	case "hidden":
		layersG = append(layersG, linear(s.HiddenZ), active, y(linear(s.HiddenY), active))
	case "input":
		layersG = append(layersG, y(), linear(first), active)
	case "norm":
		active = nn.Sequence(nn.ConditionalBatchNorm(class.Name, class.Classes, nn.DefaultBatchNorm), nn.ReLU)
		layersG = append(layersG, linear(first), active)
	}
	layersG = append(layersG, nn.Dropout(s.DropG), linear(s.Hidden), active, nn.Dropout(s.DropG), nn.Linear(size, weightsG, bias), nn.Sigmoid)

	layersD, score := []nn.Layer{nn.Dropout(s.DropInput), maxout(s.MaxoutX, s.Pieces)}, nn.Linear(1, weightsD, nn.Zeros)
	switch s.ConditionD {
	case "hidden":
		layersD = append(layersD, y(nn.Dropout(s.DropInput), maxout(s.MaxoutY, s.Pieces)))
	case "input":
		layersD = append([]nn.Layer{y()}, layersD...)
	case "projection":
		score = projection(score, class, s.Maxout, weightsD, sumOfUnits)
	}
	layersD = append(layersD, nn.Dropout(s.DropHidden), maxout(s.Maxout, s.JointPieces), nn.Dropout(s.DropHidden), score)
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed([]int{size}), layersD...)
}

// uniformOr returns the initial values U(-w, w), or others if w is 0.
func uniformOr(w float64, others nn.Initializer) nn.Initializer {
	if w == 0 {
		return others
	}
	return nn.Uniform(w)
}
