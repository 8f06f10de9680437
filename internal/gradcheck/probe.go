package gradcheck

import (
	"maps"

	"github.com/gander-ml/gander/tensor"
)

// A probe evaluates a trace at and near a point. It keeps the first error.
type probe struct {
	tr   *Trace
	eval Evaluator
	at   map[*tensor.Tensor]*tensor.Array
	step float64 // distance of neighbouring points of a difference
	err  error
}

// evaluate returns the values of roots, or zeros after an error.
func (p *probe) evaluate(roots []*tensor.Tensor, inputs map[*tensor.Tensor]*tensor.Array) []*tensor.Array {
	if p.err == nil {
		var found []*tensor.Array
		if found, p.err = p.eval(roots, inputs); p.err == nil {
			return found
		}
	}
	zeros := make([]*tensor.Array, len(roots))
	for i, r := range roots {
		zeros[i] = tensor.NewArray(r.DType(), r.Shape()...)
	}
	return zeros
}

// values returns the values of tensors at the point; nil for nil.
func (p *probe) values(tensors []*tensor.Tensor) []*tensor.Array {
	var roots []*tensor.Tensor
	for _, t := range tensors {
		if t != nil {
			roots = append(roots, t)
		}
	}
	found := p.evaluate(roots, p.at)
	arrays := make([]*tensor.Array, len(tensors))
	for i, t := range tensors {
		if t != nil {
			arrays[i], found = found[0], found[1:]
		}
	}
	return arrays
}

// given returns the values of inputs at the point; nil for nil.
func (p *probe) given(inputs []*tensor.Tensor) []*tensor.Array {
	arrays := make([]*tensor.Array, len(inputs))
	for i, t := range inputs {
		if t != nil {
			arrays[i] = p.at[t]
		}
	}
	return arrays
}

// difference returns the derivative of slope k along a direction. It uses the
// central difference of fourth order, with an error of step^4/30 times the
// fifth derivative.
func (p *probe) difference(k int, direction []*tensor.Array) float64 {
	slope := []*tensor.Tensor{p.tr.Slope[k]}
	at := func(steps float64) float64 {
		return p.evaluate(slope, p.moved(direction, steps*p.step))[0].Data[0]
	}
	return (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * p.step)
}

// moved returns the inputs at the point plus distance times direction.
func (p *probe) moved(direction []*tensor.Array, distance float64) map[*tensor.Tensor]*tensor.Array {
	inputs := maps.Clone(p.at)
	for i, d := range direction {
		if d == nil {
			continue
		}
		x := p.at[p.tr.X[i]]
		to := tensor.NewArray(x.DType, x.Shape...)
		for j, v := range x.Data {
			to.Data[j] = v + distance*d.Data[j]
		}
		inputs[p.tr.X[i]] = to
	}
	return inputs
}
