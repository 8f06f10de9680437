package nn

import "github.com/gander-ml/gander/tensor"

// Embedding looks up a learned vector for each class: [] to [dims]. The table has
// shape [classes, dims] and is initialised by init. The input is a class, int32, in
// [0, classes). A class out of range gives NaN.
func Embedding(classes, dims int, init Initializer) Layer {
	return func(b *Builder, _ []int) Apply {
		table := b.Weight(init, 1, classes, dims)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			return c.Value(table).Gather(x.Convert(tensor.Int32))
		}
	}
}

// OneHot converts a class, int32, to a vector, [] to [classes]: 1 at the class and
// 0 elsewhere. If the class is out of range, all elements are 0.
func OneHot(classes int) Layer {
	return func(b *Builder, _ []int) Apply {
		return func(_ *Context, x *tensor.Tensor) *tensor.Tensor {
			shape := append(x.Shape()[:x.Rank():x.Rank()], classes)
			class := tensor.Iota(tensor.Int32, x.Rank(), shape...)
			return x.Convert(tensor.Int32).KeepDims(x.Rank()).Compare(tensor.Equal, class).Convert(b.DType)
		}
	}
}
