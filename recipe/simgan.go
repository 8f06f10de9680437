package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// SimGAN contains the settings of learning from simulated images. A refiner R makes
// simulated images look real, and keeps what they show. It has no random input. D decides
// for every patch of an image whether it is real or refined. Half of the refined images
// that D learns from are those of the present R, the others are from a buffer of earlier
// ones.
//
// The loss of an image is summed over patches and over pixels, and averaged over the
// minibatch. R lowers the cross-entropy of its patches as real ones, plus lambda times the
// L1 distance of the refined to the simulated image. At first, R learns from this distance
// alone, and then D alone.
//
// The paper does not state lambda, the size of the buffer, or how losses are reduced. The
// defaults for these, Adam and the limit of gradients are those of the code of Kim
// (carpedm20), which has no first convolution in R. In that code and another (wayaai) the
// two outputs of D for a patch go through ReLU, which is taken for a mistake and left out.
type SimGAN struct {
	Batch        int     `toml:"batch" min:"2" doc:"images in a minibatch, an even number"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels of R"`
	Blocks       int     `toml:"blocks" min:"0" max:"64" doc:"residual blocks of R"`
	WidthD       int     `toml:"width_d" min:"1" max:"65536" doc:"channels of D's last hidden layers; the first two have three times and twice as many"`
	Lambda       float64 `toml:"lambda" min:"0" doc:"weight of the distance of refined to simulated images"`
	History      int     `toml:"history" min:"0" doc:"minibatches in the buffer of refined images; 0: none"`
	StepsR       int     `toml:"steps_r" min:"1" max:"1000" doc:"updates of R in a round (K_g of the paper)"`
	StepsD       int     `toml:"steps_d" min:"1" max:"1000" doc:"updates of D in a round (K_d)"`
	PretrainR    int     `toml:"pretrain_r" min:"0" doc:"updates of R at first, by the distance alone; rounded up to whole rounds"`
	PretrainD    int     `toml:"pretrain_d" min:"0" doc:"updates of D after that; rounded up to whole rounds"`
	Optimizer    string  `toml:"optimizer" oneof:"adam sgd" doc:"of both players; the paper has sgd"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players"`
	Clip         float64 `toml:"clip" min:"0" doc:"limit of the norm of the gradient of each parameter; 0: none"`
}

func init() {
	Register(Recipe{
		Name:   "simgan",
		Title:  "a refiner makes simulated images look real",
		Source: "Shrivastava et al. 2017, Learning from Simulated and Unsupervised Images through Adversarial Training (arXiv 1612.07828)",
		Data:   "rendered-digits", Takes: takesImages,
		Others: []Role{{Name: "real", Data: "photographed-digits", Takes: takesImages}},
		Kimg:   15_360, TickKimg: 153.6, Grid: 64, // 10,000 rounds
	}, SimGAN{
		Batch: 512, Width: 64, Blocks: 4, WidthD: 32, Lambda: .5, History: 50, StepsR: 2, StepsD: 1,
		PretrainR: 1000, PretrainD: 200, Optimizer: "adam", LearningRate: 1e-3, Clip: 50,
	}, SimGAN.build)
}

// takesImages returns an error unless the data are images.
func takesImages(info data.Info) error {
	if f := info.First(); !f.IsImage() {
		return wrongKind("refines images", f)
	}
	return nil
}

func (s SimGAN) build(e Examples) (*System, error) {
	image, real := e.First(), e.Others["real"].First()
	switch {
	case !image.Same(real):
		return nil, hint.Add(fmt.Errorf("simulated images are %v (channels, height, width), and real ones are %v", image, real),
			"--set data.size=%dx%d --set data.channels=%d", real.Shape[1], real.Shape[2], real.Shape[0])
	case s.Batch%2 != 0:
		return nil, hint.Add(fmt.Errorf("batch = %d is odd, and half of D's refined images are from the history", s.Batch), "choose an even number")
	}
	n := &simGAN{SimGAN: s, R: s.refiner(image.Shape), D: s.discriminator(image.Shape)}
	n.r = &game.Player{Name: "R", Networks: []*nn.Network{n.R}, Optimizer: s.optimizer()}
	n.d = &game.Player{Name: "D", Networks: []*nn.Network{n.D}, Optimizer: s.optimizer()}
	if s.History > 0 {
		n.past = newHistory(image.Shape, s.Batch/2, 2*s.History)
		n.d.Networks = append(n.d.Networks, n.past.network)
	}
	g, scale := n.game(image), data.Scale{Lo: -1, Hi: 1}
	return &System{
		Game: g,
		Sources: fromRoles(g, roleInput{Main, feed.Input{Name: "x", Scale: scale}},
			roleInput{"real", feed.Input{Name: "real", Field: data.ExampleField, Scale: scale}}),
		Outputs: []Output{{
			Name: "refined", Networks: []*nn.Network{n.R}, Given: []Condition{{Field: image, Scale: scale}},
			Make:  func(c *nn.Context, in Inputs) *tensor.Tensor { return n.R.Apply(c, in[image.Name]) },
			Makes: image, Scale: scale, Like: "real",
		}},
	}, nil
}

// A simGAN is the networks and the players of a [SimGAN].
type simGAN struct {
	SimGAN
	R, D    *nn.Network
	r, d    *game.Player
	past    *historyBuffer // of refined images; nil: there is none
	beginsR int            // rounds at the beginning in which R learns alone, without D
}

