package feed_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/tensor"
)

// Fill the inputs of a game from a set. A trainer takes the source and calls Next
// itself; here the minibatch is made by hand.
func Example() {
	const batch = 4
	rules := &game.Game{Batch: batch, Inputs: []game.Input{
		{Name: "x", DType: tensor.Float32, Shape: []int{batch, 28 * 28}},
		{Name: "digit", DType: tensor.Int32, Shape: []int{batch}},
	}}
	source, err := feed.New(data.NewDigits(data.Train, 1), rules, 1,
		feed.Input{Name: "x", Scale: data.Scale{Lo: -1, Hi: 1}}, // black is -1, white is 1
		feed.Input{Name: "digit", Field: "class"})
	if err != nil {
		log.Fatal(err)
	}
	pixels, digits := make([]float32, batch*28*28), make([]int32, batch)
	m := game.Minibatch{"x": engine.MemoryOf(pixels), "digit": engine.MemoryOf(digits)}
	for range 2 {
		if err := source.Next(m); err != nil {
			log.Fatal(err)
		}
		fmt.Println("digits", digits, "the first pixel is", pixels[0])
	}
	fmt.Println(source.Position(), "examples read")
	// Output:
	// digits [6 7 2 1] the first pixel is -1
	// digits [5 0 2 6] the first pixel is -1
	// 8 examples read
}
