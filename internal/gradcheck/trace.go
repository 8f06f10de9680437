package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A Trace holds the graphs of a case: its result, and successive derivatives of
// the result along given directions. The graphs are built once and evaluated at
// many points: the point and the directions are inputs.
type Trace struct {
	X []*tensor.Tensor // the inputs of the case
	Y *tensor.Tensor   // f(X)

	// Slope[0] is the scalar sum(Y * Weights) with random constant weights.
	// Slope[k] is its derivative of order k: the derivative of Slope[k-1] along
	// Along[k-1]. Along[k-1] has an input for each float in X and nil for the
	// rest.
	Weights *tensor.Array
	Slope   []*tensor.Tensor
	Along   [][]*tensor.Tensor

	// Grads[k] is the gradient of Slope[k] by each float in X, and nil for the
	// rest. k is less than the order of the trace.
	Grads [][]*tensor.Tensor
}

// Trace builds the graphs of c up to derivatives of the given order.
func (c Case) Trace(order int) (*Trace, error) {
	tr := &Trace{}
	for i, a := range c.Inputs {
		tr.X = append(tr.X, tensor.Input(fmt.Sprintf("x%d", i), a.DType, a.Shape...))
	}
	tr.Y = c.F(tr.X)
	if !tr.Y.DType().IsFloat() {
		return nil, fmt.Errorf("the result is %v, not floats", tr.Y)
	}
	tr.Weights = draw{random.New(1, c.Name+" weights")}.normal(tr.Y.Shape()...)
	tr.Weights.DType = tr.Y.DType()
	tr.Slope = append(tr.Slope, tr.Y.Mul(tensor.Const(tr.Weights)).Sum())
	for range order {
		tr.differentiate()
	}
	return tr, nil
}

// differentiate adds one order.
func (tr *Trace) differentiate() {
	var floats []*tensor.Tensor
	for _, x := range tr.X {
		if x.DType().IsFloat() {
			floats = append(floats, x)
		}
	}
	k := len(tr.Grads)
	slope := tr.Slope[k]
	found := tensor.Grads(slope, floats...)
	grads, along := make([]*tensor.Tensor, len(tr.X)), make([]*tensor.Tensor, len(tr.X))
	next := tensor.Zeros(slope.DType())
	for i, x := range tr.X {
		if !x.DType().IsFloat() {
			continue
		}
		grads[i], found = found[0], found[1:]
		along[i] = tensor.Input(fmt.Sprintf("direction %d of x%d", k+1, i), x.DType(), x.Shape()...)
		next = next.Add(grads[i].Mul(along[i]).Sum().Convert(slope.DType()))
	}
	tr.Grads = append(tr.Grads, grads)
	tr.Along = append(tr.Along, along)
	tr.Slope = append(tr.Slope, next)
}

// Roots returns all results of a trace: the result of the case, the slopes and
// the gradients.
func (tr *Trace) Roots() []*tensor.Tensor {
	roots := append([]*tensor.Tensor{tr.Y}, tr.Slope...)
	for _, grads := range tr.Grads {
		for _, g := range grads {
			if g != nil {
				roots = append(roots, g)
			}
		}
	}
	return roots
}

// At returns values for all inputs of a trace of c: the point of c, and a
// random direction of norm 1 for each order.
func (c Case) At(tr *Trace) map[*tensor.Tensor]*tensor.Array {
	inputs := map[*tensor.Tensor]*tensor.Array{}
	for i, x := range tr.X {
		inputs[x] = c.Inputs[i]
	}
	for k, along := range tr.Along {
		d := c.direction(fmt.Sprintf("earlier direction %d", k), everyInput)
		for i, in := range along {
			if in != nil {
				inputs[in] = d.arrays[i]
			}
		}
	}
	return inputs
}
