package reproduce

import (
	"math"
	"testing"
)

func TestWGANGPToyPage(t *testing.T) {
	if testing.Short() {
		t.Skip("measures three sets")
	}
	s := Settings{Out: t.TempDir(), Command: "gander reproduce wgangp-toy",
		Set: []string{"hidden=4", "batch=10", "train.steps=8", "train.tick_kimg=0.2", "train.grid=4"}}
	wantPage(t, wganGPToy, s, `^\| 8gaussians \| 8 \|`, `^\| 25gaussians \| 8 \|`, `^\| swissroll \| 8 \| \| \| \| \d`, `^\| real points \| \| 25.000 \|`,
		`!\[Samples and points of swissroll\]\(swissroll.png\)`, "^- `model.hidden = 4` instead of 512$")
}

func TestWGANCurvePage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce wgan-curve", Data: "digits", Seeds: []uint64{1, 2}, Epochs: .01, hurry: 20,
		Set: []string{"form=mlp", "hidden=4", "batch=5", "train.tick_kimg=0.25", "train.measure=kernel@50", "train.grid=4"}}
	if err := wganCurve.Make(t.Context(), s); err == nil {
		t.Error("another measure is taken")
	}
	s.Set = s.Set[:4]
	wantPage(t, wganCurve, s, `^\| 1 \| 2 \| -?[01]\.00 \|`, `^Mean: `, `^Seed 2:$`, "fully connected networks", "^- `model.form = \"mlp\"` instead of \"conv\"$", "^- `model.hidden = 4` instead of 512$")
}

// TestRankCorrelation compares correlations with those computed by hand.
func TestRankCorrelation(t *testing.T) {
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 2, 3}, []float64{10, 11, 400}, 1},
		{[]float64{1, 2, 3}, []float64{3, 2, 1}, -1},
		{[]float64{1, 2, 3, 4}, []float64{2, 1, 4, 3}, .6},
		{[]float64{1, 1, 2}, []float64{1, 2, 3}, math.Sqrt(3) / 2},
	} {
		if got := rankCorrelation(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("of %v and %v it is %g, want %g", c.a, c.b, got, c.want)
		}
	}
}
