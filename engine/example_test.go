package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/tensor"
)

// Compile an expression once and run it on several inputs.
func Example() {
	device := engine.NewDevice(0) // one thread for each processor
	defer device.Close()

	x := tensor.Input("x", tensor.Float32, 3)
	loss := x.Square().Sum()
	slope := tensor.Grad(loss, x)
	program, err := device.Compile(nil, []*tensor.Tensor{loss, slope})
	if err != nil {
		log.Fatal(err)
	}

	memory, _ := program.Input(x)
	for _, numbers := range [][]float32{{1, 2, 3}, {0, -1, 4}} {
		copy(memory.Float32(), numbers)
		program.Run()
		fmt.Println(program.Output(0).Float32(), program.Output(1).Float32())
	}
	// Output:
	// [14] [2 4 6]
	// [17] [0 -2 8]
}

// A store holds the variables of programs. Each run of this program takes one step
// of gradient descent: it replaces the value of w at its end.
func ExampleStore() {
	device := engine.NewDevice(1)
	defer device.Close()

	w := tensor.Input("w", tensor.Float32)
	store := engine.NewStore()
	value := store.Add(w)
	value.Float32()[0] = 8

	loss := w.Square()
	next := w.Sub(tensor.Grad(loss, w).Scale(.25))
	program, err := device.Compile(store, []*tensor.Tensor{loss}, engine.Update{Variable: w, Value: next})
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		program.Run()
		fmt.Println("loss before the step:", program.Output(0).Float32()[0], "w after it:", value.Float32()[0])
	}
	// Output:
	// loss before the step: 64 w after it: 4
	// loss before the step: 16 w after it: 2
	// loss before the step: 4 w after it: 1
}

// A program computes a fixed number of rows. A batcher runs it on any number.
func ExampleBatcher() {
	device := engine.NewDevice(1)
	defer device.Close()

	x := tensor.Input("x", tensor.Float32, 4, 2) // four rows of two numbers
	program, err := device.Compile(nil, []*tensor.Tensor{x.Sum(1)})
	if err != nil {
		log.Fatal(err)
	}
	batcher, err := engine.NewBatcher(program, x)
	if err != nil {
		log.Fatal(err)
	}
	rows := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10} // five rows
	sums, err := batcher.Run(context.Background(), nil, engine.MemoryOf(rows))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sums[0].Float32())
	// Output: [3 7 11 15 19]
}
