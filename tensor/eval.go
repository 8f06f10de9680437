package tensor

import "fmt"

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

// Eval computes roots by the plain meanings of the primitives, given the
// values of the inputs. It is the oracle of every engine: slow, obvious, and
// independent of them. It returns an error for an input that is missing or of
// the wrong dtype or size.
func Eval(roots []*Tensor, inputs map[*Tensor]*Array) ([]*Array, error) {
	values := map[*Tensor]*Array{}
	for _, t := range Ancestors(roots, nil) {
		if t.op == opInput {
			v := inputs[t]
			if v == nil || v.DType != t.dtype || len(v.Data) != t.Size() {
				return nil, fmt.Errorf("eval: input %q wants %v and was given %v", t.attr.(InputAttr).Name, t, v)
			}
			values[t] = v
			continue
		}
		args := make([]*Array, len(t.args))
		for i, a := range t.args {
			args[i] = values[a]
		}
		v := NewArray(t.dtype, t.shape...)
		t.op.plain(t, v.Data, args)
		for i, x := range v.Data {
			v.Data[i] = t.dtype.round(x)
		}
		values[t] = v
	}
	results := make([]*Array, len(roots))
	for i, r := range roots {
		results[i] = values[r]
	}
	return results, nil
}
