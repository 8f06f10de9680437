package model

import "github.com/gander-ml/gander/tensor"

// A Loss returns the number that training lowers, a float32 scalar. The prediction is
// the output of a model, [batch, ...]. The target has the same shape.
type Loss func(prediction, target *tensor.Tensor) *tensor.Tensor

// BinaryCrossEntropy is the mean over all elements of
// -t log p - (1-t) log(1-p), in nats. The predictions are logits z, with
// p = logistic(z). The targets t are probabilities. It is computed as
// softplus(z) - tz, which does not overflow.
func BinaryCrossEntropy(logits, target *tensor.Tensor) *tensor.Tensor {
	return logits.Softplus().Sub(target.Mul(logits)).Mean()
}

// CategoricalCrossEntropy is the mean over the batch of -sum t log p, in nats. The
// predictions, [batch, classes], are logits, and p is their softmax. The targets t of
// an example, a row, are probabilities: usually 1 for its class and 0 for others.
func CategoricalCrossEntropy(logits, target *tensor.Tensor) *tensor.Tensor {
	logP := logits.Sub(logits.LogSumExp(1).KeepDims(1))
	return target.Mul(logP).Sum(1).Mean().Neg()
}

// MeanSquaredError is the mean over all elements of the squared difference.
func MeanSquaredError(prediction, target *tensor.Tensor) *tensor.Tensor {
	return prediction.Sub(target).Square().Mean()
}
