package objective

import "github.com/gander-ml/gander/tensor"

// A Score is the function that a discriminator computes: it maps x of shape
// [batch, ...] to scores of shape [batch, 1].
type Score func(x *tensor.Tensor) *tensor.Tensor

// R1 is the zero-centred gradient penalty of Mescheder et al. 2018, equation 9:
// gamma/2 E[|grad D(x)|^2] over real x. The same formula for generated x is R2 of
// that paper.
type R1 struct{ Gamma float64 }

// Of returns the penalty at x, [batch, ...]. The gradient in it is an ordinary
// tensor, so the penalty can be differentiated.
func (p R1) Of(score Score, x *tensor.Tensor) *tensor.Tensor { return p.At(score(x), x) }

// At returns the penalty at x, [batch, ...], from scores, [batch, 1], that were computed
// from x. If the score draws random numbers, for example for augmentation or dropout, At
// uses the same draws as the scores; Of would draw again. The score of an example must
// not depend on the other examples of the batch.
func (p R1) At(scores, x *tensor.Tensor) *tensor.Tensor {
	return squaredSlope(scores, x).Mean().Scale(p.Gamma / 2)
}

// GradientPenalty is the penalty of WGAN-GP, Gulrajani et al. 2017, equation 3:
// lambda E[(|grad D(m)| - 1)^2] at points m between real and generated examples.
type GradientPenalty struct {
	Lambda float64 // 10 in the paper

	// OneSided penalises only gradients longer than 1: lambda E[max(0, |grad D(m)| -
	// 1)^2] (section 4 of the paper).
	OneSided bool
}

// Of returns the penalty at real + e*(fake - real), where e, [batch, 1, ...],
// is uniform in [0, 1).
func (p GradientPenalty) Of(score Score, real, fake, e *tensor.Tensor) *tensor.Tensor {
	mix := real.Add(e.Mul(fake.Sub(real)))
	excess := slope(score(mix), mix).Plus(-1)
	if p.OneSided {
		excess = excess.ReLU()
	}
	return excess.Square().Mean().Scale(p.Lambda)
}

// Dragan is the penalty of DRAGAN (Kodali et al. 2017, On Convergence and Stability of
// GANs, arXiv 1705.07215): lambda E[(|grad D(m)| - k)^2] at points m near real
// examples. The score is the logit, not the probability. The published program uses
// Lambda 10, K 1 and Scale .5.
type Dragan struct {
	Lambda float64
	K      float64 // the length of the gradient that is not penalised
	Scale  float64 // of the noise, in standard deviations of the batch
}

// Of returns the penalty at x + e*Scale*sd*u. x, [batch, ...], are real examples, and sd
// is one number, the standard deviation of all elements of x. u, of the shape of x, and
// e, [batch, 1, ...], are uniform in [0, 1), as in the published program.
func (p Dragan) Of(score Score, x, u, e *tensor.Tensor) *tensor.Tensor {
	sd := x.Sub(x.Mean()).Square().Mean().Sqrt()
	near := x.Add(e.Mul(u).Mul(sd).Scale(p.Scale))
	return slope(score(near), near).Plus(-p.K).Square().Mean().Scale(p.Lambda)
}

// slope returns the length of the gradient of each score by its example, [batch].
func slope(scores, x *tensor.Tensor) *tensor.Tensor {
	return squaredSlope(scores, x).Plus(1e-12).Sqrt() // avoids the root at 0, where it has no derivative
}

// squaredSlope returns the square of the length of the gradient, [batch].
func squaredSlope(scores, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Grad(scores.Sum(), x).Square().SumPerExample()
}
