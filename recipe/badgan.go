package recipe

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// BadGAN contains the settings of semi-supervised learning with a generator that should
// not make good images. It is ssl-feature-matching with another term in the loss of G:
// samples that are too probable by a density p are pushed away, so that G fills the
// regions between the classes. p is a PixelCNN, which learns from the unlabelled images
// before D and G move. The defaults are those of the authors' code for MNIST.
//
// There are some differences. The authors use 60,000 training images, and a PixelCNN of
// 160 filters; its weights are lost. Their threshold is the 10th percentile of log p of
// the test images; here it is that of training images, the moving average over the
// minibatches of the PixelCNN. Their term has the probability 0.1 in each round; here it
// is in every tenth round. The learning rate falls smoothly, and not by epochs. D's
// initial values depend on the first minibatch, and not on 500 images, and the scales of
// G's batch normalisation are 1 at first.
type BadGAN struct {
	Labelled
	ClassifierGAN

	RateG    float64 `toml:"learning_rate_g" min:"0" doc:"of G's Adam"`
	RateD    float64 `toml:"learning_rate_d" min:"0" doc:"of D's Adam"`
	Beta1G   float64 `toml:"beta1_g" min:"0" max:"0.999" doc:"of G's Adam"`
	Beta1D   float64 `toml:"beta1_d" min:"0" max:"0.999" doc:"of D's Adam"`
	Beta2    float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of the Adam of D and G"`
	HoldKimg float64 `toml:"hold_kimg" min:"0" doc:"thousands of unlabelled examples of D until the learning rates begin to fall"`
	FallKimg float64 `toml:"fall_kimg" min:"0" doc:"thousands of these examples in which they fall to 0; 0: they do not fall"`

	Term       float64 `toml:"pixelcnn" min:"0" doc:"weight of log p - threshold in the loss of G, the mean over the samples that are above; 0: feature matching only, without a PixelCNN"`
	TermAfter  int     `toml:"pixelcnn_after" min:"0" doc:"rounds of D and G before the first with the term"`
	TermEvery  int     `toml:"pixelcnn_every" min:"1" doc:"the term is in one of this number of rounds"`
	Samples    int     `toml:"pixelcnn_samples" min:"1" doc:"samples in the term"`
	Percentile float64 `toml:"pixelcnn_percentile" min:"0" max:"1" doc:"share of the training images that are less probable than the threshold"`
	PixelKimg  float64 `toml:"pixelcnn_kimg" above:"0" doc:"thousands of images from which the PixelCNN learns before the other rounds"`
	PixelRate  float64 `toml:"pixelcnn_rate" min:"0" doc:"learning rate of the PixelCNN's Adam"`
	PixelCNN
}

func init() {
	Register(Recipe{
		Name:   "badgan",
		Title:  "semi-supervised classifier with a generator that avoids probable images",
		Source: "Dai et al. 2017, Good Semi-supervised Learning that Requires a Bad GAN (arXiv 1705.09783), and the authors' code for MNIST",
		Data:   "mnist", Takes: Images(mostValues),
		Kimg: 200_500, TickKimg: 100, Grid: 100, // the PixelCNN, and 2000 epochs of two reads
	}, BadGAN{
		Labelled: Labelled{Labels: 100}, ClassifierGAN: classifierGAN,
		RateG: 1e-3, RateD: 3e-3, Beta1G: 0, Beta1D: .5, Beta2: .9999, HoldKimg: 67_000, FallKimg: 33_000,
		Term: 1e-4, TermAfter: 9000, TermEvery: 10, Samples: 30, Percentile: .1, PixelKimg: 500, PixelRate: 1e-3,
		PixelCNN: PixelCNN{Filters: 32, Blocks: 3, Mixtures: 10},
	}, BadGAN.build)
}

