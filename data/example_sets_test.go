package data_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/data"
)

// What an example consists of: an image, a class with names, and a caption.
func ExampleField() {
	label := data.Label(2)
	label.Labels = []string{"cat", "dog"}
	caption := data.Field{Name: "caption", Kind: data.Tokens, Shape: []int{20}, Classes: 1000}
	info := data.NewInfo("pets", data.Image(3, 64, 64), label, caption)
	for _, f := range info.Fields {
		fmt.Printf("%s: %v, a %v of %d values\n", f.Name, f, f.Kind, f.Size())
	}
	fmt.Println("a generator learns to make", info.First())
	// Output:
	// x: 3x64x64, a pixels of 12288 values
	// class: one of 2 classes, a class of 1 values
	// caption: 20 tokens of 1000, a tokens of 20 values
	// a generator learns to make 3x64x64
}

// A table of images with labels, in minibatches: every epoch of four examples
// shows each of them once.
func ExampleBatches() {
	set, err := data.NewTable(data.NewInfo("four", data.Image(1, 1, 1), data.Label(4)),
		data.Values{Bytes: []byte{0, 85, 170, 255}},
		data.Values{Ints: []int32{0, 1, 2, 3}})
	if err != nil {
		log.Fatal(err)
	}
	batches, err := data.NewBatches(set, 4, 1)
	if err != nil {
		log.Fatal(err)
	}
	images, classes := make([]float32, 4), make([]int32, 4)
	for epoch := range 2 {
		if err := batches.Next(
			data.Destination{Field: "x", Scale: data.Scale{Lo: 0, Hi: 3}, Floats: images},
			data.Destination{Field: "class", Ints: classes},
		); err != nil {
			log.Fatal(err)
		}
		sum := int32(0)
		for i, c := range classes {
			sum += c
			if images[i] != float32(c) {
				fmt.Println("an image with another's class")
			}
		}
		fmt.Println("epoch", epoch, "the classes sum to", sum)
	}
	// Output:
	// epoch 0 the classes sum to 6
	// epoch 1 the classes sum to 6
}

// Every image both ways: as it is, and mirrored.
func ExampleMirror() {
	set, err := data.NewTable(data.NewInfo("one", data.Image(1, 1, 3)), data.Values{Bytes: []byte{10, 20, 30}})
	if err != nil {
		log.Fatal(err)
	}
	both, err := data.Mirror(set)
	if err != nil {
		log.Fatal(err)
	}
	row := both.Info().NewRow()
	for i := range both.Len() {
		if err := both.Read(row, i); err != nil {
			log.Fatal(err)
		}
		fmt.Println(row[0].Bytes)
	}
	// Output:
	// [10 20 30]
	// [30 20 10]
}

// The first thousand of a hundred thousand points, to try something on.
func ExampleSubset() {
	points := data.NewRing8(data.Train, 1)
	few, err := data.Subset(points, 0, 1000)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(few.Len(), "of", points.Len())
	// Output: 1000 of 100000
}

// The three parts of a set that comes undivided. Every class has its share in each.
func ExampleDivide() {
	const n = 50
	points, labels := make([]float32, n), make([]int32, n)
	for i := range points {
		points[i], labels[i] = float32(i), int32(i%5)
	}
	all, err := data.NewTable(data.NewInfo("fifty", data.Point(1), data.Label(5)),
		data.Values{Floats: points}, data.Values{Ints: labels})
	if err != nil {
		log.Fatal(err)
	}
	for _, split := range []data.Split{data.Train, data.Validation, data.Test} {
		part, err := data.Divide(all, split, 1)
		if err != nil {
			log.Fatal(err)
		}
		classes, err := data.ReadLabels(part)
		if err != nil {
			log.Fatal(err)
		}
		count := make([]int, 5)
		for _, c := range classes {
			count[c]++
		}
		fmt.Println(split, part.Len(), "of each class", count)
	}
	// Output:
	// train 40 of each class [8 8 8 8 8]
	// validation 5 of each class [1 1 1 1 1]
	// test 5 of each class [1 1 1 1 1]
}
