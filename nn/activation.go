package nn

import "github.com/gander-ml/gander/tensor"

// Each makes a layer without parameters from a function of tensors.
func Each(f func(x *tensor.Tensor) *tensor.Tensor) Layer {
	return func(*Builder, []int) Apply {
		return func(_ *Context, x *tensor.Tensor) *tensor.Tensor { return f(x) }
	}
}

// The activations without settings.
var (
	ReLU     = Each((*tensor.Tensor).ReLU)
	Sigmoid  = Each((*tensor.Tensor).Logistic)
	Tanh     = Each((*tensor.Tensor).Tanh)
	Softplus = Each((*tensor.Tensor).Softplus)
)

// LeakyReLU is x where it is positive and slope*x elsewhere.
func LeakyReLU(slope float64) Layer {
	return Each(func(x *tensor.Tensor) *tensor.Tensor { return x.LeakyReLU(slope) })
}

// Reshape gives each example the stated shape, which excludes the batch axis.
func Reshape(shape ...int) Layer {
	return Each(func(x *tensor.Tensor) *tensor.Tensor {
		return x.Reshape(append([]int{x.Dim(0)}, shape...)...)
	})
}
