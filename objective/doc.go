// Package objective contains the objectives of the players of a game: adversarial
// losses and penalties. It exists so that each is written as the formula of its
// paper. A score is the output of the discriminator for an example; scores have the
// shape [batch, 1]. For the cross-entropy objectives a score is a logit: D(x) =
// logistic(score). Then -log D(x) = softplus(-score) and -log(1 - D(x)) =
// softplus(score), which do not overflow. [Logits] reports which objectives these are.
// Every loss is minimised.
//
// The package must not know networks, optimisers, or the source of the scores.
package objective

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// An Adversarial objective computes the losses of the two players of a GAN from
// the scores that the discriminator gives to real and generated examples.
type Adversarial interface {
	// Discriminator returns the loss of the discriminator, a scalar.
	Discriminator(real, fake *tensor.Tensor) *tensor.Tensor

	// Generator returns the loss of the generator, a scalar. Most objectives do
	// not use the scores of real examples here.
	Generator(real, fake *tensor.Tensor) *tensor.Tensor
}

// Logits reports whether the scores of o are logits: logistic(score) is then D(x), the
// probability that D gives to x being real. It is true for [Minimax] and
// [NonSaturating], also if they are smoothed, and for [SoftLabels]. It is false for all
// other objectives, also for [Relativistic]: adding a number to all of its scores changes
// no loss, so only logistic(D(x) - D(G(z))) is a probability.
func Logits(o Adversarial) bool {
	switch o.(type) {
	case Minimax, NonSaturating, SoftLabels, smoothed:
		return true
	}
	return false
}

// wantPairs panics with a *tensor.MisuseError unless a and b have the same shape.
// Otherwise a difference of both could broadcast.
func wantPairs(op string, a, b *tensor.Tensor) {
	if !slices.Equal(a.Shape(), b.Shape()) {
		tensor.Misuse(op, []string{a.String(), b.String()}, "these are paired by index: want equal shapes")
	}
}
