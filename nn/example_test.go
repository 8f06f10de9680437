package nn_test

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A custom initialiser: the identity, with a little noise.
func ExampleInitializer() {
	nearIdentity := func(dst []float64, shape []int, s *random.Stream) {
		for i := range dst {
			dst[i] = s.Uniform(0, .001)
			if row, column := i/shape[1], i%shape[1]; row == column {
				dst[i]++
			}
		}
	}
	G := nn.New("G", []int{3}, nn.Linear(3, nearIdentity, nn.Zeros))

	p := G.Params[0]
	weight := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
	p.Init(weight.Data, weight.Shape, random.New(1, p.Name))
	for i := range 3 {
		fmt.Printf("%.0f\n", weight.Data[3*i:3*i+3])
	}
	// Output:
	// [1 0 0]
	// [0 1 0]
	// [0 0 1]
}

// A generator and a discriminator of digits. Both read the class.
func ExampleContext_With() {
	weights := nn.Normal(.02)
	G := nn.New("G", []int{100},
		nn.Concat(nn.Class("class"), nn.OneHot(10)),
		nn.Linear(7*7*64, weights, nil), nn.BatchNorm, nn.ReLU, nn.Reshape(64, 7, 7),
		nn.ConvTranspose(1, nn.Window{Kernel: 4, Stride: 4}, weights, nil), nn.Sigmoid)
	D := nn.New("D", G.Out,
		nn.Concat(nn.Class("class"), nn.Embedding(10, 5, weights)), // five constant maps
		nn.SpectralNorm(nn.Conv(64, nn.Same(28, 5, 2), weights, nn.Zeros)), nn.LeakyReLU(.2),
		nn.Linear(1, weights, nn.Zeros))

	c := nn.NewContext(true, nil).With("class", tensor.Zeros(tensor.Int32, 16))
	x := G.Apply(c, tensor.Zeros(tensor.Float32, 16, 100))
	fmt.Println(x, D.Apply(c, x))
	// Output: float32[16,1,28,28] float32[16,1]
}

// A custom layer: it contains another layer and multiplies the output of that layer
// by a learned number, which is 0 at first (Bachlechner et al. 2021, ReZero).
func ExampleBuilder_Within() {
	reZero := func(branch nn.Layer) nn.Layer {
		return func(b *nn.Builder, in []int) nn.Apply {
			apply, _ := b.Within(0, branch, in)
			factor := b.Param("factor", nn.Zeros)
			return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
				return x.Add(apply(c, x).Mul(c.Value(factor)))
			}
		}
	}
	D := nn.New("D", []int{8}, reZero(nn.Sequence(nn.Linear(8, nn.GlorotUniform(math.Sqrt2), nn.Zeros), nn.Tanh)))
	for _, p := range D.Params {
		fmt.Println(p.Name, p.Value)
	}
	// Output:
	// D.0.0.0.weight float32[8,8]
	// D.0.0.0.bias float32[8]
	// D.0.factor float32[]
}
