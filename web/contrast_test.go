package web_test

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/gander-ml/gander/web"
)

// TestContrast computes the contrast of the colours of the style sheet in both themes, as
// WCAG 2.1 defines it: 4.5 to 1 for text, 3 to 1 for controls and curves (level AA).
func TestContrast(t *testing.T) {
	text, err := fs.ReadFile(web.Files, "style.css")
	if err != nil {
		t.Fatal(err)
	}
	colors := map[string][2]float64{} // luminance in light and dark
	for _, m := range regexp.MustCompile(`--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);`).FindAllStringSubmatch(string(text), -1) {
		colors[m[1]] = [2]float64{luminance(t, m[2]), luminance(t, m[3])}
	}
	if len(colors) < 15 {
		t.Fatalf("%d colours are found", len(colors))
	}
	check := func(front, back string, least float64) {
		t.Helper()
		for theme := range 2 {
			a, b := colors[front][theme], colors[back][theme]
			if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < least {
				t.Errorf("%s on %s has contrast %.2f in theme %d, want %g", front, back, ratio, theme, least)
			}
		}
	}
	for _, back := range []string{"page", "panel", "raised"} {
		for _, front := range []string{"ink", "soft", "accent", "good", "warn", "bad"} {
			check(front, back, 4.5)
		}
	}
	check("accent", "tint", 4.5)
	check("on-accent", "accent", 4.5)
	for _, front := range []string{"edge", "generated", "real", "series-1", "series-2", "series-3", "series-4", "series-5", "series-6"} {
		check(front, "panel", 3)
	}
}

func luminance(t *testing.T, color string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		v, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
