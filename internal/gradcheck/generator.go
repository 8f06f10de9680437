package gradcheck

import "github.com/gander-ml/gander/tensor"

// generatorCases multiply by values without arguments: counters, random
// numbers, constants, integer arithmetic.
func generatorCases() []Case {
	key := tensor.Const(&tensor.Array{DType: tensor.Uint32, Shape: []int{2}, Data: []float64{7, 11}})
	var cases []Case
	for _, c := range []struct {
		name string
		f    unary
	}{
		{"iota", func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(tensor.Iota(x.DType(), 1, 2, 3)) }},
		{"zeros and ones", func(x *tensor.Tensor) *tensor.Tensor {
			return x.Add(tensor.Zeros(x.DType(), 2, 3)).Mul(tensor.Full(x.DType(), 1.5, 3))
		}},
		{"random bits", func(x *tensor.Tensor) *tensor.Tensor {
			bits := tensor.RandomBits(key, key, 2, 3)
			odd := bits.Sub(bits.Div(tensor.Scalar(tensor.Uint32, 2)).Mul(tensor.Scalar(tensor.Uint32, 2)))
			return odd.Convert(tensor.Bool).Select(x, x.Scale(3))
		}},
		{"uniform", func(x *tensor.Tensor) *tensor.Tensor {
			return x.Mul(tensor.RandomUniform(key, key, 2, 3).Convert(x.DType()))
		}},
		{"normal", func(x *tensor.Tensor) *tensor.Tensor {
			return x.Add(tensor.RandomNormal(key, key, 2, 3).Convert(x.DType()))
		}},
		{"index arithmetic", func(x *tensor.Tensor) *tensor.Tensor {
			i, two := tensor.Iota(tensor.Int32, 0, 5), tensor.Scalar(tensor.Int32, 2)
			return x.Gather(i.Sub(i.Div(two).Mul(two)).Max(two.Neg().Plus(2)).Min(two)) // rows 0 1 0 1 0
		}},
	} {
		name := "generator/" + c.name
		cases = append(cases, of1(name, drawn(name).normal(2, 3), func(x *tensor.Tensor) *tensor.Tensor { return bend(c.f(x)) }))
	}
	return cases
}
