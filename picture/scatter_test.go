package picture_test

import (
	"image"
	"image/draw"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/picture"
)

// ring returns n points around the origin.
func ring(n int, radius float64) []float32 {
	var points []float32
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		points = append(points, float32(radius*cos), float32(radius*sin))
	}
	return points
}

func TestGoldenScatter(t *testing.T) {
	samples := append(ring(40, .9), 3, .2, -.1, 0) // one beyond the axes
	axes := picture.AxesAround([2]float64{-1, -1}, [2]float64{1, 1})
	axes.X, axes.Y, axes.Note = "alcohol", "residual sugar", "the first 2 of 11 columns"
	drawn, err := picture.Scatter(axes, ring(12, 1), samples)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, filepath.Join("testdata", "scatter.png"), drawn)
}

// TestScatterPlaces checks the places of single points.
func TestScatterPlaces(t *testing.T) {
	axes := picture.Axes{Left: -1, Right: 3, Bottom: 10, Top: 12}
	for _, c := range []struct {
		x, y float32
		at   image.Point
	}{
		{1, 11, image.Pt(348, 310)},
		{2, 11, image.Pt(483, 310)},
		{1, 11.5, image.Pt(348, 175)}, // up is positive
		{1e30, 11, image.Pt(615, 310)},
		{1, -1e30, image.Pt(348, 577)},
		{-7, 99, image.Pt(80, 42)},
	} {
		drawn, err := picture.Scatter(axes, nil, []float32{c.x, c.y})
		if err != nil {
			t.Fatal(err)
		}
		full := image.NewRGBA(drawn.Bounds())
		draw.Draw(full, full.Rect, drawn, image.Point{}, draw.Src)
		blue, pixels := image.Rectangle{}, full.Pix
		clear(pixels[:full.PixOffset(0, 40)]) // the legend
		for i := 0; i < len(pixels); i += 4 {
			if pixels[i] < pixels[i+2] { // less red than blue
				x, y := i/4%640, i/4/640
				blue = blue.Union(image.Rect(x, y, x+1, y+1))
			}
		}
		if blue.Empty() || !c.at.In(blue) || blue.Dx() > 6 || blue.Dy() > 6 || !blue.In(drawn.Bounds()) {
			t.Errorf("(%g, %g) is drawn at %v, want around %v", c.x, c.y, blue, c.at)
		}
	}
}

func TestAxesAround(t *testing.T) {
	for _, c := range []struct {
		low, high [2]float64
		want      picture.Axes
	}{
		{[2]float64{-5, -5}, [2]float64{5, 5}, picture.Axes{Left: -6, Right: 6, Bottom: -6, Top: 6}},
		{[2]float64{0, 100}, [2]float64{10, 104}, picture.Axes{Left: -1, Right: 11, Bottom: 96, Top: 108}},
		{[2]float64{0, 100}, [2]float64{10, 102}, picture.Axes{Left: -1, Right: 11, Bottom: 99.8, Top: 102.2}}, // of their own scales
		{[2]float64{0, 3}, [2]float64{10, 3}, picture.Axes{Left: -1, Right: 11, Bottom: -3, Top: 9}},
		{[2]float64{3, 4}, [2]float64{3, 4}, picture.Axes{Left: 2.5, Right: 3.5, Bottom: 3.5, Top: 4.5}},
	} {
		if got := picture.AxesAround(c.low, c.high); got != c.want {
			t.Errorf("around %v to %v: %+v, want %+v", c.low, c.high, got, c.want)
		}
	}
}

func TestScatterFails(t *testing.T) {
	square := picture.AxesAround([2]float64{0, 0}, [2]float64{1, 1})
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name          string
		axes          picture.Axes
		data, samples []float32
		want          string
	}{
		{"half a point", square, nil, []float32{1, 2, 3}, "samples: 3 numbers are not points of the plane"},
		{"NaN", square, []float32{0, 0, nan, 1}, nil, "data: point 1 is (NaN, 1), which is not finite"},
		{"infinite", square, nil, []float32{1, inf}, "samples: point 0 is (1, +Inf), which is not finite"},
		{"no axes", picture.Axes{}, nil, nil, "want finite ranges that rise"},
		{"infinite axes", picture.Axes{Left: math.Inf(-1), Right: 1, Top: 1}, nil, nil, "want finite ranges that rise"},
		{"NaN axes", picture.Axes{Left: math.NaN(), Right: 1, Top: 1}, nil, nil, "want finite ranges that rise"},
	} {
		if _, err := picture.Scatter(c.axes, c.data, c.samples); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}