func (s BadGAN) build(images Examples) (*System, error) {
	image, class, err := s.classesOf(images)
	if err != nil {
		return nil, err
	}
	adam := func(rate, beta1 float64) optim.Optimizer {
		return optim.Adam{LearningRate: holdAndFall(rate, s.HoldKimg, s.FallKimg, s.Batch), Beta1: beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	}
	n := s.networks(image, class, nn.FanIn(1), nn.DefaultBatchNorm)
	n.g = &game.Player{Name: "G", Networks: []*nn.Network{n.G}, Optimizer: adam(s.RateG, s.Beta1G)}
	n.d = &game.Player{Name: "D", Networks: []*nn.Network{n.D, n.C}, Optimizer: adam(s.RateD, s.Beta1D)}
	system := n.system(s.Labelled, s.Unlabelled)
	if s.Term == 0 || s.Supervised {
		return system, nil
	}
	if image.Shape[0] != 1 {
		return nil, hint.Add(fmt.Errorf("its PixelCNN is for grey images, and the data are %v", image), "--set data.channels=1, or --set pixelcnn=0")
	}
	s.addDensity(system.Game, n)
	return system, nil
}

// The phases of the game with a PixelCNN. [game.Game.Round] has no term.
const learnDensity, useDensity = 0, 1

// addDensity adds the PixelCNN to the game: the player P, its rounds before those of D and
// G, and the term in the loss of G.
func (s BadGAN) addDensity(g *game.Game, n *classifierNetworks) {
	var threshold *nn.Param
	P := s.network(n.image, func(b *nn.Builder, _ []int) nn.Apply {
		threshold = b.Buffer("threshold", nn.Zeros)
		return func(_ *nn.Context, x *tensor.Tensor) *tensor.Tensor { return x }
	})
	p := &game.Player{Name: "P", Networks: []*nn.Network{P}, Optimizer: optim.Adam{
		LearningRate: optim.Constant(s.PixelRate), Beta1: .95, Beta2: .9995, Epsilon: 1e-8,
	}}
	learning := max(1, stepsOf(s.PixelKimg, 2*s.Batch))
	g.Players = append(g.Players, p)
	g.Phases = []game.Phase{
		learnDensity: {When: before(learning), Round: []game.Move{{Players: []*game.Player{p}, Times: 2}}},
		useDensity: {When: func(round int64) bool {
			played := round - int64(learning)
			return played >= int64(s.TermAfter) && played%int64(s.TermEvery) == 0
		}, Round: g.Round},
	}
	logp := func(t *game.Trace, x *tensor.Tensor) *tensor.Tensor { // of images in [0, 1]
		x = x.Reshape(append([]int{-1}, n.image.Shape...)...).Scale(2).Plus(-1)
		return s.logDensity(x, P.Apply(t.Context, x))
	}
	play := g.Play
	g.Play = func(t *game.Trace) game.Losses {
		if t.Phase() == learnDensity {
			density := logp(t, t.Data(unlabelledInput))
			s.updateThreshold(t, threshold, density)
			loss := density.Mean().Neg()
			t.Record(p, "bits per pixel", loss.Scale(1/(math.Ln2*float64(n.image.Size()))))
			t.Record(p, "threshold", t.Value(threshold))
			return game.Losses{"P": loss}
		}
		losses := play(t)
		if t.Phase() == useDensity {
			above := logp(t, n.G.Apply(t.Context, n.z.Draw(t.Context, s.Samples))).Sub(t.Value(threshold)).ReLU()
			number := above.Sign().Sum()
			t.Record(n.g, "probable", number.Scale(1/float64(s.Samples)))
			losses["G"] = losses["G"].Add(above.Sum().Div(number.Max(tensor.Scalar(tensor.Float32, 1))).Scale(s.Term))
		}
		return losses
	}
}

// updateThreshold updates the threshold by the log densities of a minibatch: it is the
// mean of the percentile over the first minibatches, then a moving average over about the
// last hundred.
func (s BadGAN) updateThreshold(t *game.Trace, threshold *nn.Param, density *tensor.Tensor) {
	k := min(int(s.Percentile*float64(s.Batch)), s.Batch-1)
	now := t.Value(threshold)
	one := tensor.Scalar(tensor.Float32, 1)
	share := one.Div(t.Step().Scale(2).Plus(1)).Max(tensor.Scalar(tensor.Float32, .01))
	t.Set(threshold, now.Add(smallest(density.StopGradient(), k).Sub(now).Mul(share)))
}
