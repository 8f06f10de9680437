package objective

import "github.com/gander-ml/gander/tensor"

// Minimax is the value function of Goodfellow et al. 2014, equation 1:
// V = E[log D(x)] + E[log(1 - D(G(z)))], which D ascends and G descends.
type Minimax struct{}

// Discriminator returns -E[log D(x)] - E[log(1 - D(G(z)))].
func (Minimax) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return real.Neg().Softplus().Mean().Add(fake.Softplus().Mean())
}

// Generator returns E[log(1 - D(G(z)))].
func (Minimax) Generator(_, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Softplus().Mean().Neg()
}

// NonSaturating is the game as section 3 of Goodfellow et al. 2014 trains it:
// the same fixed point, but G ascends log D(G(z)), whose gradient is strong
// while D still rejects its samples.
type NonSaturating struct{}

// Discriminator returns -E[log D(x)] - E[log(1 - D(G(z)))].
func (NonSaturating) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return Minimax{}.Discriminator(real, fake)
}

// Generator returns -E[log D(G(z))].
func (NonSaturating) Generator(_, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Neg().Softplus().Mean()
}
