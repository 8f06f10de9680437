package objective

import "github.com/gander-ml/gander/tensor"

// CrossEntropy returns the cross entropy of a classifier, -E[log p(label)], in nats.
// logits, [batch, classes], are the logarithms of p plus a constant. labels, int32
// [batch], are in [0, classes). For a label out of this range the logit 0 is used.
func CrossEntropy(logits, labels *tensor.Tensor) *tensor.Tensor {
	batch, classes := logits.Dim(0), logits.Dim(1)
	class := tensor.Iota(tensor.Int32, 1, batch, classes)
	chosen := labels.Reshape(batch, 1).Compare(tensor.Equal, class).Select(logits, tensor.Scalar(logits.DType(), 0)).Sum(1)
	return logits.LogSumExp(1).Sub(chosen).Mean()
}
