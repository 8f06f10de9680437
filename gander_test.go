package gander_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

func Example() {
	g, err := gander.Open("runs/0003-goodfellow2014-mnist")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	images, err := g.Sample(64, gander.Seed(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range images.N {
		digit, err := images.Image(i)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(digit.Bounds())
	}
}

// trained trains a tiny system on images and returns the folder of its run.
func trained(t *testing.T) run.Folder { return trainedRecipe(t, "digits") }

func trainedRecipe(t *testing.T, name string, settings ...string) run.Folder {
	t.Helper()
	r, err := recipe.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	for _, s := range append(settings, "hidden=8", "batch=4", "latent=4", "grid=4", "steps=3") {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	device := engine.NewDevice(2)
	defer device.Close()
	s, err := run.Start(device, c, filepath.Join(t.TempDir(), "runs"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Train(context.Background()), s.Close()); err != nil {
		t.Fatal(err)
	}
	return s.Folder
}

func open(t *testing.T, f run.Folder) *gander.Generator {
	t.Helper()
	g, err := gander.Open(f.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

func sample(t *testing.T, g *gander.Generator, n int, seed uint64) *gander.Images {
	t.Helper()
	m, err := g.Sample(n, gander.Seed(seed))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSample(t *testing.T) {
	f := trained(t)
	g := open(t, f)
	if channels, height, width := g.Shape(); channels != 1 || height != 28 || width != 28 || g.Step() != 3 {
		t.Errorf("shape %d, %d, %d, step %d", channels, height, width, g.Step())
	}
	many := sample(t, g, 150, 7)
	if many.N != 150 || many.Channels != 1 || many.Height != 28 || many.Width != 28 || len(many.Pixels) != 150*784 {
		t.Errorf("%d images of %dx%dx%d in %d bytes", many.N, many.Channels, many.Height, many.Width, len(many.Pixels))
	}
	for _, n := range []int{0, 1, 63, 64, 65, 150} {
		if some := sample(t, g, n, 7); some.N != n || !bytes.Equal(some.Pixels, many.Pixels[:n*784]) {
			t.Errorf("%d samples are not the first of 150", n)
		}
	}
	if bytes.Equal(sample(t, g, 5, 8).Pixels, many.Pixels[:5*784]) {
		t.Error("another seed gives the same samples")
	}
	without, err := g.Sample(5)
	if err != nil || !bytes.Equal(without.Pixels, sample(t, g, 5, 0).Pixels) {
		t.Errorf("without a seed the samples are not those of 0; error %v", err)
	}
	if !bytes.Equal(sample(t, open(t, f), 150, 7).Pixels, many.Pixels) {
		t.Error("opened again, the run gives other samples")
	}
	for _, n := range []int{-1, 1_000_001, math.MaxInt} {
		if _, err := g.Sample(n); err == nil || !strings.Contains(hint.Text(err), "want 0 to 1000000 (hint: ") {
			t.Errorf("%d samples: error %v", n, err)
		}
	}
}

func TestSamplePoints(t *testing.T) {
	g := open(t, trainedRecipe(t, "mixture", "maxout=4", "pieces=2"))
	if c, h, w := g.Shape(); g.Dims() != 2 || c+h+w != 0 {
		t.Errorf("%d dimensions, shape %d, %d, %d", g.Dims(), c, h, w)
	}
	many, err := g.SamplePoints(100, gander.Seed(4))
	if err != nil || many.N != 100 || many.Dims != 2 || len(many.Values) != 200 {
		t.Fatalf("points %+v, error %v", many, err)
	}
	for _, n := range []int{0, 1, 65} {
		some, err := g.SamplePoints(n, gander.Seed(4))
		if err != nil || some.N != n || !slices.Equal(some.Values, many.Values[:2*n]) {
			t.Errorf("%d points are not the first of 100, error %v", n, err)
		}
	}
	if _, err := g.SamplePoints(-1); err == nil {
		t.Error("drew -1 points")
	}
	if _, err := g.Sample(1); err == nil || !strings.Contains(hint.Text(err), "(hint: SamplePoints)") {
		t.Errorf("points as images: error %v", err)
	}
	images := open(t, trained(t))
	if _, err := images.SamplePoints(1); err == nil || !strings.Contains(hint.Text(err), "(hint: Sample)") || images.Dims() != 0 {
		t.Errorf("images as points: error %v", err)
	}
}

// TestBest opens a run that gets no better than at its first measuring.
func TestBest(t *testing.T) {
	f := trainedRecipe(t, "mixture", "maxout=4", "pieces=2", "tick_kimg=.004", "train.measure=modes@50", "train.best=modes:modes", "model.learning_rate=0")
	best, err := f.Best()
	if err != nil {
		t.Fatal(err)
	}
	g, err := gander.Open(f.Path(), gander.Best())
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if newest := open(t, f); g.Step() != best.Step || newest.Step() != 3 || g.Step() == newest.Step() {
		t.Errorf("opened step %d, and %d as the best, which is %d", newest.Step(), g.Step(), best.Step)
	}
	if _, err := gander.Open(trained(t).Path(), gander.Best()); !errors.Is(err, run.ErrNoBest) {
		t.Errorf("a run that chooses none: error %v", err)
	}
}

func TestSampleConcurrently(t *testing.T) {
	g := open(t, trained(t))
	want := sample(t, g, 70, 3)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := g.Sample(70, gander.Seed(3))
			if err != nil || !bytes.Equal(got.Pixels, want.Pixels) {
				t.Errorf("samples differ, error %v", err)
			}
		})
	}
	all.Wait()
}

func TestImage(t *testing.T) {
	m := &gander.Images{N: 2, Channels: 1, Height: 1, Width: 3, Pixels: []byte{1, 2, 3, 4, 5, 6}}
	picture, err := m.Image(1)
	if err != nil {
		t.Fatal(err)
	}
	grey, ok := picture.(*image.Gray)
	if !ok || grey.Bounds() != image.Rect(0, 0, 3, 1) || !bytes.Equal(grey.Pix, []byte{4, 5, 6}) {
		t.Errorf("image is %+v", picture)
	}
	for _, i := range []int{-1, 2} {
		if _, err := m.Image(i); err == nil || !strings.Contains(hint.Text(err), "of 2") {
			t.Errorf("image %d: error %v", i, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	if _, err := gander.Open(filepath.Join(t.TempDir(), "0009-none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a run that is not there: error %v", err)
	}
	f := trained(t)
	for _, step := range []int64{0, 3} {
		if err := os.Truncate(f.Checkpoints().Path(step), 100); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := gander.Open(f.Path()); !errors.Is(err, run.ErrNoCheckpoint) {
		t.Errorf("a run without a whole checkpoint: error %v", err)
	}
	if err := os.WriteFile(f.ConfigFile(), []byte("format = 9\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := gander.Open(f.Path()); err == nil || !strings.Contains(hint.Text(err), "(hint: update gander)") {
		t.Errorf("a run of the future: error %v", err)
	}
}
