package invert

import (
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// A Generator is an output of a trained system. It makes pixels or numbers from latents,
// and possibly from conditions.
type Generator struct {
	Output recipe.Output
	Store  *engine.Store // the values of its parameters; they do not change

	// Samples and Latents are some hundred samples, [n, Output.Makes.Shape...], and their
	// latents. The scales of examples and latents are estimated from them.
	Samples []float32
	Latents map[string][]float32
}

// Check returns an error if an output cannot be inverted.
func Check(o recipe.Output) error {
	kind := o.Makes.Kind
	switch {
	case len(o.Latents) == 0:
		return fmt.Errorf("output %s is made without latents: there is nothing to search", o.Name)
	case kind != data.Pixels && kind != data.Numbers:
		return hint.Add(fmt.Errorf("output %s makes %v: only outputs of pixels or numbers can be inverted", o.Name, o.Makes), "name another output")
	}
	return nil
}

// A code is one latent of the output as a part of the code that E gives.
type code struct {
	recipe.Latent
	shape    []int
	from, to int // its numbers in the whole code
	mean, sd float64
}

// codes returns the parts of the code, in the order of the latents.
func (g Generator) codes() (list []code, err error) {
	n := len(g.Samples) / g.Output.Makes.Size()
	at := 0
	c := nn.NewContext(false, func(string) (key, counter *tensor.Tensor) {
		return tensor.Zeros(tensor.Uint32, 2), tensor.Zeros(tensor.Uint32, 2)
	})
	for _, l := range g.Output.Latents {
		var shape []int
		if err := tensor.Try(func() { shape = l.Draw(c, 1).Shape()[1:] }); err != nil {
			return nil, fmt.Errorf("latent %s: %w", l.Name, err)
		}
		size, values := tensor.Size(shape), g.Latents[l.Name]
		if n == 0 || len(values) != n*size {
			return nil, fmt.Errorf("latent %s: %d numbers for %d samples, want %d each", l.Name, len(values), n, size)
		}
		mean, sd := moments(values, 1)
		list = append(list, code{l, shape, at, at + size, mean[0], sd[0]})
		at += size
	}
	return list, nil
}

// split returns the latents of a batch of whole codes, [n, numbers], moved to values that
// their distributions can give.
func split(codes []code, whole *tensor.Tensor) []*tensor.Tensor {
	var list []*tensor.Tensor
	for _, l := range codes {
		z := whole.Slice1(1, l.from, l.to).Reshape(append([]int{whole.Dim(0)}, l.shape...)...)
		if l.Project != nil {
			z = l.Project(z)
		}
		list = append(list, z)
	}
	return list
}

// make traces G. It has its parameters of g.Store, and behaves as for samples.
func (g Generator) make(c *nn.Context, codes []code, latents []*tensor.Tensor, conditions recipe.Inputs) *tensor.Tensor {
	in := recipe.Inputs{}
	for name, v := range conditions {
		in[name] = v
	}
	for i, l := range codes {
		in[l.Name] = latents[i]
	}
	fixed := *c
	fixed.Training = false
	return g.Output.Make(&fixed, in).Reshape(append([]int{latents[0].Dim(0)}, g.Output.Makes.Shape...)...)
}

// scale returns the shift that is subtracted from an example, and the divisor of the result,
// before E and D read it: a number for all pixels, and a number for each column of points. Both
// have the given shape, which broadcasts to an example.
func (g Generator) scale() (shift, divisor []float64, shape []int) {
	makes := g.Output.Makes
	if makes.Kind == data.Pixels {
		s := g.Output.Scale
		return []float64{(s.Lo + s.Hi) / 2}, []float64{math.Abs(s.Hi-s.Lo) / 2}, slices.Repeat([]int{1}, len(makes.Shape))
	}
	shift, divisor = moments(g.Samples, makes.Size())
	return shift, divisor, makes.Shape
}

// scaled traces the scaling of examples, [n, ...].
func (g Generator) scaled(x *tensor.Tensor) *tensor.Tensor {
	shift, divisor, shape := g.scale()
	shape = append([]int{1}, shape...)
	constant := func(v []float64) *tensor.Tensor {
		return tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: shape, Data: v})
	}
	return x.Sub(constant(shift)).Div(constant(divisor))
}

// moments returns the mean and the standard deviation of each column. It is 1 for a column
// that is constant.
func moments(values []float32, columns int) (mean, sd []float64) {
	mean, sd = make([]float64, columns), make([]float64, columns)
	rows := float64(len(values) / columns)
	for i, v := range values {
		mean[i%columns] += float64(v) / rows
	}
	for i, v := range values {
		d := float64(v) - mean[i%columns]
		sd[i%columns] += d * d / rows
	}
	for k, square := range sd {
		if sd[k] = math.Sqrt(square); !(sd[k] > 0) || math.IsInf(sd[k], 0) {
			sd[k] = 1
		}
	}
	return mean, sd
}
