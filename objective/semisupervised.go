package objective

import "github.com/gander-ml/gander/tensor"

// ClassScore returns the score of a classifier that is also the discriminator (Salimans
// et al. 2016, section 5): the logarithm of the sum of exp(logits), [batch, classes] to
// [batch, 1]. The logit of the class "generated" is 0, so D(x) = logistic(score).
func ClassScore(logits *tensor.Tensor) *tensor.Tensor {
	return logits.LogSumExp(1).Reshape(-1, 1)
}

// FeatureMatching is the objective of a generator that should make samples with the same mean
// features as the real examples: the mean over the features of
// (E[f(G(z))] - E[f(x)])^2 (Salimans et al. 2016, section 3.1; their code divides by the
// number of features, the paper does not). real and fake are features, [batch, n]; the
// batches may differ in size.
func FeatureMatching(real, fake *tensor.Tensor) *tensor.Tensor {
	return fake.Mean(0).Sub(real.Mean(0)).Square().Mean()
}
