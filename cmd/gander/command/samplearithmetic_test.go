package command

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

func TestParseConcepts(t *testing.T) {
	for text, want := range map[string][]run.Concept{
		"1,2,3 - 4, 5,6 + 7": {{Exemplars: []int{1, 2, 3}}, {Minus: true, Exemplars: []int{4, 5, 6}}, {Exemplars: []int{7}}},
		"-0+63":              {{Minus: true, Exemplars: []int{0}}, {Exemplars: []int{63}}},
		" 9 ":                {{Exemplars: []int{9}}},
	} {
		got, err := parseConcepts(text, 64)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	for text, want := range map[string]string{
		"":          "a concept without exemplars (hint: positions of samples",
		"1 -":       "nothing after the last - (hint: ",
		"1 - + 2":   "a concept without exemplars",
		"1,,2":      `"" is not a position`,
		"1 2":       `"1 2" is not a position`,
		"1,64":      "position 64, and the grid of 64 samples has the positions 0 to 63 (hint: -n N for a larger grid)",
		"smile - 3": `"smile" is not a position`,
	} {
		if got, err := parseConcepts(text, 64); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%q: %v, %v, want %q", text, got, err, want)
		}
	}
}

func TestBeside(t *testing.T) {
	white := func(w, h int) image.Image {
		m := image.NewGray(image.Rect(0, 0, w, h))
		for i := range m.Pix {
			m.Pix[i] = 255
		}
		return m
	}
	got := beside(white(4, 5), white(24, 9))
	if want := image.Rect(0, 0, 4+2+24, 9); got.Bounds() != want {
		t.Fatalf("bounds %v, want %v", got.Bounds(), want)
	}
	for at, want := range map[image.Point]uint8{{3, 4}: 255, {3, 5}: 0, {5, 4}: 0, {6, 8}: 255, {29, 0}: 255} {
		if have := got.At(at.X, at.Y).(color.Gray).Y; have != want {
			t.Errorf("pixel %v is %d, want %d", at, have, want)
		}
	}
}
