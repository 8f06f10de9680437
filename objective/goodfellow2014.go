package objective

import "github.com/gander-ml/gander/tensor"

// Minimax is the value function of Goodfellow et al. 2014, equation 1:
// V = E[log D(x)] + E[log(1 - D(G(z)))]. D maximises V and G minimises it.
type Minimax struct{}

// Discriminator returns -E[log D(x)] - E[log(1 - D(G(z)))].
func (Minimax) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return real.Neg().Softplus().Mean().Add(fake.Softplus().Mean())
}

// Generator returns E[log(1 - D(G(z)))].
func (Minimax) Generator(_, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Softplus().Mean().Neg()
}

// NonSaturating is the variant that Goodfellow et al. 2014, section 3, use for
// training. It has the same fixed point, but G maximises log D(G(z)). The gradient of
// that is large while D still rejects the samples of G.
type NonSaturating struct{}

// Discriminator returns -E[log D(x)] - E[log(1 - D(G(z)))].
func (NonSaturating) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return Minimax{}.Discriminator(real, fake)
}

// Generator returns -E[log D(G(z))].
func (NonSaturating) Generator(_, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Neg().Softplus().Mean()
}
