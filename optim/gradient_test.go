package optim

import (
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestStepsAreDifferentiable checks the gradients of the next value and slots by the
// current ones and by the gradient. Unrolled training needs them.
func TestStepsAreDifferentiable(t *testing.T) {
	rate := Constant(.1)
	adam := Adam{LearningRate: rate, Beta1: .5, Beta2: .9, Epsilon: 1e-3}
	inside, moving := adam, adam
	inside.EpsilonInside = true
	moving.Beta2Schedule = Cosine(.9, .99, 10)
	for name, o := range map[string]Optimizer{
		"SGD":                SGD{rate, Constant(.9)},
		"Adam":               adam,
		"Adam, inside":       inside,
		"Adam, moving beta2": moving,
		"AdamW":              AdamW{adam, .1},
		"RMSProp":            RMSProp{LearningRate: rate, Decay: .9, Epsilon: 1e-3},
		"RMSProp, inside":    RMSProp{LearningRate: rate, Decay: .9, Epsilon: 1e-3, EpsilonInside: true, StartAtOne: true},
		"L2":                 L2(adam, .1),
		"clip weights":       ClipWeights(adam, .5),
		"clip value":         ClipValue(adam, .5),
		"clip norm":          ClipNorm(adam, .5),
		"max column norm":    MaxColumnNorm(adam, .5),
		"historical average": HistoricalAverage(adam, .5),
	} {
		t.Run(name, func(t *testing.T) {
			s := random.New(2, name)
			at := make([]*tensor.Array, 2+len(o.Slots()))
			for i := range at {
				at[i] = tensor.NewArray(tensor.Float64, 3, 2)
				for j := range at[i].Data {
					at[i].Data[j] = s.Normal()
					if i >= 2 {
						at[i].Data[j] = s.Uniform(.5, 2) // a second moment is positive
					}
				}
			}
			gradcheck.Check(t, name, func(v []*tensor.Tensor) *tensor.Tensor {
				next, slots := o.Next(v[0], v[2:], v[1], scalar(3))
				return tensor.Concatenate(0, append(slots, next)...)
			}, at)
		})
	}
	g := []*tensor.Array{{DType: tensor.Float64, Shape: []int{2}, Data: []float64{.4, -.9}}, {DType: tensor.Float64, Shape: []int{1}, Data: []float64{.3}}}
	for _, limit := range []float64{.5, 5} {
		gradcheck.Check(t, "global norm", func(v []*tensor.Tensor) *tensor.Tensor {
			return tensor.Concatenate(0, ClipGlobalNorm(SGD{}, limit).Transform(v)...)
		}, g)
	}
}
