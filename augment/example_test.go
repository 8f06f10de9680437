package augment_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// Two images of ones. The middle between black and white, 0, replaces a part of each.
func Example() {
	policy, err := augment.Parse("cutout")
	if err != nil {
		log.Fatal(err)
	}
	c := nn.NewContext(true, nn.Seeded(4, tensor.Zeros(tensor.Uint32, 2)))
	x := tensor.Full(tensor.Float32, 1, 2, 1, 4, 4)
	y := policy.Apply(c, x, nil, -1, 1)

	values, err := tensor.Eval([]*tensor.Tensor{y}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for row := range 8 {
		fmt.Println(values[0].Data[4*row : 4*row+4])
	}
	// Output:
	// [1 1 0 0]
	// [1 1 0 0]
	// [1 1 1 1]
	// [1 1 1 1]
	// [1 1 1 1]
	// [1 1 1 0]
	// [1 1 1 0]
	// [1 1 1 1]
}

// The usual place of a controller: a play of the discriminator augments with its
// probability and reports the scores of real images.
func ExampleController() {
	policy, err := augment.Parse("bgc")
	if err != nil {
		log.Fatal(err)
	}
	ada := augment.NewController("augment", augment.Adaptive{Target: .6, Kimg: 500, Every: 4})
	D := nn.New("D", []int{3, 8, 8}, nn.Linear(1, nn.Normal(.02), nn.Zeros))

	c := nn.NewContext(true, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	real := tensor.Input("real", tensor.Float32, 64, 3, 8, 8)
	scores := D.Apply(c, policy.Apply(c, real, ada.P(c), -1, 1))
	ada.Observe(c, scores, 64)

	for _, p := range c.Changed(ada.Network().Params) {
		fmt.Println(p.Name)
	}
	// Output:
	// augment.p
	// augment.signs
	// augment.seen
}
