package objective

import "github.com/gander-ml/gander/tensor"

// Wasserstein is the objective of Arjovsky et al. 2017, equation 2. A critic replaces
// the discriminator. Its scores are not logits; the difference of their means
// estimates the Wasserstein distance. The critic must be Lipschitz continuous, which
// for example [GradientPenalty] ensures approximately.
type Wasserstein struct{}

// Discriminator returns E[D(G(z))] - E[D(x)].
func (Wasserstein) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Mean().Sub(real.Mean())
}

// Generator returns -E[D(G(z))].
func (Wasserstein) Generator(_, fake *tensor.Tensor) *tensor.Tensor { return fake.Mean().Neg() }
