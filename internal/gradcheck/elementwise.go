package gradcheck

import "github.com/gander-ml/gander/tensor"

type (
	unary  = func(x *tensor.Tensor) *tensor.Tensor
	binary = func(a, b *tensor.Tensor) *tensor.Tensor
)

// bend returns a nonlinear function of y. With it, the gradient that reaches
// the tested operation depends on the point, and no derivative is zero.
func bend(y *tensor.Tensor) *tensor.Tensor { return y.Mul(y.Sin()) }

// of1 returns a case with one input.
func of1(name string, at *tensor.Array, f unary) Case {
	return Case{
		Name: name, Inputs: []*tensor.Array{at},
		F: func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) },
	}
}

// of2 returns a case with two inputs.
func of2(name string, a, b *tensor.Array, f binary) Case {
	return Case{
		Name: name, Inputs: []*tensor.Array{a, b},
		F: func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) },
	}
}

func unaryCases() []Case {
	anywhere, positive, nonzero, fractional := draw.normal, draw.positive, draw.nonzero, draw.fractional
	var cases []Case
	for _, c := range []struct {
		name string
		at   func(d draw, shape ...int) *tensor.Array
		f    unary
	}{
		{"neg", anywhere, (*tensor.Tensor).Neg},
		{"exp", anywhere, (*tensor.Tensor).Exp},
		{"log", positive, (*tensor.Tensor).Log},
		{"tanh", anywhere, (*tensor.Tensor).Tanh},
		{"logistic", anywhere, (*tensor.Tensor).Logistic},
		{"sqrt", positive, (*tensor.Tensor).Sqrt},
		{"rsqrt", positive, (*tensor.Tensor).Rsqrt},
		{"abs", nonzero, (*tensor.Tensor).Abs},
		{"sign", nonzero, func(x *tensor.Tensor) *tensor.Tensor { return x.Sign().Mul(x) }},
		{"sin", anywhere, (*tensor.Tensor).Sin},
		{"cos", anywhere, (*tensor.Tensor).Cos},
		{"floor", fractional, func(x *tensor.Tensor) *tensor.Tensor { return x.Floor().Mul(x) }},
		{"all-reduce", anywhere, (*tensor.Tensor).AllReduce},
		{"scale", anywhere, func(x *tensor.Tensor) *tensor.Tensor { return x.Scale(-1.7) }},
		{"plus", anywhere, func(x *tensor.Tensor) *tensor.Tensor { return x.Plus(0.3) }},
		{"square", anywhere, (*tensor.Tensor).Square},
		{"softplus", anywhere, (*tensor.Tensor).Softplus},
		{"softplus at 0", draw.zeros, (*tensor.Tensor).Softplus},
		{"softplus far out", draw.far, (*tensor.Tensor).Softplus},
		{"relu", nonzero, (*tensor.Tensor).ReLU},
		{"leaky relu", nonzero, func(x *tensor.Tensor) *tensor.Tensor { return x.LeakyReLU(0.2) }},
		{"stop-gradient", anywhere, func(x *tensor.Tensor) *tensor.Tensor {
			s := x.StopGradient() // e^(x-s) e^s does not depend on s
			return x.Sub(s).Exp().Mul(s.Exp())
		}},
	} {
		name := "unary/" + c.name
		cases = append(cases, of1(name, c.at(drawn(name), 2, 3), func(x *tensor.Tensor) *tensor.Tensor { return bend(c.f(x)) }))
	}
	return append(cases, convertCases()...)
}

// convertCases convert to float32. A small step would magnify the rounding
// errors of float32. Their derivatives along a line are polynomials of low
// degree, for which finite differences are exact with any step.
func convertCases() []Case {
	name := "convert/float64 to float32 and back"
	narrow := of2(name, drawn(name).normal(2, 3), drawn(name+" b").normal(2, 3), func(a, b *tensor.Tensor) *tensor.Tensor {
		return a.Convert(tensor.Float32).Convert(a.DType()).Mul(b)
	})
	name = "convert/product in float32"
	product := of2(name, drawn(name).normal(2, 3), drawn(name+" b").normal(3), func(a, b *tensor.Tensor) *tensor.Tensor {
		return a.Convert(tensor.Float32).Mul(b.Convert(tensor.Float32))
	})
	narrow.Step, product.Step = 1, 1

	name = "convert/to integers and bools"
	steps := of1(name, drawn(name).fractional(2, 3), func(x *tensor.Tensor) *tensor.Tensor {
		whole, positive := x.Convert(tensor.Int32).Convert(x.DType()), x.Sign().Plus(1).Convert(tensor.Bool).Convert(x.DType())
		return bend(x.Mul(whole).Add(positive.Mul(x)))
	})
	return []Case{narrow, product, steps}
}

func binaryCases() []Case {
	var cases []Case
	add := func(name string, a, b *tensor.Array, f binary) {
		cases = append(cases, of2("binary/"+name, a, b, func(a, b *tensor.Tensor) *tensor.Tensor { return bend(f(a, b)) }))
	}
	shape := []int{2, 3}
	d := drawn("binary")
	apart := d.apart(shape, shape)
	add("add", d.normal(2, 3), d.normal(2, 3), (*tensor.Tensor).Add)
	add("sub", d.normal(2, 3), d.normal(2, 3), (*tensor.Tensor).Sub)
	add("mul", d.normal(2, 3), d.normal(2, 3), (*tensor.Tensor).Mul)
	add("div", d.normal(2, 3), d.positive(2, 3), (*tensor.Tensor).Div)
	add("div by negatives", d.normal(2, 3), d.nonzero(2, 3), (*tensor.Tensor).Div)
	add("max", apart[0], apart[1], (*tensor.Tensor).Max)
	add("min", apart[0], apart[1], (*tensor.Tensor).Min)
	add("pow", d.positive(2, 3), d.normal(2, 3), (*tensor.Tensor).Pow)
	add("x to the power x", d.positive(2, 3), d.normal(2, 3), func(a, b *tensor.Tensor) *tensor.Tensor { return a.Pow(a).Mul(b) })
	add("one argument twice", d.normal(2, 3), d.normal(2, 3), func(a, b *tensor.Tensor) *tensor.Tensor {
		return a.Mul(a).Sub(b.Add(b)).Add(a.Mul(b))
	})
	add("pow to a 0 that changes", d.positive(2, 3), tensor.NewArray(tensor.Float64, 2, 3), (*tensor.Tensor).Pow)
	for _, power := range []float64{0, 1, 2, 3} {
		name := "pow/" + string(rune('0'+int(power))) + " at 0 and below"
		c := of1(name, drawn(name).normal(4), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Pow(tensor.Scalar(x.DType(), power)).Add(x))
		})
		c.Inputs[0].Data[0] = 0
		cases = append(cases, c)
	}
	return cases
}
