package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
)

func TestNeedsStandard(t *testing.T) {
	for _, c := range []struct {
		name     string
		mean, sd []float64
		want     bool
	}{
		{"ring8", []float64{0, 0}, []float64{.707, .707}, false},
		{"grid25", []float64{0, 0}, []float64{2.83, 2.83}, false},
		{"other scales", []float64{0, 0}, []float64{.5, 6}, true},
		{"far from 0", []float64{0, 9}, []float64{.5, .5}, true},
		{"large", []float64{0, 0}, []float64{20, 20}, true},
		{"small", []float64{0}, []float64{.01}, true},
		{"one constant column", []float64{100, 0}, []float64{0, 1}, false},
		{"constant", []float64{100}, []float64{0}, false},
		{"unknown", nil, nil, false},
	} {
		points := Examples{Mean: c.mean, SD: c.sd}
		if got := standardOf(points, "auto") != nil; got != c.want {
			t.Errorf("%s: standardised %v, want %v", c.name, got, c.want)
		}
		if standardOf(points, "no") != nil || (standardOf(points, "yes") != nil) != (c.sd != nil) {
			t.Errorf("%s: yes and no are not as set", c.name)
		}
	}
}

// TestChoose chooses recipes for examples. For some examples there is no recipe.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		field data.Field
		want  string
	}{
		{data.Image(1, 28, 28), "images"},
		{data.Image(3, 64, 256), "images"},
		{data.Image(3, 8, 8), "digits"},
		{data.Image(3, 8, 1000), ""},
		{data.Image(3, 300, 128), ""},
		{data.Point(11), "mixture"},
		{data.Point(20_000), ""},
		{data.Field{Name: "x", Kind: data.Pixels, Shape: []int{1, 4, 4, 4}}, ""},
	} {
		r, err := Choose(data.NewInfo("s", c.field))
		if (err == nil) != (c.want != "") || r.Name != c.want {
			t.Errorf("%v: recipe %q, error %v, want %q", c.field, r.Name, err, c.want)
		}
	}
}
