package objective

import "github.com/gander-ml/gander/tensor"

// LossSensitive is the loss-sensitive GAN, LS-GAN, and its generalisation GLS-GAN (Qi
// 2017, Loss-Sensitive Generative Adversarial Networks on Lipschitz Densities, arXiv
// 1701.06264). A score is a loss L(x): small for real examples and
// large for generated ones, the other way round than for all other objectives here.
// Scores are not logits. L(G(z)) should exceed L(x) by at least the margin; real example
// i is paired with generated example i.
type LossSensitive struct {
	// Gamma is the weight of E[L(x)], at least 0. The published program uses 0.
	Gamma float64

	// Slope is nu in C(a) = max(a, nu a), at most 1. With 0 the objective is LS-GAN,
	// with 1 it has the gradients of WGAN (if Gamma is 0), and with -1, C is the absolute
	// value. The published program of GLS-GAN uses .5.
	Slope float64

	// Margin is Delta(x, G(z)) of each pair, at least 0, of the shape of the scores,
	// [batch, 1]. See the function [Margin]. It is a constant for gradients. Nil means
	// a margin of 0.
	Margin *tensor.Tensor
}

// Discriminator returns Gamma E[L(x)] + E[C(Delta(x, G(z)) + L(x) - L(G(z)))]. It panics
// with a *[tensor.MisuseError] unless real, fake and the margin have the same shape.
func (o LossSensitive) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	wantPairs("objective.LossSensitive", real, fake)
	a := real.Sub(fake)
	if o.Margin != nil {
		wantPairs("objective.LossSensitive", real, o.Margin)
		a = a.Add(o.Margin.StopGradient())
	}
	cost := a.LeakyReLU(o.Slope).Mean()
	if o.Gamma == 0 {
		return cost
	}
	return cost.Add(real.Mean().Scale(o.Gamma))
}

// Generator returns E[L(G(z))].
func (LossSensitive) Generator(_, fake *tensor.Tensor) *tensor.Tensor { return fake.Mean() }

// Margin returns the margin of [LossSensitive] for real examples x and generated
// examples fake, both [batch, ...]: tau times the sum of |x - fake| over each pair, of
// shape [batch, 1]. It is a constant for gradients. tau is at least 0; the published
// program uses 2e-4 for 64x64 colour images in [-1, 1]. The sum grows with the number of
// pixels, so smaller images need a larger tau. Margin panics with a
// *[tensor.MisuseError] if the shapes differ.
func Margin(tau float64, x, fake *tensor.Tensor) *tensor.Tensor {
	wantPairs("objective.Margin", x, fake)
	return x.Sub(fake).Abs().SumPerExample().Reshape(-1, 1).Scale(tau).StopGradient()
}
