package command

import (
	"errors"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/recipe"
)

// TestRecipesAreDescribed shows recipes with several sets, with none, and one that
// cannot be built.
func TestRecipesAreDescribed(t *testing.T) {
	r := recipe.Recipe{Name: "r", Title: "title", Source: "source", Settings: func() any { return nil }}
	outputs := []recipe.Output{conditions("class"), {Name: "all", Makes: data.Image(1, 2, 3)}}
	outputs[0].Makes = data.Point(1)
	r.Build = func(any, recipe.Examples) (*recipe.System, error) { return &recipe.System{Outputs: outputs}, nil }
	described := func() string { return strings.Join(describeRecipe(r), "\n") }
	const made = "output G: 1 number, given class: a class from 0 to 9; v: 1 number; a=b: 2 numbers; a: 1 number; words: 2 tokens from 0 to 4\noutput all: images of 1x2x3 (channels, height, width)"
	if got, want := described(), "r: title\nafter source\n"+made; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Data, r.Others = "digits", []recipe.Role{{Name: "real", Data: "ring8"}}
	if got, want := described(), "r: title\nafter source\ndefault data: digits\ndefault data of the role real: ring8\n"+made; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Build = func(any, recipe.Examples) (*recipe.System, error) { return nil, errors.New("no") }
	if got, want := described(), "r: title\nafter source\ndefault data: digits\ndefault data of the role real: ring8"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
