package run_test

import (
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/gander-ml/gander/run"
)

// TestPreview compares samples made one at a time with those made in batches, of every
// kind of output.
func TestPreview(t *testing.T) {
	for name, g := range drawers(t) {
		s, err := g.Sampler("")
		if err != nil {
			t.Fatal(err)
		}
		quick, err := g.Preview("")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		drawn, err := g.Draw(t.Context(), "", 2, 7, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := quick.Make(t.Context(), 2, drawn.Inputs)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, v := range drawn.Values {
			if d := math.Abs(float64(v - again.Values[i])); d > 1e-4*(1+math.Abs(float64(v))) {
				t.Fatalf("%s: value %d is %g of a batch and %g alone", name, i, v, again.Values[i])
			}
		}
		if s == quick {
			t.Errorf("%s: the preview is the sampler of batches", name)
		}
	}
}

// TestGrid draws the grid of a run again and compares it with the picture in its folder.
func TestGrid(t *testing.T) {
	for name, config := range map[string]*run.Config{"digits": tiny(t), "classes": tinyConditional(t)} {
		s := begin(t, t.TempDir(), config)
		end(t, s)
		g, _, err := run.OpenGenerator(device(t), s.Folder)
		if err != nil {
			t.Fatal(err)
		}
		in, n, columns, err := g.Grid("")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sampler, err := g.Sampler("")
		if err != nil {
			t.Fatal(err)
		}
		samples, err := sampler.Make(t.Context(), n, in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		drawn, err := g.Config.Picture(samples, nil, columns)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(filepath.Join(s.Folder.SampleFolder(), run.StepName(s.Step())+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		kept, err := png.Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		if kept.Bounds() != drawn.Bounds() {
			t.Fatalf("%s: the grid is %v and the picture of the run %v", name, drawn.Bounds(), kept.Bounds())
		}
		for y := range kept.Bounds().Dy() {
			for x := range kept.Bounds().Dx() {
				if color.GrayModel.Convert(kept.At(x, y)) != color.GrayModel.Convert(drawn.At(x, y)) {
					t.Fatalf("%s: pixel %d, %d differs", name, x, y)
				}
			}
		}
	}
}
