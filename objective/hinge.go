package objective

import "github.com/gander-ml/gander/tensor"

// Hinge is the hinge loss for GANs (Lim and Ye 2017, Geometric GAN; Miyato et al. 2018,
// Spectral Normalization for Generative Adversarial Networks, equations 16 and 17). D
// ignores examples that are on the correct side of a margin of 1. Scores are not
// logits.
type Hinge struct{}

// Discriminator returns E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))].
func (Hinge) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return real.Neg().Plus(1).ReLU().Mean().Add(fake.Plus(1).ReLU().Mean())
}

// Generator returns -E[D(G(z))].
func (Hinge) Generator(_, fake *tensor.Tensor) *tensor.Tensor { return fake.Mean().Neg() }
