package run

import (
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/google/go-cmp/cmp"
)

// TestFieldTexts writes fields as texts and reads them back.
func TestFieldTexts(t *testing.T) {
	fields := []data.Field{
		data.Image(3, 32, 16), data.Point(2), data.Label(10),
		{Name: "volume", Kind: data.Pixels, Shape: []int{1, 4, 5, 6}},
		{Name: "caption", Kind: data.Tokens, Shape: []int{20}, Classes: 1000},
		{Name: "fixed acidity", Kind: data.Numbers, Shape: []int{1}},
		{Name: `a "quoted" one`, Kind: data.Class, Classes: 3},
		{Name: "'x'", Kind: data.Class, Classes: 3},
	}
	for i, text := range fieldTexts(fields) {
		got, err := parseField(text)
		if diff := cmp.Diff(fields[i], got); err != nil || diff != "" {
			t.Errorf("%s: error %v, %s", text, err, diff)
		}
	}
	for _, text := range []string{"", "x", "x pixels", "x pixels 0x1", "x pixels 1x-1", "x numbers two", "class class", "class class 0",
		"caption tokens 20", "x colours 3", "x numbers 2 3", `"x numbers 2`, `"x" numbers`} {
		if f, err := parseField(text); err == nil {
			t.Errorf("%q is read as %v", text, f)
		}
	}
}
