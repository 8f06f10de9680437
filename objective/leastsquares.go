package objective

import "github.com/gander-ml/gander/tensor"

// LeastSquares is LSGAN (Mao et al. 2017, Least Squares Generative Adversarial
// Networks, equation 2). Scores are compared with three target values by their squared
// difference. They are not logits, and D has a linear output. The paper uses (A, B, C) =
// (0, 1, 1) and (-1, 1, 0). With the latter and the optimal D, the loss of G is half the
// Pearson chi-squared divergence between p_data + p_g and 2 p_g. The optimal D gives
// (B p_data + A p_g) / (p_data + p_g), which is (A+B)/2 if p_g = p_data.
type LeastSquares struct {
	A float64 // the target of D for generated examples
	B float64 // the target of D for real examples
	C float64 // the target of G for generated examples
}

// Discriminator returns 1/2 E[(D(x) - B)^2] + 1/2 E[(D(G(z)) - A)^2].
func (o LeastSquares) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return halfSquare(real, o.B).Add(halfSquare(fake, o.A))
}

// Generator returns 1/2 E[(D(G(z)) - C)^2].
func (o LeastSquares) Generator(_, fake *tensor.Tensor) *tensor.Tensor {
	return halfSquare(fake, o.C)
}

// halfSquare returns 1/2 E[(scores - target)^2].
func halfSquare(scores *tensor.Tensor, target float64) *tensor.Tensor {
	return scores.Plus(-target).Square().Mean().Scale(.5)
}
