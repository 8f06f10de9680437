package augment

import (
	"math"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// Adaptive holds the settings of a [Controller]. Karras et al. 2020 use Target .6,
// Kimg 500 and Every 4.
type Adaptive struct {
	Target float64 // of the mean sign of the scores of real images, in [-1, 1)
	Kimg   float64 // thousands of real images in which the probability can change by 1
	Every  int     // minibatches between two changes of the probability
}

// A Controller adapts the probability of augmentation to the overfitting of a
// discriminator (ADA; Karras et al. 2020, "Training Generative Adversarial Networks
// with Limited Data", and training_loop.py in NVlabs/stylegan2-ada-pytorch, commit
// 0e9b616). A discriminator that overfits gives real images positive scores. Every
// few minibatches, the probability increases by a fixed step if the mean sign of
// these scores is above a target. It decreases if the mean sign is below.
//
// The state is in buffers of a network, so a checkpoint contains it. Give
// [Controller.Network] to the player that moves in the plays which call
// [Controller.Observe]: the discriminator.
type Controller struct {
	settings Adaptive
	network  *nn.Network

	p     *nn.Param // the probability
	signs *nn.Param // sum of the signs of the scores since the last change of p
	seen  *nn.Param // minibatches since the last change of p
}

// NewController returns a controller with the buffers name.p, name.signs and name.seen. The probability is 0 at first. NewController panics with a
// *[tensor.MisuseError] if the target is not in [-1, 1), or if Kimg or Every is not
// positive.
func NewController(name string, a Adaptive) *Controller {
	switch {
	case !(a.Target >= -1 && a.Target < 1):
		tensor.Misuse("augment.NewController", nil, "the target is %g, want at least -1 and less than 1", a.Target)
	case !(a.Kimg > 0) || math.IsInf(a.Kimg, 0):
		tensor.Misuse("augment.NewController", nil, "Kimg is %g, want a positive number", a.Kimg)
	case a.Every < 1:
		tensor.Misuse("augment.NewController", nil, "Every is %d, want at least 1", a.Every)
	}
	buffer := func(part string) *nn.Param {
		p := nn.NewParam(name+"."+part, tensor.Float32, nn.Zeros)
		p.Buffer = true
		return p
	}
	c := &Controller{settings: a, p: buffer("p"), signs: buffer("signs"), seen: buffer("seen")}
	c.network = &nn.Network{Name: name, Params: []*nn.Param{c.p, c.signs, c.seen}}
	return c
}

// Network returns the network with the state of the controller. It has no layers
// and nothing to train.
func (c *Controller) Network() *nn.Network { return c.network }

// P returns the current probability for [Policy.Apply], a float32 scalar.
func (c *Controller) P(ctx *nn.Context) *tensor.Tensor { return ctx.Value(c.p) }

// Observe records the scores of one minibatch of real augmented images, of any
// shape. Positive scores mean real. batch is the number of real images in the
// minibatch. With every Every-th call, the probability changes:
//
//	p = max(0, p + sign(r - Target) * batch*Every/(1000*Kimg))
//
// r is the mean sign of all scores since the last change. There is no upper limit, as
// in the published code; a probability above 1 acts as 1. The published loop also
// changes p after its very first minibatch; Observe does not. All calls must have
// the same number of scores. Observe returns the new probability.
func (c *Controller) Observe(ctx *nn.Context, scoresOfReal *tensor.Tensor, batch int) *tensor.Tensor {
	if scoresOfReal.Size() == 0 || batch < 1 {
		tensor.Misuse("augment.Observe", []string{scoresOfReal.String()}, "no scores, or a batch of %d images", batch)
	}
	every := float64(c.settings.Every)
	signs := ctx.Value(c.signs).Add(scoresOfReal.StopGradient().Sign().Sum().Convert(tensor.Float32))
	seen := ctx.Value(c.seen).Plus(1)
	due := seen.Compare(tensor.GreaterEqual, tensor.Scalar(tensor.Float32, every))

	above := signs.Plus(-c.settings.Target * every * float64(scoresOfReal.Size())).Sign()
	step := float64(batch) * every / (1000 * c.settings.Kimg)
	p := ctx.Value(c.p)
	zero := tensor.Scalar(tensor.Float32, 0)
	next := p.Add(above.Scale(step)).Max(zero)

	p = due.Select(next, p)
	ctx.Set(c.p, p)
	ctx.Set(c.signs, due.Select(zero, signs))
	ctx.Set(c.seen, due.Select(zero, seen))
	return p
}
