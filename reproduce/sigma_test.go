package reproduce

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// TestSigmaByHand compares singular values with known ones.
func TestSigmaByHand(t *testing.T) {
	rows := [][]float64{{0, 2, 0, 0}, {0, 0, 0, -3}, {1, 0, 0, 0}}
	if got := largestSingular(rows); math.Abs(got-3) > 1e-12 {
		t.Errorf("the largest singular value is %g, want 3", got)
	}
	if got := powerIteration(rows, []float64{0, .6, .8}, 1); math.Abs(got-math.Sqrt(1.8*1.8*9+.8*.8)/math.Sqrt(1.8*1.8+.8*.8)) > 1e-12 {
		t.Errorf("one step of power iteration gives %g", got)
	}
	if got := powerIteration(rows, []float64{0, .6, .8}, 40); math.Abs(got-3) > 1e-12 {
		t.Errorf("40 steps of power iteration give %g", got)
	}
	if got := unitsFirst([]float64{1, 2, 3, 4, 5, 6}, []int{3, 2}); got[1][0] != 2 || got[0][2] != 5 {
		t.Errorf("the units of a linear layer are %v", got)
	}
}

// TestSigmaPage trains for 50 rounds. All largest singular values are then near 1.
func TestSigmaPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce sngan-sigma", Data: "digits", Set: []string{"width=4", "model.batch=8"}, Threads: 2, hurry: 10}
	text := wantPage(t, snganSigma, s, "^- `width=4`$", `^\| D\.0 \| 4 \| 9 \| `)
	rows := regexp.MustCompile(`(?m)^\| D\.\d+ \| .* \| ([0-9.]+) \| ([0-9.]+) \|$`).FindAllStringSubmatch(text, -1)
	if len(rows) != 6 {
		t.Errorf("%d layers in\n%s", len(rows), text)
	}
	for _, row := range rows {
		least, _ := strconv.ParseFloat(row[1], 64)
		most, _ := strconv.ParseFloat(row[2], 64)
		if least < .95 || most > 1.1 {
			t.Errorf("the largest singular values are not within [0.95, 1.10]: %s", row[0])
		}
	}
}
