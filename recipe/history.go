package recipe

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// history returns a network with a buffer of examples of earlier plays (Shrivastava et al.
// 2017, section 2.3). It appends to n new examples, [n, in...], n examples from the
// buffer, drawn at random: [2n, in...]. Then n random places of the buffer get the new
// examples. The buffer has the given number of places for each of the n examples of a play.
// It is filled first, and while it is empty, the new examples are returned twice. It is
// state of training: checkpoints contain it.
//
// The k-th example of a play is drawn from, and stored in, the k-th part of the buffer. So
// n different examples are drawn and n different places change, and all places are equally
// likely.
func history(name string, in []int, n, places int) *nn.Network {
	return nn.New(name, in, func(b *nn.Builder, in []int) nn.Apply {
		examples := b.Buffer("examples", nn.Zeros, append([]int{places, n}, in...)...)
		plays := b.Buffer("plays", nn.Zeros) // that have stored examples
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			most, stored, before := float64(places), c.Value(examples), c.Value(plays)
			filled := before.Min(tensor.Scalar(x.DType(), most))
			place := func(of *tensor.Tensor) *tensor.Tensor { // a random one of the first places, of each part
				return c.Uniform(0, 1, n).Mul(of).Floor().Min(of.Plus(-1)).ReLU()
			}
			row := place(filled).Scale(float64(n)).Add(tensor.Iota(x.DType(), 0, n)).Convert(tensor.Int32)
			drawn := stored.Reshape(append([]int{places * n}, in...)...).Gather(row)
			empty := before.Compare(tensor.Less, tensor.Scalar(x.DType(), .5))
			old := empty.Select(x, drawn)

			full := before.Compare(tensor.GreaterEqual, tensor.Scalar(x.DType(), most))
			next := full.Select(place(tensor.Scalar(x.DType(), most)), before)
			here := tensor.Iota(x.DType(), 0, places, n).Compare(tensor.Equal, next.BroadcastTo(places, n))
			shape := append([]int{places, n}, make([]int, len(in))...)
			for i := range in {
				shape[2+i] = 1
			}
			kept := here.Reshape(shape...).Select(x.Reshape(append([]int{1, n}, in...)...), stored)
			c.Set(examples, kept.StopGradient())
			c.Set(plays, before.Plus(1))
			return tensor.Concatenate(0, x, old)
		}
	})
}
