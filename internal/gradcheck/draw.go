package gradcheck

import (
	"math"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A draw generates the points of cases. The distance of a point from kinks is
// much larger than the steps of finite differences.
type draw struct{ *random.Stream }

// drawn returns the draw of the case with the given name.
func drawn(name string) draw { return draw{random.New(1, name)} }

func (d draw) fill(shape []int, next func() float64) *tensor.Array {
	a := tensor.NewArray(tensor.Float64, shape...)
	for i := range a.Data {
		a.Data[i] = next()
	}
	return a
}

// normal returns standard normal numbers.
func (d draw) normal(shape ...int) *tensor.Array { return d.fill(shape, d.Normal) }

// zeros returns zeros; far returns numbers of either sign with magnitude
// between 20 and 30.
func (d draw) zeros(shape ...int) *tensor.Array { return tensor.NewArray(tensor.Float64, shape...) }

func (d draw) far(shape ...int) *tensor.Array {
	return d.fill(shape, func() float64 { return math.Copysign(d.Uniform(20, 30), d.Normal()) })
}

// positive returns numbers in [0.5, 2).
func (d draw) positive(shape ...int) *tensor.Array {
	return d.fill(shape, func() float64 { return d.Uniform(0.5, 2) })
}

// nonzero returns numbers of either sign with a magnitude of at least 0.3.
func (d draw) nonzero(shape ...int) *tensor.Array {
	return d.fill(shape, func() float64 {
		x := d.Normal()
		return x + math.Copysign(0.3, x)
	})
}

// fractional returns numbers in [-3, 3) with a distance of at least 0.1 from
// integers.
func (d draw) fractional(shape ...int) *tensor.Array {
	return d.fill(shape, func() float64 { return float64(d.Intn(6)-3) + d.Uniform(0.1, 0.9) })
}

// apart returns an array for each shape. Any two elements of the arrays differ
// by at least 0.1.
func (d draw) apart(shapes ...[]int) []*tensor.Array {
	n := 0
	for _, shape := range shapes {
		n += tensor.Size(shape)
	}
	order := d.Perm(make([]int32, n))
	arrays := make([]*tensor.Array, len(shapes))
	for i, shape := range shapes {
		arrays[i] = d.fill(shape, func() float64 {
			rank := order[0]
			order = order[1:]
			return 0.15*(float64(rank)-float64(n)/2) + d.Uniform(0, 0.05)
		})
	}
	return arrays
}

// integers returns an int32 array with the given numbers.
func integers(shape []int, data ...float64) *tensor.Array {
	return &tensor.Array{DType: tensor.Int32, Shape: shape, Data: data}
}
