package picture_test

import (
	"io"
	"testing"

	"github.com/gander-ml/gander/picture"
)

// BenchmarkScatter draws one point and encodes the picture, as the latent explorer does.
func BenchmarkScatter(b *testing.B) {
	axes := picture.AxesAround([2]float64{-1, -1}, [2]float64{1, 1})
	axes.X, axes.Y = "x1", "x2"
	for b.Loop() {
		drawn, err := picture.Scatter(axes, nil, []float32{.3, .4})
		if err != nil {
			b.Fatal(err)
		}
		if err := picture.EncodePNG(io.Discard, drawn, nil); err != nil {
			b.Fatal(err)
		}
	}
}
