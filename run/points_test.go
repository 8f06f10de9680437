package run_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// tinyMixture returns the settings of a run on points that takes no time.
func tinyMixture(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	r, err := recipe.Find("mixture")
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	defaults := []string{"hidden=8", "maxout=4", "pieces=2", "batch=4", "grid=70", "steps=6", "tick_kimg=.008", "keep=9"}
	for _, s := range append(defaults, settings...) {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// csvFile writes points and returns the path of their file.
func csvFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPointsResumeExactly stops a run on points in the middle, batch
// normalisation's statistics included, and compares with one that was not.
func TestPointsResumeExactly(t *testing.T) {
	t.Parallel()
	whole := begin(t, t.TempDir(), tinyMixture(t))
	end(t, whole)
	half := begin(t, t.TempDir(), tinyMixture(t, "steps=3"))
	end(t, half)
	end(t, goOn(t, half.Folder, 6))
	for _, name := range []string{"checkpoints/step-00000006.safetensors", "samples/step-00000006.png", "samples/reals.png"} {
		want, err := os.ReadFile(filepath.Join(whole.Folder.Path(), name))
		if err != nil {
			t.Fatal(err)
		}
		wantContent(t, filepath.Join(half.Folder.Path(), name), string(want))
	}
}

// TestPointsGenerator opens a run without its data.
func TestPointsGenerator(t *testing.T) {
	path := csvFile(t, "x,y\n"+strings.Repeat("1,20\n3,10\n", 20))
	s := begin(t, t.TempDir(), tinyMixture(t, "name="+path))
	end(t, s)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	g := generator(t, s.Folder)
	found := *g.Config.Data
	want := run.DataSettings{Name: path, Fit: "none", Fields: []string{"x numbers 2"}, Names: []string{"x", "y"}, Low: []float64{1, 10}, High: []float64{3, 20},
		Mean: found.Mean, SD: found.SD, Examples: 32, Split: "drawn", Fingerprint: found.Fingerprint}
	if diff := cmp.Diff(want, found, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	ctx := context.Background()
	many := draw(t, g, 150, 3).Values
	if len(many) != 300 {
		t.Fatalf("%d numbers", len(many))
	}
	for _, n := range []int{1, 64, 65} {
		if few := draw(t, g, n, 3).Values; !slices.Equal(few, many[:2*n]) {
			t.Errorf("%d samples are not the first of 150", n)
		}
	}
	set, err := g.SampleSet(ctx, 150, 3, s.Folder.Name())
	if err != nil || !slices.Equal(set.Values, many) || !set.Field.Same(data.Point(2)) {
		t.Errorf("measures see other samples, %v, error %v", set.Field, err)
	}
	if _, err := g.Config.Picture(&run.Samples{N: len(many) / 2, Field: data.Point(2), Values: many}, nil, 0); err != nil {
		t.Error(err)
	}
	if _, err := draw(t, g, 1, 0).Images(); !errors.Is(err, data.ErrKind) {
		t.Errorf("points as images: %v", err)
	}
	if line, err := g.Interpolations(ctx, "", 1, 2, 3, nil); err != nil || !slices.Equal(line.Values, many[:4]) {
		t.Errorf("a line that begins and ends with the first two samples: %v, error %v", line, err)
	}
}

// TestOtherDimensions trains on points of one dimension and of three.
func TestOtherDimensions(t *testing.T) {
	t.Parallel()
	for _, row := range []string{"1\n2\n", "1,2,3\n4,5,7\n"} {
		s := begin(t, t.TempDir(), tinyMixture(t, "name="+csvFile(t, strings.Repeat(row, 10))))
		end(t, s)
		points := draw(t, generator(t, s.Folder), 5, 0)
		if dims := len(s.Config.Data.Low); len(points.Values) != 5*dims || !points.Field.Same(data.Point(dims)) {
			t.Errorf("%d numbers, %v, of %d dimensions", len(points.Values), points.Field, dims)
		}
	}
}

// TestPointsChanged resumes with data of the same shape that are others.
func TestPointsChanged(t *testing.T) {
	path := csvFile(t, strings.Repeat("1,2\n", 20))
	s := begin(t, t.TempDir(), tinyMixture(t, "name="+path, "steps=2"))
	end(t, s)
	if err := os.WriteFile(path, []byte(strings.Repeat("1,3\n", 20)), 0o666); err != nil {
		t.Fatal(err)
	}
	_, _, err := run.Resume(device(t), s.Folder, func(c *run.Config) error { c.Train.Steps = 4; return nil })
	const want = "16 examples of x 2 numbers from [1 2] to [1 2] then, 16 examples of x 2 numbers from [1 3] to [1 3] now (hint: "
	if err == nil || !strings.Contains(hint.Text(err), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

func TestPointsDiverge(t *testing.T) {
	s := begin(t, t.TempDir(), tinyMixture(t, "learning_rate=1e38", "tick_kimg=.004"))
	var diverged *game.DivergedError
	if err := s.Train(context.Background()); !errors.As(err, &diverged) {
		t.Errorf("error %v", err)
	}
}

// An epoch is as long as a finite set, and as MNIST's training part of one that
// has no end.
func TestEpochLength(t *testing.T) {
	for _, c := range []struct {
		config *run.Config
		want   int64
	}{{tiny(t), 50_000}, {tinyMixture(t), 100_000}} {
		if err := c.config.Resolve(); err != nil {
			t.Fatal(err)
		}
		if got := c.config.Data.Examples; got != c.want {
			t.Errorf("an epoch of %s is %d, want %d", c.config.Data.Name, got, c.want)
		}
	}
	c := tinyMixture(t)
	if err := c.Resolve(); err != nil || math.Abs(c.Data.High[0]-1.04) > .01 || math.Abs(c.Data.Low[1]+1.04) > .01 {
		t.Errorf("ring8 lies between %v and %v, error %v", c.Data.Low, c.Data.High, err)
	}
}
