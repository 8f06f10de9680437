package objective

import "github.com/gander-ml/gander/tensor"

// CrossEntropy returns -E[log p(label)], in nats, of a classifier: logits,
// [batch, classes], are the logarithms of p up to a constant, labels, int32
// [batch], lie in [0, classes). A label outside has no logit and counts as one
// of 0.
func CrossEntropy(logits, labels *tensor.Tensor) *tensor.Tensor {
	batch, classes := logits.Dim(0), logits.Dim(1)
	class := tensor.Iota(tensor.Int32, 1, batch, classes)
	chosen := labels.Reshape(batch, 1).Compare(tensor.Equal, class).Select(logits, tensor.Scalar(logits.DType(), 0)).Sum(1)
	return logits.LogSumExp(1).Sub(chosen).Mean()
}
