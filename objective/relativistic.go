package objective

import "github.com/gander-ml/gander/tensor"

// Relativistic is the relativistic pairing GAN, RpGAN (Jolicoeur-Martineau 2019; Huang
// et al. 2024, The GAN is dead; long live the GAN!, equation 2). Only the difference
// between the scores of a real and a generated example counts. Real example i is paired
// with generated example i, so both batches must have the same size; otherwise the
// methods panic with a *[tensor.MisuseError]. The paper uses it together with
// [R1] for real and for generated examples.
type Relativistic struct{}

// Discriminator returns E[softplus(-(D(x) - D(G(z))))].
func (Relativistic) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	wantPairs("objective.Relativistic", real, fake)
	return fake.Sub(real).Softplus().Mean()
}

// Generator returns E[softplus(-(D(G(z)) - D(x)))]. Here G also needs the scores of real
// examples.
func (Relativistic) Generator(real, fake *tensor.Tensor) *tensor.Tensor {
	wantPairs("objective.Relativistic", real, fake)
	return real.Sub(fake).Softplus().Mean()
}
