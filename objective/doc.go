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
	Discriminator(real, fake *tensor.Tensor) *tensor.Tensor
	Generator(real, fake *tensor.Tensor) *tensor.Tensor
}
