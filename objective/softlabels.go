package objective

import "github.com/gander-ml/gander/tensor"

// SoftLabels is the cross-entropy of a GAN with any targets in [0, 1]: that of D for real
// examples and for samples, and that of G for its samples. The targets 1, 0 and 1 make it
// [NonSaturating]. The example of an auxiliary-classifier GAN in Keras uses .9, .1 and .9.
type SoftLabels struct{ Real, Fake, G float64 }

// Discriminator returns the cross-entropy of the scores of D and its targets. With s =
// score, -t log D(x) - (1-t) log(1 - D(x)) = softplus(s) - t s.
func (o SoftLabels) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return soft(real, o.Real).Add(soft(fake, o.Fake))
}

// Generator returns the cross-entropy of the scores of samples and the target of G.
func (o SoftLabels) Generator(_, fake *tensor.Tensor) *tensor.Tensor {
	return soft(fake, o.G)
}

// soft returns the cross-entropy of scores, [batch, 1], and a target: E[softplus(s) - t s].
func soft(scores *tensor.Tensor, target float64) *tensor.Tensor {
	return scores.Softplus().Sub(scores.Scale(target)).Mean()
}
