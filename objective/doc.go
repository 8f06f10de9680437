// Package objective holds what the players of a game optimise: adversarial
// losses, each the formula of its paper. Scores are logits of shape
// [batch, 1]: the discriminator is D(x) = logistic(score), so that
// -log D(x) = softplus(-score) and -log(1 - D(x)) = softplus(score), which do
// not overflow. Every loss is to be minimised.
//
// The package must not know networks, optimisers or where scores come from.
package objective

import "github.com/gander-ml/gander/tensor"

// An Adversarial objective gives the losses of the two players of a GAN from
// the discriminator's scores of real and generated examples.
type Adversarial interface {
	// Discriminator returns the loss of the discriminator, a scalar.
	Discriminator(real, fake *tensor.Tensor) *tensor.Tensor

	// Generator returns the loss of the generator, a scalar. Most do not use
	// the scores of real examples.
	Generator(real, fake *tensor.Tensor) *tensor.Tensor
}
