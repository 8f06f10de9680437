package run_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestTruncated compares truncated latents with those of the same seed without truncation.
func TestTruncated(t *testing.T) {
	s := sampler(t, generator(t, begin(t, t.TempDir(), tiny(t)).Folder), "")
	const n, seed = 3*run.BatchSize + 7, 1
	plain := s.Latents(0, n, seed)["z"].Floats
	for _, psi := range []float64{run.LeastTruncation, .5, 2, 100} {
		truncated, err := s.Truncated(psi)
		if err != nil {
			t.Fatal(err)
		}
		all := truncated.Latents(0, n, seed)["z"].Floats
		square := 0.
		for i, v := range all {
			square += float64(v) * float64(v) / float64(len(all))
			if math.Abs(float64(v)) > psi {
				t.Fatalf("psi %g: number %d is %g", psi, i, v)
			}
			if was := plain[i]; math.Abs(float64(was)) <= psi && v != was {
				t.Fatalf("psi %g: number %d is %g, and was %g", psi, i, v, was)
			}
		}
		// the variance of the truncated normal distribution
		want := 1 - 2*psi*math.Exp(-psi*psi/2)/math.Sqrt(2*math.Pi)/math.Erf(psi/math.Sqrt2)
		if math.Abs(square-want) > .2*want {
			t.Errorf("psi %g: the variance is %g, want %g", psi, square, want)
		}
		size := s.Size("z")
		for _, part := range [][2]int{{0, 1}, {63, 2}, {64, 64}, {100, 50}} {
			first, count := part[0], part[1]
			if got := truncated.Latents(first, count, seed)["z"].Floats; !slices.Equal(got, all[first*size:(first+count)*size]) {
				t.Errorf("psi %g: latents %d to %d are not those of all", psi, first, first+count-1)
			}
		}
		if psi == 100 && !slices.Equal(all, plain) {
			t.Error("latents that are all inside differ")
		}
	}
	if !slices.Equal(s.Latents(0, n, seed)["z"].Floats, plain) {
		t.Error("the sampler without truncation has changed")
	}
}

// TestTruncatedRefused wants one clear error for each limit and output that cannot be.
func TestTruncatedRefused(t *testing.T) {
	of := func(settings ...string) *run.Generator {
		return generator(t, begin(t, t.TempDir(), tiny(t, settings...)).Folder)
	}
	g := of()
	for _, psi := range []float64{0, -1, .009, math.NaN(), math.Inf(1)} {
		if err := g.Truncate("", psi); err == nil || !strings.Contains(hint.Text(err), "want at least 0.01 (hint: values of 0.5 to 2 are usual)") {
			t.Errorf("psi %g: error %v", psi, err)
		}
	}
	if err := g.Truncate("H", 1); err == nil || !strings.Contains(err.Error(), `no output "H"`) {
		t.Errorf("error %v", err)
	}
	for _, noise := range []string{"uniform", "sphere"} {
		want := "output G cannot be truncated: its latents, z, are not normal (hint: truncation needs a recipe with normal latents, for example with noise = normal)"
		if err := of("noise="+noise).Truncate("", 1); err == nil || hint.Text(err) != want {
			t.Errorf("%s: error %v", noise, err)
		}
	}
}

// TestTruncate draws from a generator in all ways after it was truncated.
func TestTruncate(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tiny(t)).Folder)
	plain, err := g.SampleSet(context.Background(), 20, 1, "run")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Truncate("G", .3); err != nil {
		t.Fatal(err)
	}
	set, err := g.SampleSet(context.Background(), 20, 1, "run")
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != plain.Name+", latents within ±0.3" || slices.Equal(set.Values, plain.Values) {
		t.Errorf("%s is as %s: %v", set.Name, plain.Name, slices.Equal(set.Values, plain.Values))
	}
	lines, err := g.Interpolations(context.Background(), "", 2, 5, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, samples := range []*run.Samples{draw(t, g, 70, 1), lines} {
		for _, v := range samples.Latents()["z"] {
			if math.Abs(float64(v)) > .3 {
				t.Fatalf("a latent is %g", v)
			}
		}
	}
}
