package recipe

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A historyBuffer contains examples of earlier plays (Shrivastava et al. 2017, section
// 2.3). It is state of training: checkpoints contain its network, which belongs to a player
// and has no other use.
//
// A play stores n examples. The k-th of them is stored in, and one is drawn from, the k-th
// part of the buffer. So n different places change, n different examples are drawn, and all
// places are equally likely.
type historyBuffer struct {
	network  *nn.Network
	examples *nn.Param // [places, n, shape...]
	plays    *nn.Param // number of plays that stored examples
}

// newHistory returns a buffer for plays of n examples, with the given number of places for
// each of them.
func newHistory(shape []int, n, places int) *historyBuffer {
	h := &historyBuffer{}
	h.network = nn.New("history", shape, func(b *nn.Builder, in []int) nn.Apply {
		h.examples = b.Buffer("examples", nn.Zeros, append([]int{places, n}, in...)...)
		h.plays = b.Buffer("plays", nn.Zeros)
		return func(_ *nn.Context, x *tensor.Tensor) *tensor.Tensor { return x }
	})
	return h
}

// swap returns n examples of the buffer, drawn at random, and stores the examples x, [n,
// shape...]: first in the places that are empty, later in random places. If the whole
// buffer is empty, it returns x.
func (h *historyBuffer) swap(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
	stored, before := c.Value(h.examples), c.Value(h.plays)
	places, n, shape := stored.Dim(0), stored.Dim(1), stored.Shape()[2:]
	number := func(v int) *tensor.Tensor { return tensor.Scalar(x.DType(), float64(v)) }
	random := func(below *tensor.Tensor) *tensor.Tensor { // a place of each part
		return c.Uniform(0, 1, n).Mul(below).Floor().Min(below.Plus(-1)).ReLU()
	}
	row := random(before.Min(number(places))).Scale(float64(n)).Add(tensor.Iota(x.DType(), 0, n)).Convert(tensor.Int32)
	drawn := stored.Reshape(append([]int{places * n}, shape...)...).Gather(row)

	next := before.Compare(tensor.GreaterEqual, number(places)).Select(random(number(places)), before)
	here := tensor.Iota(x.DType(), 0, places, n).Compare(tensor.Equal, next.BroadcastTo(places, n))
	ones := []int{places, n}
	for range shape {
		ones = append(ones, 1)
	}
	c.Set(h.examples, here.Reshape(ones...).Select(x.Reshape(append([]int{1, n}, shape...)...), stored).StopGradient())
	c.Set(h.plays, before.Plus(1))
	return before.Compare(tensor.Equal, number(0)).Select(x, drawn)
}
