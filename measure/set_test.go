package measure

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestDimSamples measures images that were divided by 255 twice.
func TestDimSamples(t *testing.T) {
	images := func(most float32) *Set {
		s := points("images", 40, 16, 0, 1)
		s.Field = data.Image(1, 4, 4)
		for i, v := range s.Values {
			s.Values[i] = most * float32(math.Exp(-float64(v*v)))
		}
		return s
	}
	real := images(1)
	for most, want := range map[float32][]string{
		1. / 255: {"the brightest pixel of images is 0.0039"},
		.1:       nil,
	} {
		r := runMeasure(t, "prdc", Task{Samples: images(most), Train: real, Reference: real})
		wantWarnings(t, r, append([]string{"40 samples and not"}, want...)...)
	}
}

// TestRefusedSamples measures sets that are inconsistent, or that differ in shape from the
// real ones.
func TestRefusedSamples(t *testing.T) {
	set := func(values, labels int, shape ...int) *Set {
		field := data.Field{Kind: data.Numbers, Shape: shape}
		if len(shape) == 3 {
			field.Kind = data.Pixels
		}
		return &Set{Name: "s", Field: field, Values: make([]float32, values), Labels: make([]int32, labels), Classes: 1}
	}
	nan := points("s", 30, 2, 0, 1)
	nan.Values[7] = float32(math.NaN())
	m, _, err := Find("prdc")
	if err != nil {
		t.Fatal(err)
	}
	for want, samples := range map[string]*Set{
		"there are no samples to judge":                    nil,
		"s: examples of shape [0] hold no numbers":         set(20, 20, 0),
		"s: examples of shape [-1 -2] hold no numbers":     set(20, 10, -1, -2),
		"s: it holds no examples":                          set(0, 0, 2),
		"s: 41 numbers are not whole examples of 2":        set(41, 20, 2),
		"s: 3 labels for 20 examples":                      set(40, 3, 2),
		"s: number 1 of example 3 is NaN":                  nan,
		"pixel 0 of example 0 is 2, want 0":                {Name: "s", Field: data.Image(1, 1, 1), Values: []float32{2, 2, 2, 2, 2, 2}},
		"(hint: reshape s to [16 2])":                      set(32, 16, 1, 1, 2),
		"(hint: compare them with data of the same shape":  set(32, 8, 4),
		"examples of s are pixels, those of real are num":  {Name: "s", Field: data.Field{Kind: data.Pixels, Shape: []int{2}}, Values: make([]float32, 40)},
		"it judges images, volumes, points, and s are tok": {Name: "s", Field: data.Field{Kind: data.Tokens, Shape: []int{2}, Classes: 3}, Values: make([]float32, 40)},
	} {
		_, err := m.Run(context.Background(), Task{Samples: samples, Reference: points("real", 30, 2, 0, 1)})
		if err == nil || !strings.HasPrefix(hint.Text(err), "prdc: ") || !strings.Contains(hint.Text(err), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}
