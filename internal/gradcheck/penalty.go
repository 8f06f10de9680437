package gradcheck

import "github.com/gander-ml/gander/tensor"

// penaltyCases differentiate losses that contain a gradient, by the parameters
// of the network. Order 1 of such a loss is order 2 of the network.
func penaltyCases() []Case {
	d := drawn("penalty")
	image := d.normal(2, 1, 8, 8)
	parameters := []*tensor.Array{
		image, d.normal(2, 1, 4, 4), d.normal(2, 1, 1), d.normal(3, 2, 4, 4), d.normal(12, 1),
	}
	dense := []*tensor.Array{d.normal(3, 4), d.normal(4, 5), d.normal(5), d.normal(5, 1)}
	return []Case{
		{
			// The leaky units have a kink at 0; a small step does not reach it.
			Name: "penalty/WGAN-GP of a convolutional critic", Inputs: parameters, Step: 1e-5,
			F: func(x []*tensor.Tensor) *tensor.Tensor {
				g := tensor.Grad(critic(x[0], x[1:]).Sum(), x[0])
				return g.Square().SumPerExample().Sqrt().Plus(-1).Square().Mean().Scale(10)
			},
		},
		{
			Name: "penalty/R1 of a dense discriminator", Inputs: dense,
			F: func(x []*tensor.Tensor) *tensor.Tensor {
				score := x[0].MatMul(x[1]).Add(x[2]).Tanh().MatMul(x[3])
				g := tensor.Grad(score.Sum(), x[0])
				return g.Square().SumPerExample().Mean().Scale(0.5).Add(score.Neg().Softplus().Mean())
			},
		},
		{
			// One step of gradient descent and the loss after it: unrolled
			// training.
			Name: "penalty/loss after a step", Inputs: dense,
			F: func(x []*tensor.Tensor) *tensor.Tensor {
				loss := func(w *tensor.Tensor) *tensor.Tensor {
					return x[0].MatMul(w).Add(x[2]).Tanh().MatMul(x[3]).Softplus().Mean()
				}
				stepped := x[1].Sub(tensor.Grad(loss(x[1]), x[1]).Scale(0.5))
				return loss(stepped)
			},
		},
	}
}

// critic computes scores of images [batch, 1, 8, 8] with two 4x4 convolutions
// of stride 2. The second is normalised over each example.
func critic(x *tensor.Tensor, p []*tensor.Tensor) *tensor.Tensor {
	down := tensor.ConvAttr{
		Strides: []int{2, 2}, PadLow: []int{1, 1}, PadHigh: []int{1, 1},
		InputDilation: []int{1, 1}, KernelDilation: []int{1, 1}, Groups: 1,
	}
	h := x.Conv(p[0], down).Add(p[1]).LeakyReLU(0.2)
	h = normalized(h.Conv(p[2], down), 1, 2, 3).LeakyReLU(0.2)
	return h.Flatten().MatMul(p[3])
}
