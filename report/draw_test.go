package report_test

import (
	"bytes"
	"context"
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report"
	"github.com/gander-ml/gander/run"
)

// TestDraw trains briefly and checks the pictures of the generator, also when the data is
// missing and when the context has ended.
func TestDraw(t *testing.T) {
	const n, side = 20, 8
	pixels := make([]byte, n*side*side)
	for i := range pixels {
		pixels[i] = byte(i * 7)
	}
	var file bytes.Buffer
	if err := format.EncodeNPY(&file, []int{n, side, side}, pixels); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "images.npy")
	write(t, path, file.Bytes())
	g, f := train(t, "digits", path, "hidden=8", "latent=4", "batch=4")

	pictures := report.Draw(t.Context(), g)
	if len(pictures) != 2 {
		t.Fatalf("%d pictures, want 2", len(pictures))
	}
	if size := bounds(pictures[0]); size.X <= size.Y {
		t.Errorf("the picture of neighbours is %v, want 6 rows of 8", size)
	}
	if size := bounds(pictures[1]); size.X <= size.Y {
		t.Errorf("the interpolation is %v, want 6 rows of 8", size)
	}
	has(t, pageOf(t, f, report.Options{Pictures: pictures}), "Neighbours.", "Samples of step 2, not selected.", "Interpolation.")

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	again, _, err := run.OpenGenerator(device, f) // g has read the data already
	if err != nil {
		t.Fatal(err)
	}
	has(t, pageOf(t, f, report.Options{Pictures: report.Draw(t.Context(), again)}), "Not shown: ", "images.npy", "Samples of step 2 along")
	ended, end := context.WithCancel(t.Context())
	end()
	for _, p := range report.Draw(ended, g) {
		if p.Image != nil {
			t.Errorf("%s was drawn though the context had ended", p.Title)
		}
	}
}

// TestPoints draws a run of points, which has only curves and samples.
func TestPoints(t *testing.T) {
	g, f := train(t, "mixture", "ring8", "hidden=8", "maxout=4", "batch=4", "train.grid=50")
	if pictures := report.Draw(t.Context(), g); pictures != nil {
		t.Errorf("%d pictures of points, want none", len(pictures))
	}
	has(t, pageOf(t, f, report.Options{}), "real points shown", "points per second", "of 2 numbers", "<img ")
}

func bounds(p report.Picture) image.Point {
	if p.Image == nil {
		return image.Point{}
	}
	return p.Image.Bounds().Size()
}

// train trains a recipe for two rounds.
func train(t *testing.T, name, dataset string, settings ...string) (*run.Generator, run.Folder) {
	t.Helper()
	r, err := recipe.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	config := run.NewConfig(r)
	config.Data.Name, config.Train.Steps = dataset, 2
	for _, s := range settings {
		if err := config.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	session, err := run.Start(device, config, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	g, _, err := run.OpenGenerator(device, session.Folder)
	if err != nil {
		t.Fatal(err)
	}
	return g, session.Folder
}
