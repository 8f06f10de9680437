package objective_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// The losses of both players, computed from the scores of the discriminator. With the
// score 0, D(x) is 1/2: the discriminator does not distinguish real from generated
// examples, and its loss is 2 log 2.
func Example() {
	scores := func(values ...float64) *tensor.Tensor {
		return tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{len(values), 1}, Data: values})
	}
	game := objective.NonSaturating{}
	losses, err := tensor.Eval([]*tensor.Tensor{
		game.Discriminator(scores(0, 0), scores(0, 0)),
		game.Discriminator(scores(4, 4), scores(-4, -4)), // D is certain and correct
		game.Generator(nil, scores(-4, -4)),              // a high loss for G
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, loss := range losses {
		fmt.Printf("%.2f\n", loss.Data[0])
	}
	// Output:
	// 1.39
	// 0.04
	// 4.02
}

// The penalty R1 of a linear discriminator. Its gradient is (3, 4) everywhere, so the
// penalty is gamma/2 times 25.
func ExampleR1() {
	w := tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{2, 1}, Data: []float64{3, 4}})
	score := func(x *tensor.Tensor) *tensor.Tensor { return x.MatMul(w) }
	penalty := objective.R1{Gamma: .2}.Of(score, tensor.Zeros(tensor.Float64, 5, 2))
	values, err := tensor.Eval([]*tensor.Tensor{penalty}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", values[0].Data[0])
	// Output: 2.50
}
