package objective

import "github.com/gander-ml/gander/tensor"

// A Score is the function that a discriminator computes: it maps x of shape
// [batch, ...] to logits of shape [batch, 1].
type Score func(x *tensor.Tensor) *tensor.Tensor

// R1 is the zero-centred gradient penalty of Mescheder et al. 2018, equation 9:
// gamma/2 E[|grad D(x)|^2] over real x. The same formula for generated x is R2 of
// that paper.
type R1 struct{ Gamma float64 }

// Of returns the penalty at x, [batch, ...]. The gradient in it is an ordinary
// tensor, so the penalty can be differentiated.
func (p R1) Of(score Score, x *tensor.Tensor) *tensor.Tensor {
	g := tensor.Grad(score(x).Sum(), x)
	return g.Square().SumPerExample().Mean().Scale(p.Gamma / 2)
}

// GradientPenalty is the penalty of WGAN-GP, Gulrajani et al. 2017, equation 3:
// lambda E[(|grad D(m)| - 1)^2] at points m between real and generated examples.
type GradientPenalty struct{ Lambda float64 }

// Of returns the penalty at real + e*(fake - real), where e, [batch, 1, ...],
// is uniform in [0, 1).
func (p GradientPenalty) Of(score Score, real, fake, e *tensor.Tensor) *tensor.Tensor {
	mix := real.Add(e.Mul(fake.Sub(real)))
	g := tensor.Grad(score(mix).Sum(), mix)
	norm := g.Square().SumPerExample().Plus(1e-12).Sqrt() // avoids the root at 0, where it has no derivative
	return norm.Plus(-1).Square().Mean().Scale(p.Lambda)
}
