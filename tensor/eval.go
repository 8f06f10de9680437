package tensor

import (
	"fmt"
	"slices"
)

// An Array is a concrete value: the elements of a tensor in row-major order.
// Elements of every dtype are held as float64, which represents all of them
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

// fill sets the elements of a to those of from, rounded to a's dtype.
func (a *Array) fill(from []float64) {
	for i, x := range from {
		a.Data[i] = a.DType.round(x)
	}
}

// Eval computes roots by the plain meanings of the primitives, given the
// values of the inputs, which it rounds to their dtypes. It is the oracle of
// every engine: slow, obvious, and independent of them. It returns an error
// for an input that is missing or of the wrong dtype or shape.
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

// inputValue returns the elements given for an input, if they fit it.
func inputValue(t *Tensor, given *Array) ([]float64, error) {
	name := t.attr.(InputAttr).Name
	if given == nil {
		return nil, fmt.Errorf("eval: input %q of %v was not given", name, t)
	}
	if given.DType != t.dtype || !slices.Equal(given.Shape, t.shape) || len(given.Data) != t.Size() {
		return nil, fmt.Errorf("eval: input %q wants %v and was given %d elements of %s",
			name, t, len(given.Data), formatShape(given.DType, given.Shape))
	}
	return given.Data, nil
}
