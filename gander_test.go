package gander_test

import (
	"bytes"
	"errors"
	"image"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// trained trains a tiny system on images and returns the folder of its run.
func trained(t *testing.T) run.Folder { return trainedRecipe(t, "digits") }

func trainedRecipe(t testing.TB, name string, settings ...string) run.Folder {
	t.Helper()
	f, err := train(t.TempDir(), name, append(settings, "hidden=8", "batch=4", "latent=4", "grid=4", "steps=3")...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func open(t testing.TB, f run.Folder) *gander.Generator {
	t.Helper()
	g, err := gander.Open(f.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

// draw draws samples, which must succeed.
func draw(t testing.TB, g *gander.Generator, n int, options ...gander.Option) *gander.Samples {
	t.Helper()
	s, err := g.Draw(t.Context(), n, options...)
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	return s
}

// pixels returns the bytes of samples, which must be images.
func pixels(t testing.TB, s *gander.Samples) []byte {
	t.Helper()
	b, err := s.Pixels()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refuses checks that samples are not drawn, and what is said about it.
func refuses(t testing.TB, g *gander.Generator, want string, n int, options ...gander.Option) {
	t.Helper()
	s, err := g.Draw(t.Context(), n, options...)
	if s != nil || err == nil {
		t.Errorf("drew samples, want the error %q", want)
	} else if got := hint.Text(err); got != "gander: "+want {
		t.Errorf("error %s", cmp.Diff("gander: "+want, got))
	}
}

func TestDraw(t *testing.T) {
	f := trained(t)
	g := open(t, f)
	if g.Step() != 3 {
		t.Errorf("step %d", g.Step())
	}
	many := draw(t, g, 150, gander.Seed(7))
	want := gander.Field{Name: "x", Kind: "pixels", Shape: []int{1, 28, 28}}
	if diff := cmp.Diff(want, many.Field()); diff != "" {
		t.Errorf("samples are %s", diff)
	}
	all := pixels(t, many)
	if many.Len() != 150 || len(all) != 150*784 || len(many.Numbers()) != 150*784 {
		t.Errorf("%d images in %d bytes and %d numbers", many.Len(), len(all), len(many.Numbers()))
	}
	if black, white := many.Range(); black != 0 || white != 1 {
		t.Errorf("pixels from %v to %v", black, white)
	}
	for _, n := range []int{0, 1, 63, 64, 65, 150} {
		if some := draw(t, g, n, gander.Seed(7)); some.Len() != n || !bytes.Equal(pixels(t, some), all[:n*784]) {
			t.Errorf("%d samples are not the first of 150", n)
		}
	}
	if bytes.Equal(pixels(t, draw(t, g, 5, gander.Seed(8))), all[:5*784]) {
		t.Error("another seed gives the same samples")
	}
	if !bytes.Equal(pixels(t, draw(t, g, 5)), pixels(t, draw(t, g, 5, gander.Seed(0)))) {
		t.Error("without a seed the samples are not those of 0")
	}
	if !bytes.Equal(pixels(t, draw(t, open(t, f), 150, gander.Seed(7))), all) {
		t.Error("opened again, the run gives other samples")
	}
	one, err := gander.Open(f.Path(), gander.Threads(1))
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if !bytes.Equal(pixels(t, draw(t, one, 150, gander.Seed(7))), all) {
		t.Error("with one thread, the run gives other samples")
	}
	for n, say := range map[int]string{
		-1:          "gander: -1 samples are asked for (hint: want 0 to 1000000)",
		1_000_001:   "gander: 1000001 samples, want 0 to 1000000 (hint: draw more in several calls, each of another seed)",
		math.MaxInt: "samples, want 0 to 1000000 (hint: ",
	} {
		if _, err := g.Draw(t.Context(), n); err == nil || !strings.Contains(hint.Text(err), say) {
			t.Errorf("%d samples: error %v", n, err)
		}
	}
}

func TestDrawPoints(t *testing.T) {
	g := open(t, trainedRecipe(t, "mixture", "maxout=4", "pieces=2"))
	many := draw(t, g, 100, gander.Seed(4))
	if want := (gander.Field{Name: "x", Kind: "numbers", Shape: []int{2}}); !cmp.Equal(many.Field(), want) || many.Field().Size() != 2 {
		t.Errorf("samples are %+v of size %d", many.Field(), many.Field().Size())
	}
	if black, white := many.Range(); many.Len() != 100 || len(many.Numbers()) != 200 || black != 0 || white != 0 {
		t.Fatalf("%d points, %d numbers, from %v to %v", many.Len(), len(many.Numbers()), black, white)
	}
	for _, n := range []int{0, 1, 65} {
		if some := draw(t, g, n, gander.Seed(4)); some.Len() != n || !slices.Equal(some.Numbers(), many.Numbers()[:2*n]) {
			t.Errorf("%d points are not the first of 100", n)
		}
	}
	if !slices.Equal(many.Row(99), many.Numbers()[198:]) || cap(many.Row(3)) != 2 {
		t.Errorf("row 99 is %v, and row 3 has room for %d", many.Row(99), cap(many.Row(3)))
	}
	if _, err := g.Draw(t.Context(), -1); err == nil {
		t.Error("drew -1 points")
	}
	for _, n := range []int{0, 1} {
		const want = "the samples are 2 numbers, not images"
		if _, err := draw(t, g, n).Pixels(); !errors.Is(err, data.ErrKind) || !strings.Contains(err.Error(), want) {
			t.Errorf("the pixels of %d points: error %v", n, err)
		}
	}
	if _, err := many.Image(0); !errors.Is(err, data.ErrKind) {
		t.Errorf("a point as an image: error %v", err)
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
	if _, err := gander.Open(trained(t).Path(), gander.Best()); !errors.Is(err, run.ErrNoBest) || !errors.Is(err, gander.ErrNoBest) {
		t.Errorf("a run that chooses none: error %v", err)
	}
}

func TestDrawConcurrently(t *testing.T) {
	g := open(t, trained(t))
	want := pixels(t, draw(t, g, 70, gander.Seed(3)))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := g.Draw(t.Context(), 70, gander.Seed(3))
			if err != nil {
				t.Error(err)
			} else if b, err := got.Pixels(); err != nil || !bytes.Equal(b, want) {
				t.Errorf("samples differ, error %v", err)
			}
		})
	}
	all.Wait()
}

func TestImage(t *testing.T) {
	g := echo(t)
	grey := image.NewGray(image.Rect(0, 0, 3, 2))
	copy(grey.Pix, []byte{0, 2, 3, 4, 5, 255})
	black := image.NewGray(grey.Bounds())
	s := draw(t, g, 2, gander.From("copy"), gander.Given("sketch", []image.Image{black, grey}))
	if want := append(slices.Clone(black.Pix), grey.Pix...); !bytes.Equal(pixels(t, s), want) {
		t.Errorf("pixels %v, want %v", pixels(t, s), want)
	}
	picture, err := s.Image(1)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := picture.(*image.Gray); !ok || got.Bounds() != grey.Bounds() || !bytes.Equal(got.Pix, grey.Pix) {
		t.Errorf("image is %+v", picture)
	}
	for _, i := range []int{-1, 2} {
		if _, err := s.Image(i); err == nil || !strings.Contains(hint.Text(err), "of 2") {
			t.Errorf("image %d: error %v", i, err)
		}
	}
}

// TestColours shows an image of three channels, some of its numbers beyond black
// and white.
func TestColours(t *testing.T) {
	latents := map[string][]float32{"rgb": {-1, -7, 0, 1, 9, 1}}
	s := draw(t, echo(t), 1, gander.From("colour"), gander.Latents(latents))
	if black, white := s.Range(); black != -1 || white != 1 || !slices.Equal(s.Numbers(), latents["rgb"]) {
		t.Errorf("numbers %v of black %v and white %v", s.Numbers(), black, white)
	}
	if want := []byte{0, 0, 128, 255, 255, 255}; !bytes.Equal(pixels(t, s), want) {
		t.Errorf("pixels %v, want %v", pixels(t, s), want)
	}
	picture, err := s.Image(0)
	if err != nil {
		t.Fatal(err)
	}
	want := []byte{0, 128, 255, 255, 0, 255, 255, 255}
	if got, ok := picture.(*image.RGBA); !ok || got.Bounds() != image.Rect(0, 0, 2, 1) || !bytes.Equal(got.Pix, want) {
		t.Errorf("image is %+v", picture)
	}
	s = draw(t, echo(t), 1, gander.From("colour"), gander.Latents(map[string][]float32{"rgb": {0, 0, 0, 0, 0, float32(math.NaN())}}))
	if _, err := s.Pixels(); err == nil || !strings.Contains(err.Error(), "not a number") {
		t.Errorf("a pixel that is not a number: error %v", err)
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
	if err := os.WriteFile(f.ConfigFile(), []byte("format = 2\nrecipe = \"labeled\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := gander.Open(f.Path()); err == nil || !strings.Contains(hint.Text(err), `recipe "labeled" is not known to this program (hint: import the package that registers it`) {
		t.Errorf("a run of a recipe that is not registered: error %v", err)
	}
}
