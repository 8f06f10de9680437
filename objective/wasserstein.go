package objective

import "github.com/gander-ml/gander/tensor"

// Wasserstein is the game of Arjovsky et al. 2017, equation 2: the critic, in
// the place of the discriminator, gives scores that are no logits, and their
// difference in mean estimates the distance. The critic has to be kept
// Lipschitz, for example by [GradientPenalty].
type Wasserstein struct{}

// Discriminator returns E[D(G(z))] - E[D(x)].
func (Wasserstein) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Mean().Sub(real.Mean())
}

// Generator returns -E[D(G(z))].
func (Wasserstein) Generator(_, fake *tensor.Tensor) *tensor.Tensor { return fake.Mean().Neg() }
