package objective

import "github.com/gander-ml/gander/tensor"

// Classifies reports whether D of the objective o decides which examples are real, so that
// it has an [Accuracy]. It is false for [Wasserstein] and [LossSensitive]: no limit of
// their scores separates real examples from others.
func Classifies(o Adversarial) bool {
	switch o.(type) {
	case Hinge, LeastSquares, Relativistic:
		return true
	}
	return Logits(o)
}

// Accuracy returns the accuracy of D, a scalar from 0 to 1: the mean of the share of real
// examples with D(x) >= 1/2 and the share of generated ones with D(G(z)) <= 1/2. Where
// scores are not logits, the limit is 0 for [Hinge] and (A+B)/2 for [LeastSquares]. D of
// [Relativistic] decides which example of a pair is real; it is right if D(x) > D(G(z)).
// No gradient flows through the accuracy. An objective for which [Classifies] is false
// is misuse.
func Accuracy(o Adversarial, real, fake *tensor.Tensor) *tensor.Tensor {
	share := func(right *tensor.Tensor) *tensor.Tensor { return right.Convert(tensor.Float32).Mean() }
	limit := 0.0
	switch o := o.(type) {
	case Relativistic:
		wantPairs("objective.Accuracy", real, fake)
		return share(real.Compare(tensor.Greater, fake))
	case LeastSquares:
		limit = (o.A + o.B) / 2
	default:
		if !Classifies(o) {
			tensor.Misuse("objective.Accuracy", nil, "%T does not classify examples", o)
		}
	}
	at := tensor.Scalar(real.DType(), limit)
	return share(real.Compare(tensor.GreaterEqual, at)).Add(share(fake.Compare(tensor.LessEqual, at))).Scale(.5)
}
