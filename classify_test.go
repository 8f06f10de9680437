package gander_test

import (
	"image"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/hint"
)

// TestClassify classifies samples of a run with its own classifier.
func TestClassify(t *testing.T) {
	g := open(t, trainedRecipe(t, "ssl-feature-matching", "hidden_g=8", "data.name=digits", "labelled=10"))
	samples := draw(t, g, 70)
	var images []image.Image
	for i := range samples.Len() {
		m, err := samples.Image(i)
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, m)
	}
	list, err := g.Classify(t.Context(), images)
	if err != nil || len(list) != len(images) {
		t.Fatalf("%d predictions, error %v", len(list), err)
	}
	scores := draw(t, g, len(images), gander.From("D"), gander.Given("x", images))
	if f := scores.Field(); f.Kind != "class" || f.Classes != 10 || len(scores.Numbers()) != 10*len(images) {
		t.Errorf("the scores are %v", f)
	}
	for i, p := range list {
		row := scores.Row(i)
		if len(p.Probabilities) != 10 || len(row) != 10 || p.Class != slices.Index(row, slices.Max(row)) || p.Name != string(rune('0'+p.Class)) {
			t.Fatalf("prediction %d is %+v for the scores %v", i, p, row)
		}
		sum := 0.0
		for _, v := range p.Probabilities {
			sum += v
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("the probabilities of prediction %d add up to %g", i, sum)
		}
	}
	one, err := g.Classify(t.Context(), images[3], gander.From("D"))
	if err != nil || len(one) != 1 || one[0].Class != list[3].Class {
		t.Errorf("one image: %v, error %v", one, err)
	}
}

// TestClassifyRefuses wants one clear error for runs and examples that do not fit.
func TestClassifyRefuses(t *testing.T) {
	g := open(t, trainedRecipe(t, "ssl-feature-matching", "hidden_g=8", "data.name=digits", "labelled=10"))
	for want, call := range map[string]func() ([]gander.Prediction, error){
		"gander: output D: x: an image of 2x2 is given (hint: x is an image of 1x28x28 (channels, height, width))": func() ([]gander.Prediction, error) {
			return g.Classify(t.Context(), image.NewGray(image.Rect(0, 0, 2, 2)))
		},
		"gander: output D: x: a value of type string (hint: x is an image of 1x28x28 (channels, height, width))": func() ([]gander.Prediction, error) {
			return g.Classify(t.Context(), []string{"x"})
		},
		`gander: recipe ssl-feature-matching has no output "E" (hint: its outputs are G, D, D-unaveraged)`: func() ([]gander.Prediction, error) {
			return g.Classify(t.Context(), image.NewGray(image.Rect(0, 0, 28, 28)), gander.From("E"))
		},
	} {
		if list, err := call(); err == nil || hint.Text(err) != want {
			t.Errorf("%v, error %v, want %q", list, err, want)
		}
	}
	plain := open(t, trained(t))
	if _, err := plain.Classify(t.Context(), image.NewGray(image.Rect(0, 0, 28, 28))); err == nil || hint.Of(err) == "" {
		t.Errorf("error %v", err)
	}
}
