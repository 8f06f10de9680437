package optim

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// HistoricalAverage adds the gradient of weight times |value - mean|^2 to each gradient:
// 2 weight (value - mean). The mean is that of the values of the parameter before all
// earlier steps, and is a constant (Salimans et al. 2016, Improved Techniques for
// Training GANs, section 3.3, where weight is 1). There is no term in the first step. The
// slot "history" contains the mean, so the optimiser needs one more value for each
// parameter. weight is at least 0.
func HistoricalAverage(o Optimizer, weight float64) Transformer {
	return historical{wrapped{Optimizer: o}, weight}
}

// historical is an optimiser with historical averaging.
type historical struct {
	wrapped
	weight float64
}

// Slots returns the names of the slots of the inner optimiser and of the mean.
func (h historical) Slots() []string { return append(slices.Clone(h.wrapped.Slots()), "history") }

// Next takes one step of the inner optimiser.
func (h historical) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	last := len(slots) - 1
	away := value.Sub(slots[last])
	one := tensor.Scalar(step.DType(), 1)
	mean := slots[last].Add(away.Mul(one.Div(step.Plus(1)).Convert(value.DType())))
	pull := step.Min(one).Scale(2 * h.weight).Convert(value.DType()) // 0 in step 0
	next, inner := h.wrapped.Next(value, slots[:last], g.Add(away.Mul(pull)), step)
	return next, append(slices.Clone(inner), mean)
}
