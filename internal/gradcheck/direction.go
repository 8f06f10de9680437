package gradcheck

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A direction has an array for each float input of a case, and nil for other
// inputs.
type direction struct {
	name   string
	arrays []*tensor.Array
}

// direction returns the random direction with the given name. It has norm 1. It
// is zero on the float inputs for which in returns false.
func (c Case) direction(name string, in func(input int) bool) direction {
	d := draw{random.New(1, c.Name+" "+name)}
	arrays := make([]*tensor.Array, len(c.Inputs))
	for i, x := range c.Inputs {
		if x.DType.IsFloat() {
			arrays[i] = tensor.NewArray(x.DType, x.Shape...)
			if in(i) {
				copy(arrays[i].Data, d.normal(x.Shape...).Data)
			}
		}
	}
	if length := norm(arrays); length > 0 {
		for _, a := range arrays {
			if a != nil {
				for i := range a.Data {
					a.Data[i] /= length
				}
			}
		}
	}
	return direction{name, arrays}
}

// directions returns the directions for the differentiation of a case: three
// over all inputs together, then one for each float input alone.
func (c Case) directions() []direction {
	var list []direction
	for i := range 3 {
		list = append(list, c.direction(fmt.Sprintf("random direction %d", i), everyInput))
	}
	for i, x := range c.Inputs {
		if x.DType.IsFloat() && len(c.Inputs) > 1 {
			list = append(list, c.direction(fmt.Sprintf("input %d alone", i), func(k int) bool { return k == i }))
		}
	}
	return list
}

func everyInput(int) bool { return true }

// inner returns the inner product of two lists of arrays, and the sum of the
// absolute values of its terms. nil counts as 0.
func inner(a, b []*tensor.Array) (sum, magnitude float64) {
	for i := range a {
		if a[i] == nil || b[i] == nil {
			continue
		}
		for j, v := range a[i].Data {
			sum += v * b[i].Data[j]
			magnitude += math.Abs(v * b[i].Data[j])
		}
	}
	return sum, magnitude
}

// norm returns the norm of a as one vector.
func norm(a []*tensor.Array) float64 {
	sum, _ := inner(a, a)
	return math.Sqrt(sum)
}
