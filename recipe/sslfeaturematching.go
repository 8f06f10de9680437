package recipe

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// SSLFeatureMatching contains the settings of semi-supervised learning with feature
// matching. D is the classifier: it gives a logit for each class, and the logit of the
// class "generated" is 0. G matches the mean of the features of D. The defaults are those
// of the authors' code for MNIST.
//
// There are three differences. The authors' 60,000 training images include those that
// Gander keeps for validation, so there are 50,000. The scales and the biases of D begin
// with values from the first minibatch, labelled and unlabelled; in the code from 500
// images. And samples use running statistics of batch normalisation.
//
// With the published learning rate D can win in the first epochs, and then the values of samples
// saturate: on MNIST with the seed 3, and not with 1 and 2. With FirstRate at first, G
// learns before that.
type SSLFeatureMatching struct {
	Labelled
	ClassifierGAN

	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	FirstRate    float64 `toml:"first_rate" min:"0" doc:"learning rate for the first first_kimg"`
	FirstKimg    float64 `toml:"first_kimg" min:"0" doc:"thousands of unlabelled examples of D for which the learning rate is first_rate; 0: none, as published"`
	HoldKimg     float64 `toml:"hold_kimg" min:"0" doc:"thousands of unlabelled examples of D until the learning rate begins to fall"`
	FallKimg     float64 `toml:"fall_kimg" min:"0" doc:"thousands of these examples in which it falls to 0; 0, as published: it does not fall"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Average      float64 `toml:"average" min:"0" max:"0.999999" doc:"decay of the moving average of D that classifies; 0: none"`
	FromZero     bool    `toml:"from_zero" doc:"the average begins at 0, as in the authors' code, so that it is useful only after about twice 1/(1-average) updates; otherwise at the first values"`
}

// A ClassifierGAN contains the settings of the fully connected networks of semi-supervised
// learning on MNIST, with the discriminator as classifier.
type ClassifierGAN struct {
	Batch      int     `toml:"batch" min:"1" doc:"labelled, unlabelled and generated examples in a minibatch, of each"`
	Latent     int     `toml:"latent" min:"1" doc:"dimensions of z, uniform in [0, 1]"`
	HiddenG    []int   `toml:"hidden_g" min:"1" doc:"units of G's hidden layers"`
	Hidden     []int   `toml:"hidden" min:"1" doc:"units of D's hidden layers; the last are the features"`
	InputNoise float64 `toml:"input_noise" min:"0" doc:"standard deviation of the noise on the images that D reads in training"`
	Noise      float64 `toml:"noise" min:"0" doc:"standard deviation of the noise on what each later layer of D reads in training"`
	Weights    float64 `toml:"weights" above:"0" doc:"standard deviation of D's weights at first; only their direction matters"`
	Unlabelled float64 `toml:"unlabelled" min:"0" doc:"weight of the loss of unlabelled and generated examples"`
}

// classifierGAN contains the published settings of the networks.
var classifierGAN = ClassifierGAN{
	Batch: 100, Latent: 100, HiddenG: []int{500, 500}, Hidden: []int{1000, 500, 250, 250, 250},
	InputNoise: .3, Noise: .5, Weights: .1, Unlabelled: 1,
}

func init() {
	Register(Recipe{
		Name:   "ssl-feature-matching",
		Title:  "semi-supervised classifier: D learns from few labels, and from unlabelled images that it must distinguish from generated ones",
		Source: "Salimans et al. 2016, Improved Techniques for Training GANs (arXiv 1606.03498), section 5, and the authors' code for MNIST",
		Data:   "mnist", Takes: Images(mostValues),
		Kimg: 30_000, TickKimg: 100, Grid: 100, // 300 epochs of two reads, and one
	}, SSLFeatureMatching{
		Labelled: Labelled{Labels: 100}, ClassifierGAN: classifierGAN,
		LearningRate: 3e-3, FirstRate: 1e-3, Beta1: .5, Beta2: .999, Average: .9999, FromZero: true,
	}, SSLFeatureMatching.build)
}

func (s SSLFeatureMatching) build(images Examples) (*System, error) {
	image, class, err := s.classesOf(images)
	if err != nil {
		return nil, err
	}
	adam := optim.Adam{LearningRate: s.rate(), Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8, EpsilonInside: true}
	n := s.networks(image, class, nn.GlorotUniform(1), nn.BatchNormOptions{Epsilon: 1e-6, Momentum: .1, Shift: nn.Zeros})
	n.g = &game.Player{Name: "G", Networks: []*nn.Network{n.G}, Optimizer: adam}
	n.d = &game.Player{Name: "D", Networks: []*nn.Network{n.D, n.C}, Optimizer: adam, Average: optim.EMA{Decay: s.Average, FromZero: s.FromZero}}
	return n.system(s.Labelled, s.Unlabelled), nil
}

// rate returns the learning rate of both players.
func (s SSLFeatureMatching) rate() optim.Schedule {
	if s.FirstKimg == 0 {
		return holdAndFall(s.LearningRate, s.HoldKimg, s.FallKimg, s.Batch)
	}
	first := stepsOf(s.FirstKimg, s.Batch)
	return optim.Product(optim.LinearRamp(s.FirstRate, s.LearningRate, first-1, first, 1), holdAndFall(1, s.HoldKimg, s.FallKimg, s.Batch))
}

// classifierNetworks are the networks of a [ClassifierGAN].
type classifierNetworks struct {
	G *nn.Network // z to images
	D *nn.Network // images to features
	C *nn.Network // features to a logit for each class

	image, class data.Field
	batch        int
	z            Latent
	g, d         *game.Player
}

// networks returns the networks. weightsG and normG are the initial weights and the batch
// normalisation of G.
func (s ClassifierGAN) networks(image, class data.Field, weightsG nn.Initializer, normG nn.BatchNormOptions) *classifierNetworks {
	norm := nn.BatchNormWith(normG)
	softplus := nn.Each((*tensor.Tensor).Softplus)
	var layersG, layersD []nn.Layer
	for _, units := range s.HiddenG {
		layersG = append(layersG, nn.Linear(units, weightsG, nil), norm, softplus)
	}
	layersG = append(layersG, nn.UnitWeightNorm(nn.Linear(image.Size(), weightsG, nn.Zeros)), nn.Sigmoid)
	noise := s.InputNoise
	for _, units := range s.Hidden {
		layersD = append(layersD, nn.GaussianNoise(noise), nn.WeightDirection(nn.Linear(units, nn.Normal(s.Weights), nn.Zeros)), nn.ReLU)
		noise = s.Noise
	}
	n := &classifierNetworks{image: image, class: class, batch: s.Batch, z: Uniform("z", 0, 1, s.Latent)}
	n.G = nn.New("G", []int{s.Latent}, layersG...)
	n.D = nn.New("D", []int{image.Size()}, layersD...)
	n.C = nn.New("C", n.D.Out, nn.GaussianNoise(noise), nn.WeightNorm(nn.Linear(class.Classes, nn.Normal(s.Weights), nn.Zeros)))
	return n
}

// features returns the features of images, [batch, ...].
func (n *classifierNetworks) features(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
	return n.D.Apply(c, x.Reshape(x.Dim(0), n.image.Size()))
}

// logits returns the logits of images, [batch, classes].
func (n *classifierNetworks) logits(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
	return n.C.Apply(c, n.features(c, x))
}

// system returns the system of the players: D moves, then G, each with new examples. In
// the loss of D, the examples without labels have the given weight. If only labelled
// examples are read, G does not move.
func (n *classifierNetworks) system(s Labelled, unlabelled float64) *System {
	players, round := []*game.Player{n.g, n.d}, game.Alternate(n.d, n.g, 1)
	if s.Supervised {
		players, round = players[1:], game.Simultaneous(n.d)
	}
	g := &game.Game{Players: players, Round: round, Batch: n.batch, Inputs: s.inputs(n.image, n.batch, true)}
	g.Play = func(t *game.Trace) game.Losses {
		if s.Supervised {
			return game.Losses{"D": objective.CrossEntropy(n.logits(t.Context, t.Data(labelledInput)), t.Data(classInput))}
		}
		return n.play(t, unlabelled)
	}
	scale := data.Scale{Lo: 0, Hi: 1}
	return &System{Game: g, Sources: s.sources(g, scale), Outputs: n.outputs(s, scale)}
}

// play traces a play.
func (n *classifierNetworks) play(t *game.Trace, unlabelled float64) game.Losses {
	x := t.Data(unlabelledInput)
	// One pass for both kinds of real examples: the weight normalisation of D begins with
	// values from the first pass.
	real := n.features(t.Context, tensor.Concatenate(0, t.Data(labelledInput), x))
	logits := n.C.Apply(t.Context, real)
	made := n.features(t.Context, n.G.Apply(t.Context, n.z.Draw(t.Context, n.batch)))
	score := objective.ClassScore
	supervised := objective.CrossEntropy(logits.Slice1(0, 0, n.batch), t.Data(classInput))
	adversarial := objective.Minimax{}.Discriminator(score(logits.Slice1(0, n.batch, 2*n.batch)), score(n.C.Apply(t.Context, made))).Scale(.5)
	t.Record(n.d, "labelled", supervised)
	return game.Losses{
		"D": supervised.Add(adversarial.Scale(unlabelled)),
		"G": objective.FeatureMatching(n.features(t.Context, x), made),
	}
}

// outputs returns the outputs of the system.
func (n *classifierNetworks) outputs(s Labelled, scale data.Scale) []Output {
	return s.outputs(n.G, n.z, n.image, n.d, Output{
		Networks: []*nn.Network{n.D, n.C}, Makes: n.class, Scale: scale,
		Make: func(c *nn.Context, in Inputs) *tensor.Tensor { return n.logits(c, in[n.image.Name]) },
	})
}
