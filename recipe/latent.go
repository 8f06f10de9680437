package recipe

import (
	"math"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Latent is a random input of an output.
type Latent struct {
	Name string // "z"

	// Draw traces n values, batch axis first: [n, ...], float32.
	Draw func(c *nn.Context, n int) *tensor.Tensor

	// Normal is true if the values are independent standard normal numbers. Such a latent can
	// be truncated: values outside of [-psi, psi] are drawn again (Brock et al. 2019).
	Normal bool

	// Project traces, for any values z of the shape of Draw, the nearest ones that Draw
	// could have given. Package invert uses it when it searches the z of an example. If it
	// is nil, all values are possible.
	Project func(z *tensor.Tensor) *tensor.Tensor
}

// Normal returns a latent of standard normal numbers of the given shape. Its Project
// shortens a vector to the length that one of about 1000 draws exceeds.
func Normal(name string, shape ...int) Latent {
	longest := math.Sqrt(float64(tensor.Size(shape))-.5) + 3.09/math.Sqrt2 // Fisher's approximation of the chi distribution
	return Latent{
		Name:    name,
		Normal:  true,
		Draw:    func(c *nn.Context, n int) *tensor.Tensor { return c.Normal(append([]int{n}, shape...)...) },
		Project: func(z *tensor.Tensor) *tensor.Tensor { return shorten(z, longest) },
	}
}

// shorten scales the vectors of z, [n, ...], that are longer than a length to this length.
func shorten(z *tensor.Tensor, longest float64) *tensor.Tensor {
	flat := z.Flatten()
	square := flat.Square().Sum(1).Scale(1 / (longest * longest)).Max(tensor.Scalar(z.DType(), 1))
	return flat.Mul(square.Rsqrt().KeepDims(1)).Reshape(z.Shape()...)
}

// Sphere returns a latent of vectors that are uniformly distributed on a sphere: standard
// normal vectors, scaled to the length sqrt(dims), as in the code of Karras et al. 2018. So
// each number has mean 0 and variance 1. In one dimension it is -1 or 1.
func Sphere(name string, dims int) Latent {
	onto := func(z *tensor.Tensor) *tensor.Tensor {
		square := z.Square().Mean(1).Max(tensor.Scalar(z.DType(), 1e-12)) // of a vector of zeros
		return z.Mul(square.Rsqrt().KeepDims(1))
	}
	return Latent{
		Name:    name,
		Draw:    func(c *nn.Context, n int) *tensor.Tensor { return onto(c.Normal(n, dims)) },
		Project: onto,
	}
}

// Uniform returns a latent of numbers from U(lo, hi) of the given shape.
func Uniform(name string, lo, hi float64, shape ...int) Latent {
	return Latent{
		Name: name,
		Draw: func(c *nn.Context, n int) *tensor.Tensor { return c.Uniform(lo, hi, append([]int{n}, shape...)...) },
		Project: func(z *tensor.Tensor) *tensor.Tensor {
			return z.Max(tensor.Scalar(z.DType(), lo)).Min(tensor.Scalar(z.DType(), hi))
		},
	}
}

// latentOf returns the latent z of a distribution: uniform in [-1, 1], on the sphere of
// [Sphere], or standard normal.
func latentOf(distribution string, dims int) Latent {
	switch distribution {
	case "uniform":
		return Uniform("z", -1, 1, dims)
	case "sphere":
		return Sphere("z", dims)
	}
	return Normal("z", dims)
}
