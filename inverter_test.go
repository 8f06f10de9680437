package gander_test

import (
	"context"
	"errors"
	"image"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/hint"
)

// TestInvert finds the latents of samples again, and keeps the encoder.
func TestInvert(t *testing.T) {
	f := trained(t)
	g := open(t, f)
	samples := draw(t, g, 5, gander.Seed(3))
	found, err := g.Invert(t.Context(), samples.Numbers(), gander.Kimg(20), gander.Steps(300))
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	z, want := found.Found.Latents()["z"], samples.Latents()["z"]
	for i := range want {
		if math.Abs(float64(z[i]-want[i])) > .05 {
			t.Errorf("number %d of z is %g, want %g", i, z[i], want[i])
		}
	}
	again := draw(t, g, 5, gander.Latents(found.Found.Latents()))
	if got := again.Row(4); got[300] != found.Found.Row(4)[300] {
		t.Error("the samples found are not those of the latents found")
	}
	if len(found.Distance) != 5 || found.Encoded.Len() != 5 || found.Distance[0] > found.EncodedDistance[0] {
		t.Errorf("distances %v, of E %v", found.Distance, found.EncodedDistance)
	}
	kept, err := filepath.Glob(filepath.Join(f.Path(), "encoders", "G-regression-step-*.safetensors"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("encoders %v, error %v", kept, err)
	}
	before, err := os.Stat(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	m, err := samples.Image(1)
	if err != nil {
		t.Fatal(err)
	}
	other, err := open(t, f).InvertImages(t.Context(), []image.Image{m}, gander.Kimg(20), gander.Steps(300))
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	if z := other.Found.Latents()["z"]; math.Abs(float64(z[0]-want[4])) > .2 { // pixels are bytes
		t.Errorf("of the image, z begins with %g, want %g", z[0], want[4])
	}
	after, err := os.Stat(kept[0])
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the encoder was trained again, error %v", err)
	}
}

// TestInvertClasses inverts samples of a class.
func TestInvertClasses(t *testing.T) {
	g := open(t, trainedRecipe(t, "labelled"))
	samples := draw(t, g, 2, gander.Seed(3), gander.Given("class", []int{7, 1}))
	found, err := g.Invert(t.Context(), samples.Numbers(), gander.Kimg(10), gander.Steps(200), gander.Given("class", []int{7, 1}))
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	for i, d := range found.Distance {
		if d > .1 {
			t.Errorf("sample %d is at the distance %g", i, d)
		}
	}
	if _, err := g.Invert(t.Context(), samples.Numbers(), gander.Kimg(10), gander.Steps(200)); err == nil || !strings.Contains(hint.Text(err), "output G is made from class, which the examples do not have (hint: give class of the examples, a class from 0 to 9)") {
		t.Errorf("without a class: error %v", err)
	}
}

func TestInvertRefuses(t *testing.T) {
	g := open(t, trained(t))
	for want, c := range map[string]struct {
		examples []float32
		options  []gander.Option
	}{
		"gander: 3 numbers are not whole examples of 1x28x28, which have 784":                                           {make([]float32, 3), nil},
		"gander: number 2 of example 0 is NaN, want finite numbers":                                                     {append([]float32{0, 0, float32(math.NaN())}, make([]float32, 781)...), nil},
		"gander: latents are given, and they are searched (hint: leave the option Latents out)":                         {nil, []gander.Option{gander.Latents(map[string][]float32{})}},
		"gander: recipe digits has no output \"D\" (hint: its outputs are G)":                                           {nil, []gander.Option{gander.From("D")}},
		"gander: output G is not made from class (hint: it takes no conditions)":                                        {make([]float32, 784), []gander.Option{gander.Given("class", 1)}},
		"gander: gradient descent of -1 steps: want at least 0":                                                         {nil, []gander.Option{gander.Steps(-1)}},
		"gander: settings of the encoder: regression, -1 kimg, batch 128, hidden 512, rate 0.001, seed 0: want numbers": {nil, []gander.Option{gander.Kimg(-1)}},
	} {
		options := append([]gander.Option{gander.Kimg(.1), gander.Steps(0)}, c.options...)
		if _, err := g.Invert(t.Context(), c.examples, options...); err == nil || !strings.HasPrefix(hint.Text(err), want) {
			t.Errorf("error %q, want %q", hint.Text(err), want)
		}
	}
}

// TestInvertEnds ends calls by their contexts, and by Close, while samples are drawn.
func TestInvertEnds(t *testing.T) {
	g, err := gander.Open(trained(t).Path())
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	if _, err := g.Invert(ctx, make([]float32, 784), gander.Kimg(1e6)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want that its time is over", err)
	}
	var calls sync.WaitGroup
	for range 2 {
		calls.Go(func() {
			if _, err := g.Invert(t.Context(), make([]float32, 784), gander.Kimg(1e6)); !errors.Is(err, gander.ErrClosed) {
				t.Errorf("error %v, want that it is closed", err)
			}
		})
	}
	draw(t, g, 10)
	time.Sleep(50 * time.Millisecond)
	g.Close()
	calls.Wait()
}
