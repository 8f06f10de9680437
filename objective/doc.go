// Package objective contains the objectives of the players of a game: adversarial
// losses and penalties. It exists so that each is written as the formula of its
// paper. A score is a logit, of shape [batch, 1]: D(x) = logistic(score). Then
// -log D(x) = softplus(-score) and -log(1 - D(x)) = softplus(score), which do not
// overflow. Every loss is minimised.
//
// The package must not know networks, optimisers, or the source of the scores.
package objective

import "github.com/gander-ml/gander/tensor"

// An Adversarial objective computes the losses of the two players of a GAN from
// the scores that the discriminator gives to real and generated examples.
type Adversarial interface {
	// Discriminator returns the loss of the discriminator, a scalar.
	Discriminator(real, fake *tensor.Tensor) *tensor.Tensor

	// Generator returns the loss of the generator, a scalar. Most objectives do
	// not use the scores of real examples here.
	Generator(real, fake *tensor.Tensor) *tensor.Tensor
}
