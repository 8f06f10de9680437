package data_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/data"
)

// Minibatches of the embedded digits, scaled to what a generator with a tanh at
// its end produces.
func Example() {
	set, err := data.Open("digits", data.Train, 1)
	if err != nil {
		log.Fatal(err)
	}
	batches, err := data.NewBatches(set, 64, 1)
	if err != nil {
		log.Fatal(err)
	}
	images := make([]float32, 64*set.Info().Size())
	labels := make([]int32, 64)
	for range 3 {
		if err := batches.Next(images, labels, data.Scale{Lo: -1, Hi: 1}); err != nil {
			log.Fatal(err)
		}
		fmt.Println(labels[:10])
	}
	fmt.Println(batches.Position(), "images shown")
	// Output:
	// [6 7 2 1 5 0 2 6 3 2]
	// [4 4 8 0 1 9 9 4 7 0]
	// [3 8 6 6 7 0 6 0 8 1]
	// 192 images shown
}

// The factors behind a digit are known, so that what a model has learnt of them
// can be measured.
func ExampleDigits_Factors() {
	digits := data.NewDigits(data.Test, 1)
	f := digits.Factors(0)
	fmt.Printf("a %d, strokes %.1f pixels wide, leaning by %.2f\n", f.Class, 2*f.Thickness, f.Slant)
	// Output:
	// a 2, strokes 2.5 pixels wide, leaning by 0.19
}
