package nn

import (
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// MinibatchDiscrimination appends numbers that measure how near the other
// examples of the minibatch are (Salimans et al. 2016, section 3.2): [n] to
// [n+kernels], where n is the number of elements of an example. For each example, M
// = x T has shape [kernels, dims]. Number k of example i is the sum over all
// examples j of exp(-sum over dims of |M_ik - M_jk|), plus a bias. If bias is nil,
// there is no bias.
//
// T has shape [n, kernels*dims] and is initialised by weight. The sum includes j =
// i, which adds 1. The bias Constant(-1) removes this 1, as some programs do.
func MinibatchDiscrimination(kernels, dims int, weight, bias Initializer) Layer {
	return func(b *Builder, in []int) Apply {
		t := b.Weight(weight, 1, tensor.Size(in), kernels*dims)
		add := channelBias(b, bias, kernels, 0)
		return func(c *Context, x *tensor.Tensor) *tensor.Tensor {
			x = x.Flatten()
			m := x.MatMul(c.Value(t)).Reshape(-1, kernels, dims)
			distance := m.KeepDims(1).Sub(m.KeepDims(0)).Abs().Sum(3) // [batch, batch, kernels]
			return tensor.Concatenate(1, x, add(c, distance.Neg().Exp().Sum(1)))
		}
	}
}

// MinibatchStdDev appends channels that measure how much the examples of a group
// differ (Karras et al. 2018, section 3): [n, spatial...] to [n+channels,
// spatial...]. There may be no spatial dimensions. The batch is divided into groups
// of size group; a smaller batch is one group. If there are m groups, examples i,
// i+m, i+2m, ... form a group. Each new channel is computed from n/channels adjacent
// channels: the standard deviation over the group (the square root of the biased
// variance plus 1e-8), averaged over these channels and over space. It is constant
// over the group.
//
// MinibatchStdDev panics with a *[tensor.MisuseError] if channels does not divide n.
// The layer does so if the group size does not divide the batch.
func MinibatchStdDev(group, channels int) Layer {
	return func(b *Builder, in []int) Apply {
		if group < 1 || channels < 1 || in[0]%channels != 0 {
			tensor.Misuse("nn.MinibatchStdDev", []string{b.name},
				"want groups of at least 1, not %d, and a number of new channels that divides %d, not %d", group, in[0], channels)
		}
		return func(_ *Context, x *tensor.Tensor) *tensor.Tensor {
			batch := x.Dim(0)
			size := max(min(group, batch), 1)
			if batch%size != 0 {
				tensor.Misuse("nn.MinibatchStdDev", []string{x.String()}, "groups of %d do not divide the batch", size)
			}
			split := x.Reshape(size, batch/size, channels, -1)
			centred := split.Sub(split.Mean(0))
			deviation := centred.Square().Mean(0).Plus(1e-8).Sqrt().Mean(2) // [groups, channels]
			shape := slices.Clone(x.Shape())
			shape[1] = channels
			maps := deviation.Broadcast(append([]int{size, batch / size}, shape[1:]...), []int{1, 2})
			return tensor.Concatenate(1, x, maps.Reshape(shape...))
		}
	}
}
