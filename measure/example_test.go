package measure_test

import (
	"context"
	"fmt"
	"log"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/measure"
)

// Measure samples against a set. These samples are copies of one example: they are
// real, so precision is high. They are near only a few real examples, so coverage is low.
// The baseline is the same figure of other real examples.
func Example() {
	const n = 200
	train, err := measure.FromData(data.NewRing8(data.Train, 1), "ring8 train", n)
	if err != nil {
		log.Fatal(err)
	}
	test, err := measure.FromData(data.NewRing8(data.Test, 1), "ring8 test", n)
	if err != nil {
		log.Fatal(err)
	}
	samples := &measure.Set{Name: "copies of one example", Field: test.Field}
	for range n {
		samples.Values = append(samples.Values, test.At(0)...)
	}

	prdc, _, err := measure.Find("prdc")
	if err != nil {
		log.Fatal(err)
	}
	result, err := prdc.Run(context.Background(), measure.Task{Samples: samples, Train: train, Reference: test, N: n})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"precision", "coverage"} {
		figure, _ := result.Find(name)
		fmt.Printf("%s: more than a half: %v\n", name, figure.Value > .5)
	}
	// Output:
	// precision: more than a half: true
	// coverage: more than a half: false
}
