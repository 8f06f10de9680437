package gander_test

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/gander-ml/gander"
)

// exampleRun trains a tiny system for three rounds and returns the folder of its
// run: one such as gander train makes, runs/0001-digits-digits.
func exampleRun(recipe string, settings ...string) (dir string, remove func()) {
	parent, err := os.MkdirTemp("", "gander")
	if err != nil {
		panic(err)
	}
	f, err := train(parent, recipe, append(settings, "hidden=8", "batch=4", "latent=4", "steps=3")...)
	if err != nil {
		panic(err)
	}
	return f.Path(), func() { os.RemoveAll(parent) }
}

// Open a run and draw images. Instead of exampleRun, name the folder of a run.
func Example() {
	dir, remove := exampleRun("digits")
	defer remove()

	g, err := gander.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	samples, err := g.Draw(context.Background(), 64, gander.Seed(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	digit, err := samples.Image(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(samples.Len(), "images, the first", digit.Bounds())
	// Output: 64 images, the first (0,0)-(28,28)
}

// A generator that was trained with classes makes samples of the class that it is
// given: one for all samples, or one for each.
func ExampleGiven() {
	dir, remove := exampleRun("labelled")
	defer remove()

	g, err := gander.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	for _, condition := range g.Outputs()[0].Given {
		fmt.Printf("%s: one of %d\n", condition.Name, condition.Classes)
	}
	sevens, err := g.Draw(context.Background(), 20, gander.Given("class", 7))
	if err != nil {
		fmt.Println(err)
		return
	}
	each, err := g.Draw(context.Background(), 10, gander.Given("class", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sevens.Len(), "sevens, and", each.Len(), "digits of which the last is a nine")
	_, err = g.Draw(context.Background(), 1, gander.Given("class", 10))
	fmt.Println(err)
	// Output:
	// class: one of 10
	// 20 sevens, and 10 digits of which the last is a nine
	// gander: output G: class: 10 is given
}

// Go from one sample to another along the straight line between their latents.
func ExampleLatents() {
	dir, remove := exampleRun("digits")
	defer remove()

	g, err := gander.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	ends, err := g.Draw(context.Background(), 2, gander.Seed(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	const steps = 8
	line := map[string][]float32{}
	for name, z := range ends.Latents() {
		from, to := z[:len(z)/2], z[len(z)/2:]
		for step := range steps + 1 {
			share := float32(step) / steps
			for i := range from {
				line[name] = append(line[name], (1-share)*from[i]+share*to[i])
			}
		}
	}
	between, err := g.Draw(context.Background(), steps+1, gander.Latents(line))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("begins at the first sample:", slices.Equal(between.Row(0), ends.Row(0)))
	fmt.Println("ends at the second:", slices.Equal(between.Row(steps), ends.Row(1)))
	// Output:
	// begins at the first sample: true
	// ends at the second: true
}

// Find the latents of given images. The first call for a run trains an encoder, for which
// this example takes no time.
func ExampleGenerator_Invert() {
	dir, remove := exampleRun("digits")
	defer remove()

	g, err := gander.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	given, err := g.Draw(context.Background(), 2, gander.Seed(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := g.Invert(context.Background(), given.Numbers(), gander.Kimg(1), gander.Steps(300))
	if err != nil {
		fmt.Println(err)
		return
	}
	z, want := found.Found.Latents()["z"], given.Latents()["z"]
	fmt.Printf("z begins with %.1f, and is %.1f\n", z[0], want[0])
	fmt.Println("near the images:", found.Distance[0] < .05, found.Distance[1] < .05)
	// Output:
	// z begins with -1.0, and is -1.0
	// near the images: true true
}

// A run of a semi-supervised recipe has a classifier. It gives classes to images, here to
// its own samples.
func ExampleGenerator_Classify() {
	dir, remove := exampleRun("ssl-feature-matching", "data.name=digits")
	defer remove()

	g, err := gander.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	samples, err := g.Draw(context.Background(), 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	digit, err := samples.Image(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	predictions, err := g.Classify(context.Background(), digit)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := predictions[0]
	fmt.Println(len(p.Probabilities), "classes, and the chosen one is the most probable:", p.Probabilities[p.Class] == slices.Max(p.Probabilities))
	// Output: 10 classes, and the chosen one is the most probable: true
}
