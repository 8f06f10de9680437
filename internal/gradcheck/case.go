package gradcheck

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A Case is a function and the point at which its gradients are checked.
type Case struct {
	Name   string
	F      func(x []*tensor.Tensor) *tensor.Tensor
	Inputs []*tensor.Array

	Step float64 // step of finite differences; 1e-3 if 0
}

func (c Case) step() float64 {
	if c.Step == 0 {
		return 1e-3
	}
	return c.Step
}

// As returns the case with its float inputs in another dtype. An engine that
// runs in float32 uses it to compare its values of a [Trace] with those of
// [tensor.Eval]. Finite differences need float64, the dtype of the original
// cases.
func (c Case) As(dtype tensor.DType) Case {
	c.Inputs = slices.Clone(c.Inputs)
	for i, x := range c.Inputs {
		if x.DType.IsFloat() {
			c.Inputs[i] = &tensor.Array{DType: dtype, Shape: x.Shape, Data: x.Data}
		}
	}
	return c
}

// Cases returns the table of cases: every primitive and composed operation, in
// every form that a gradient rule distinguishes. Names are unique.
func Cases() []Case {
	return slices.Concat(
		unaryCases(),
		binaryCases(),
		broadcastCases(),
		logicCases(),
		reduceCases(),
		viewCases(),
		movementCases(),
		generatorCases(),
		dotCases(),
		convCases(),
		convTransposeCases(),
		composedCases(),
		emptyCases(),
		penaltyCases(),
	)
}
