package tensor

import (
	"fmt"
	"slices"
)

// An Array is a concrete value: the elements of a tensor in row-major order.
// Elements of every dtype are stored as float64, which represents all of them
// exactly.
type Array struct {
	DType DType
	Shape []int
	Data  []float64
}

// NewArray returns an array of zeros.
func NewArray(dtype DType, shape ...int) *Array {
	return &Array{DType: dtype, Shape: shape, Data: make([]float64, Size(shape))}
}

// fill sets the elements of a to the elements of from, rounded to the dtype of
// a.
func (a *Array) fill(from []float64) {
	for i, x := range from {
		a.Data[i] = a.DType.round(x)
	}
}

// Eval computes roots with the plain implementations of the primitives. inputs
// holds the values of the inputs; Eval rounds them to their dtypes. Eval is the
// reference for every engine: it is slow, simple, and independent of engines.
// It returns an error for an input that is missing or has the wrong dtype or
// shape.
func Eval(roots []*Tensor, inputs map[*Tensor]*Array) ([]*Array, error) {
	values := map[*Tensor]*Array{}
	for _, t := range Ancestors(roots, nil) {
		v := NewArray(t.dtype, t.shape...)
		if t.op == opInput {
			given, err := inputValue(t, inputs[t])
			if err != nil {
				return nil, err
			}
			v.fill(given)
		} else {
			args := make([]*Array, len(t.args))
			for i, a := range t.args {
				args[i] = values[a]
			}
			t.op.plain(t, v.Data, args)
			v.fill(v.Data)
		}
		values[t] = v
	}
	results := make([]*Array, len(roots))
	for i, r := range roots {
		results[i] = values[r]
	}
	return results, nil
}

// inputValue returns the elements of given, or an error if they do not fit
// input t.
func inputValue(t *Tensor, given *Array) ([]float64, error) {
	name := t.attr.(InputAttr).Name
	if given == nil {
		return nil, fmt.Errorf("eval: input %q of %v has no value", name, t)
	}
	if given.DType != t.dtype || !slices.Equal(given.Shape, t.shape) || len(given.Data) != t.Size() {
		return nil, fmt.Errorf("eval: input %q: want %v, have %d elements of %s",
			name, t, len(given.Data), formatShape(given.DType, given.Shape))
	}
	return given.Data, nil
}
