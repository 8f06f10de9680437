package optim

import "github.com/gander-ml/gander/tensor"

// A wrapped optimiser adds functions before and after the steps of another
// optimiser. Each function may be nil.
type wrapped struct {
	Optimizer

	all    func(gradients []*tensor.Tensor) []*tensor.Tensor // before all steps of an update
	before func(value, g *tensor.Tensor) *tensor.Tensor      // the gradient for a step
	after  func(next *tensor.Tensor) *tensor.Tensor          // the value after a step
}

// Transform changes the gradients of all parameters. Then it calls Transform of the
// inner optimiser.
func (w wrapped) Transform(gradients []*tensor.Tensor) []*tensor.Tensor {
	if w.all != nil {
		gradients = w.all(gradients)
	}
	if inner, ok := w.Optimizer.(Transformer); ok {
		gradients = inner.Transform(gradients)
	}
	return gradients
}

// Next takes one step of the inner optimiser.
func (w wrapped) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	if w.before != nil {
		g = w.before(value, g)
	}
	next, slots := w.Optimizer.Next(value, slots, g, step)
	if w.after != nil {
		next = w.after(next)
	}
	return next, slots
}

// L2 adds weight times the value to each gradient. That is the gradient of weight/2
// times the sum of the squares of all parameters, including biases. The decay of
// [AdamW] is not the same.
func L2(o Optimizer, weight float64) Transformer {
	return wrapped{Optimizer: o, before: func(value, g *tensor.Tensor) *tensor.Tensor {
		return g.Add(value.Scale(weight))
	}}
}

// ClipWeights limits each element of a parameter to [-limit, limit] after each step
// (Arjovsky et al. 2017, algorithm 1). It applies to all parameters, including biases
// and the scales of normalisations.
func ClipWeights(o Optimizer, limit float64) Transformer {
	return wrapped{Optimizer: o, after: func(next *tensor.Tensor) *tensor.Tensor { return clip(next, limit) }}
}

// ClipValue limits each element of a gradient to [-limit, limit].
func ClipValue(o Optimizer, limit float64) Transformer {
	return wrapped{Optimizer: o, before: func(_, g *tensor.Tensor) *tensor.Tensor { return clip(g, limit) }}
}

func clip(x *tensor.Tensor, limit float64) *tensor.Tensor {
	return x.Max(tensor.Scalar(x.DType(), -limit)).Min(tensor.Scalar(x.DType(), limit))
}

// ClipNorm scales the gradient of each parameter to Euclidean length limit if it is
// longer.
func ClipNorm(o Optimizer, limit float64) Transformer {
	return wrapped{Optimizer: o, before: func(_, g *tensor.Tensor) *tensor.Tensor {
		return g.Mul(shorten(g.Square().Sum(), limit))
	}}
}

// ClipGlobalNorm treats the gradients of all parameters of a player as one vector and
// scales it to Euclidean length limit if it is longer (Pascanu et al. 2013, algorithm
// 1). It uses the gradients of the loss; the term of [L2] is added later.
func ClipGlobalNorm(o Optimizer, limit float64) Transformer {
	return wrapped{Optimizer: o, all: func(gradients []*tensor.Tensor) []*tensor.Tensor {
		if len(gradients) == 0 {
			return nil
		}
		dtype := gradients[0].DType()
		square := tensor.Scalar(dtype, 0)
		for _, g := range gradients {
			square = square.Add(g.Square().Sum().Convert(dtype))
		}
		factor := shorten(square, limit)
		shortened := make([]*tensor.Tensor, len(gradients))
		for i, g := range gradients {
			shortened[i] = g.Mul(factor.Convert(g.DType()))
		}
		return shortened
	}}
}

// shorten returns the factor that reduces the length of a vector to at most limit.
// square is the square of the length.
func shorten(square *tensor.Tensor, limit float64) *tensor.Tensor {
	most := tensor.Scalar(square.DType(), limit)
	return most.Div(square.Sqrt().Max(most))
}

// MaxColumnNorm scales the weights of each unit to Euclidean length limit after each
// step if they are longer. The weights of a unit are a column of a matrix [in, units]
// (Goodfellow et al. 2013), or the kernel of an output channel of a convolution,
// [channels, in, kernel...]. Parameters of one dimension do not change.
func MaxColumnNorm(o Optimizer, limit float64) Transformer {
	return wrapped{Optimizer: o, after: func(next *tensor.Tensor) *tensor.Tensor {
		if next.Rank() < 2 {
			return next
		}
		axes := []int{0}
		if next.Rank() > 2 {
			axes[0] = 1
			for axis := 2; axis < next.Rank(); axis++ {
				axes = append(axes, axis)
			}
		}
		return next.Mul(shorten(next.Square().Sum(axes...), limit).KeepDims(axes...))
	}}
}
