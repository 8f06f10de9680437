package data_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/data"
)

// Minibatches of pen-stroke digits and their classes, the pixels scaled to what a
// generator with a tanh at its end produces.
func Example() {
	set := data.NewDigits(data.Train, 1)
	batches, err := data.NewBatches(set, 64, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("x:", set.Info().First())
	images := make([]float32, 64*set.Info().First().Size())
	labels := make([]int32, 64)
	for range 3 {
		err := batches.Next(
			data.Destination{Field: "x", Scale: data.Scale{Lo: -1, Hi: 1}, Floats: images},
			data.Destination{Field: "class", Ints: labels},
		)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(labels[:10])
	}
	fmt.Println(batches.Position(), "images shown")
	// Output:
	// x: 1x28x28
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

// A set of one's own: points with a field of labels beside them.
func ExampleNewTable() {
	set, err := data.NewTable(data.NewInfo("corners", data.Point(2), data.Label(2)),
		data.Values{Floats: []float32{0, 0, 0, 1, 1, 0, 1, 1}},
		data.Values{Ints: []int32{0, 1, 1, 0}})
	if err != nil {
		log.Fatal(err)
	}
	row := set.Info().NewRow()
	if err := set.Read(row, 2); err != nil {
		log.Fatal(err)
	}
	fmt.Println(row[0].Floats, row[1].Ints)
	// Output:
	// [1 0] [1]
}
