package model

import "github.com/gander-ml/gander/tensor"

// A Loss returns what training lowers, a float32 scalar. Prediction is the
// output of a model, [batch, ...], and target has the same shape.
type Loss func(prediction, target *tensor.Tensor) *tensor.Tensor

// BinaryCrossEntropy is the mean over all elements of
// -t log p - (1-t) log(1-p), in nats, where the predictions are logits z,
// p = logistic(z), and the targets t are probabilities. It is softplus(z) - tz,
// which does not overflow.
func BinaryCrossEntropy(logits, target *tensor.Tensor) *tensor.Tensor {
	return logits.Softplus().Sub(target.Mul(logits)).Mean()
}

// CategoricalCrossEntropy is the mean over the batch of -sum t log p, in nats,
// where the predictions, [batch, classes], are logits, p is their softmax, and
// the targets t of each example, a row, are probabilities, such as a 1 for the
// class and 0 for others.
func CategoricalCrossEntropy(logits, target *tensor.Tensor) *tensor.Tensor {
	logP := logits.Sub(logits.LogSumExp(1).KeepDims(1))
	return target.Mul(logP).Sum(1).Mean().Neg()
}

// MeanSquaredError is the mean over all elements of the squared difference.
func MeanSquaredError(prediction, target *tensor.Tensor) *tensor.Tensor {
	return prediction.Sub(target).Square().Mean()
}
