package objective

import (
	"math"

	"github.com/gander-ml/gander/tensor"
)

// CategoricalInformation returns the bound on the mutual information of a code and the
// samples made from it, in nats: H(c) + E[log Q(c|x)] (Chen et al. 2016, InfoGAN, equation
// 4), for a code with equally likely categories. logits, [batch, categories], are the
// logarithms of Q plus a constant; codes, int32 [batch], are the codes of the samples. The
// bound is at most ln(categories), which it reaches if Q finds every code.
func CategoricalInformation(logits, codes *tensor.Tensor) *tensor.Tensor {
	return CrossEntropy(logits, codes).Neg().Plus(math.Log(float64(logits.Dim(1))))
}

// GaussianInformation returns the same for one number, codes [batch, 1], if Q is a Gaussian
// with this mean and this logarithm of the variance, both [batch, 1]. logVariance may be nil:
// then the variance is 1.
//
// As in the authors' code, H(c) is replaced by E[-log p(c)] with the density p of N(0, 1),
// whatever the distribution of the code is: E[c^2]/2 - E[(c - mean)^2]/2 for a variance of
// 1. So for a code from U(-1, 1) it is not the bound itself. With a variance of 1 it is at
// most 1/6, the mean of c^2/2.
func GaussianInformation(mean, logVariance, codes *tensor.Tensor) *tensor.Tensor {
	squares := codes.Sub(mean).Square()
	if logVariance != nil {
		squares = squares.Mul(logVariance.Neg().Exp()).Add(logVariance)
	}
	return codes.Square().Sub(squares).Mean().Scale(.5)
}
