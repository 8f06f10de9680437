package data

import (
	"bytes"
	"math"
	"testing"
)

// TestDomainDigits measures the greys and the grain of both domains, and compares them with
// the stated ones.
func TestDomainDigits(t *testing.T) {
	for name, c := range map[string]struct {
		set                        *DomainDigits
		paper, tone, grain, beside float64 // beside: correlation of the grain of neighbouring pixels
		ink                        float64
	}{
		"rendered":     {NewRenderedDigits(Train, 1), .2, 0, .03, 0, .8},
		"photographed": {NewPhotographedDigits(Train, 1), .45, .05, .06, .50, 0},
	} {
		const images = 300
		row := c.set.Info().NewRow()
		var sum, squares, products, tones, n, pairs, brightest float64
		for i := range int64(images) {
			if err := c.set.Read(row, i); err != nil {
				t.Fatal(err)
			}
			mean := 0.
			corner := func(y, x int) float64 { return float64(row[0].Bytes[y*digitSide+x]) / 255 }
			for y := range 2 { // rows without strokes
				for x := range digitSide {
					mean += corner(y, x) / (2 * digitSide)
				}
			}
			tones += (mean - c.paper) * (mean - c.paper) / images
			for x := range digitSide {
				v := corner(0, x) - mean
				sum, squares, n = sum+corner(0, x), squares+v*v, n+1
				if x > 0 {
					products, pairs = products+v*(corner(0, x-1)-mean), pairs+1
				}
			}
			for _, b := range row[0].Bytes {
				brightest = max(brightest, float64(b)/255)
			}
		}
		if got := sum / n; math.Abs(got-c.paper) > .01 {
			t.Errorf("%s: the paper is %.3f, want %g", name, got, c.paper)
		}
		if got := math.Sqrt(squares / n); math.Abs(got-c.grain) > .1*c.grain {
			t.Errorf("%s: the grain is %.4f, want %g", name, got, c.grain)
		}
		if got := products / pairs / (squares / n); math.Abs(got-c.beside) > .08 {
			t.Errorf("%s: the correlation of neighbours is %.2f, want %g", name, got, c.beside)
		}
		if got := math.Sqrt(3 * tones); math.Abs(got-c.tone) > .02 {
			t.Errorf("%s: tones to %.3f, want %g", name, got, c.tone)
		}
		if c.ink > 0 && math.Abs(brightest-c.ink-4*c.grain) > 2*c.grain {
			t.Errorf("%s: the brightest pixel is %.2f", name, brightest)
		}
	}
}

// TestDomainsHaveTheirOwnDigits reads both sets with one seed. Their digits differ, and a
// part depends on nothing but its seed.
func TestDomainsHaveTheirOwnDigits(t *testing.T) {
	a, b, same := NewRenderedDigits(Train, 1), NewPhotographedDigits(Train, 1), 0
	for i := range int64(200) {
		if a.Factors(i) == b.Factors(i) || a.Factors(i) == NewRenderedDigits(Test, 1).Factors(i) {
			same++
		}
		x, y, again := a.Info().NewRow(), b.Info().NewRow(), a.Info().NewRow()
		for set, row := range map[*DomainDigits]Row{a: x, b: y, NewRenderedDigits(Train, 1): again} {
			if err := set.Read(row, i); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(x[0].Bytes, again[0].Bytes) || bytes.Equal(x[0].Bytes, y[0].Bytes) || int(x[1].Ints[0]) != a.Factors(i).Class {
			t.Fatalf("image %d is not that of its seed", i)
		}
	}
	if same > 0 {
		t.Errorf("%d digits are in two sets", same)
	}
}