// game returns the game. First R moves alone, then D alone.
func (n *simGAN) game(image data.Field) *game.Game {
	steps := n.StepsR + n.StepsD
	rounds := func(updates int) int { return (updates + steps - 1) / steps } // of pretraining
	n.beginsR = rounds(n.PretrainR)
	shape := append([]int{n.Batch}, image.Shape...)
	return &game.Game{
		Players: []*game.Player{n.r, n.d}, Batch: n.Batch,
		Round: []game.Move{{Players: []*game.Player{n.r}, Times: n.StepsR}, {Players: []*game.Player{n.d}, Times: n.StepsD}},
		Phases: []game.Phase{
			{When: before(n.beginsR), Round: []game.Move{{Players: []*game.Player{n.r}, Times: steps}}},
			{When: before(n.beginsR + rounds(n.PretrainD)), Round: []game.Move{{Players: []*game.Player{n.d}, Times: steps}}},
		},
		Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: shape}, {Name: "real", DType: tensor.Float32, Shape: shape}},
		Play:   n.play,
	}
}

// play traces a play. D learns from refined images of the present R, and half of them are
// exchanged for earlier ones.
func (n *simGAN) play(t *game.Trace) game.Losses {
	c, x, o := t.Context, t.Data("x"), objective.NonSaturating{}
	refined := n.R.Apply(c, x)
	distance := refined.Sub(x).Abs()
	t.Record(n.r, "distance", distance.Mean())
	asReal := o.Generator(nil, patchLogits(n.D, c, refined)).Mul(notBefore(t, n.beginsR))

	seen := refined
	if n.past != nil {
		now := n.R.Apply(c, x.Slice1(0, 0, n.Batch/2))
		seen = tensor.Concatenate(0, now, n.past.swap(c, now))
	}
	fake := patchLogits(n.D, c, seen)
	truth := patchLogits(n.D, c, t.Data("real"))
	t.Record(n.d, "right on real", positive(truth).Mean())
	t.Record(n.d, "right on refined", positive(fake.Neg()).Mean())
	patches := float64(n.D.Out[1] * n.D.Out[2])
	return game.Losses{
		"R": asReal.Scale(patches).Add(distance.SumPerExample().Mean().Scale(n.Lambda)),
		"D": o.Discriminator(truth, fake).Scale(patches),
	}
}

// refiner returns R.
func (s SimGAN) refiner(image []int) *nn.Network {
	conv := func(channels, kernel int) nn.Layer {
		return nn.Conv(channels, nn.Window{Kernel: kernel, Stride: 1, Pad: kernel / 2}, nn.GlorotUniform(1), nn.Zeros)
	}
	layers := []nn.Layer{conv(s.Width, 3), nn.ReLU}
	for range s.Blocks {
		branch := nn.Sequence(conv(s.Width, 3), nn.ReLU, conv(s.Width, 3))
		layers = append(layers, nn.Residual(branch, nil), nn.ReLU)
	}
	return nn.New("R", image, append(layers, conv(image[0], 1), nn.Tanh)...)
}

// discriminator returns D, which makes two logits for each patch: that it is refined, and
// that it is real.
func (s SimGAN) discriminator(image []int) *nn.Network {
	conv := func(channels, kernel, stride int) nn.Layer {
		return nn.Conv(channels, nn.Window{Kernel: kernel, Stride: stride, Pad: kernel / 2}, nn.GlorotUniform(1), nn.Zeros)
	}
	return nn.New("D", image,
		conv(3*s.WidthD, 3, 2), nn.ReLU, conv(2*s.WidthD, 3, 2), nn.ReLU, nn.MaxPool(nn.Pool{Kernel: 3, Stride: 1, Pad: 1}),
		conv(s.WidthD, 3, 1), nn.ReLU, conv(s.WidthD, 1, 1), nn.ReLU, conv(2, 1, 1))
}

func (s SimGAN) optimizer() optim.Optimizer {
	rate := optim.Constant(s.LearningRate)
	var o optim.Optimizer = optim.Adam{LearningRate: rate, Beta1: .9, Beta2: .999, Epsilon: 1e-8}
	if s.Optimizer == "sgd" {
		o = optim.SGD{LearningRate: rate, Momentum: optim.Constant(0)}
	}
	if s.Clip > 0 {
		o = optim.ClipNorm(o, s.Clip)
	}
	return o
}

// patchLogits returns the logits of the probability that the patches are real: the
// differences of the two logits of the softmax, [images, height, width].
func patchLogits(D *nn.Network, c *nn.Context, images *tensor.Tensor) *tensor.Tensor {
	both := D.Apply(c, images)
	n, h, w := both.Dim(0), both.Dim(2), both.Dim(3)
	return both.Slice1(1, 1, 2).Sub(both.Slice1(1, 0, 1)).Reshape(n, h, w)
}

// positive returns 1 where x is above 0, and 0 elsewhere.
func positive(x *tensor.Tensor) *tensor.Tensor {
	return x.Compare(tensor.Greater, tensor.Scalar(x.DType(), 0)).Convert(x.DType())
}

// notBefore returns 1 from the given round on, and 0 before.
func notBefore(t *game.Trace, round int) *tensor.Tensor {
	return t.Step().Compare(tensor.GreaterEqual, tensor.Scalar(tensor.Float32, float64(round))).Convert(tensor.Float32)
}
