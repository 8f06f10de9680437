package tensor_test

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// A gradient is a graph, and can be differentiated again.
func ExampleGrad() {
	x := tensor.Input("x", tensor.Float32)
	y := x.Mul(x).Mul(x) // x^3
	slope := tensor.Grad(y, x)
	curvature := tensor.Grad(slope, x)

	at := tensor.NewArray(tensor.Float32)
	at.Data[0] = 2
	values, err := tensor.Eval([]*tensor.Tensor{y, slope, curvature}, map[*tensor.Tensor]*tensor.Array{x: at})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(values[0].Data, values[1].Data, values[2].Data)
	// Output: [8] [12] [12]
}

// The gradient penalty of WGAN-GP drives the norm of the gradient of the critic
// by its input to 1. The loss contains a derivative: the gradient is a tensor
// like any other, and so is the gradient of the penalty by the weights of the
// critic.
func ExampleGrad_gradientPenalty() {
	x := tensor.Input("x", tensor.Float32, 2, 2)       // two points of the plane
	weights := tensor.Input("w", tensor.Float32, 2, 1) // a linear critic
	score := x.MatMul(weights)                         // [2, 1]
	gradient := tensor.Grad(score.Sum(), x)            // [2, 2], here the weights for each point
	length := gradient.Square().SumPerExample().Sqrt() // [2]
	penalty := length.Plus(-1).Square().Mean()         // (|w| - 1)^2
	byWeights := tensor.Grad(penalty, weights)         // 2 (|w| - 1) w / |w|

	given := map[*tensor.Tensor]*tensor.Array{
		x:       {DType: tensor.Float32, Shape: []int{2, 2}, Data: []float64{1, 0, 0, 1}},
		weights: {DType: tensor.Float32, Shape: []int{2, 1}, Data: []float64{3, 4}},
	}
	values, err := tensor.Eval([]*tensor.Tensor{penalty, byWeights}, given)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("penalty %.1f, by the weights %.1f\n", values[0].Data[0], values[1].Data)
	// Output: penalty 16.0, by the weights [4.8 6.4]
}

// Softplus and mean are composed; the loss reads as the formula of the paper.
func ExampleTensor_Softplus() {
	realScore := tensor.Input("real", tensor.Float32, 100, 1)
	fakeScore := tensor.Input("fake", tensor.Float32, 100, 1)
	loss := realScore.Neg().Softplus().Mean().Add(fakeScore.Softplus().Mean()) // -log D(x) - log(1 - D(G(z)))
	fmt.Println(loss, tensor.Grad(loss, fakeScore))
	// Output: float32[] float32[100,1]
}

func ExampleTry() {
	x := tensor.Input("x", tensor.Float32, 100, 784)
	err := tensor.Try(func() { x.MatMul(x) })
	fmt.Println(err)
	// Output: dot(float32[100,784], float32[100,784]): axes 1 and 0 differ: 784 and 100 (at example_test.go:64)
}
