package optim_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A learning rate that rises in 10 steps and falls to 0 until step 100.
func ExampleProduct() {
	rate := optim.Product(
		optim.LinearRamp(0, 1, 0, 10, 1), // the warm-up
		optim.Cosine(.01, 0, 100),
	)
	for _, step := range []float64{0, 5, 10, 50, 100} {
		at, err := tensor.Eval([]*tensor.Tensor{rate(tensor.Scalar(tensor.Float32, step))}, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("step %3.0f: %.4f\n", step, at[0].Data[0])
	}
	// Output:
	// step   0: 0.0000
	// step   5: 0.0050
	// step  10: 0.0098
	// step  50: 0.0050
	// step 100: 0.0000
}

// A gradient of length 50 is scaled to length 5 before the optimiser uses it. A
// player of a game can use the result as its optimiser.
func ExampleClipGlobalNorm() {
	sgd := optim.SGD{LearningRate: optim.Constant(1), Momentum: optim.Constant(0)}
	clipped := optim.ClipGlobalNorm(sgd, 5)

	gradient := tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{2}, Data: []float64{30, 40}})
	shorter := clipped.Transform([]*tensor.Tensor{gradient})
	zeros := tensor.Zeros(tensor.Float32, 2)
	next, _ := clipped.Next(zeros, []*tensor.Tensor{zeros}, shorter[0], tensor.Scalar(tensor.Float32, 0))
	values, err := tensor.Eval([]*tensor.Tensor{shorter[0], next}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("gradient %.1f, value after the step %.1f\n", values[0].Data, values[1].Data)
	// Output: gradient [3.0 4.0], value after the step [-3.0 -4.0]
}
