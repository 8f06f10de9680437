package run_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/run"
)

// opened opens the generator of a run that was trained with tiny settings of a recipe.
func opened(t *testing.T, c *run.Config) (*run.Generator, run.Folder) {
	t.Helper()
	s := begin(t, t.TempDir(), c)
	end(t, s)
	g, _, err := run.OpenGenerator(device(t), s.Folder)
	if err != nil {
		t.Fatal(err)
	}
	return g, s.Folder
}

// someDigits returns five examples of the drawn digits.
func someDigits(t *testing.T, c *run.Config) *measure.Set {
	t.Helper()
	set, err := c.OpenData(t.Context(), "", data.Test)
	if err != nil {
		t.Fatal(err)
	}
	some, err := measure.FromData(set, "digits test", 5)
	if err != nil {
		t.Fatal(err)
	}
	return some
}

// TestFeatures compares features with those that package probe computes.
func TestFeatures(t *testing.T) {
	c := tiny(t)
	g, folder := opened(t, c)
	some := someDigits(t, c)
	for name, s := range map[string]run.FeatureSettings{"trained": {Side: 4}, "untrained": {Side: 4, Untrained: true}} {
		f, err := g.Features(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Of(t.Context(), some)
		if err != nil {
			t.Fatal(err)
		}
		if f.Network != "D" || f.Step != 6 || f.Size != 16 || len(got) != 5*16 {
			t.Errorf("%s: %+v, %d numbers", name, f, len(got))
		}
		D, _, err := run.OpenNetwork(folder, "D")
		if err != nil {
			t.Fatal(err)
		}
		store := D.Store
		if s.Untrained {
			store = engine.NewStore()
			probe.Initialise(store, D.Network, c.Train.Seed)
		}
		direct, err := probe.NewFeatures(device(t), store, D.Network, 4)
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, len(some.Values))
		for i, v := range some.Values {
			x[i] = float32(D.Scale.Lo + (D.Scale.Hi-D.Scale.Lo)*float64(v))
		}
		want, err := direct.Of(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if math.Abs(float64(got[i]-want[i])) > 1e-6 {
				t.Fatalf("%s: feature %d is %v, want %v", name, i, got[i], want[i])
			}
		}
	}
	if _, err := g.Features(run.FeatureSettings{Network: "E"}); err == nil || hint.Text(err) != `recipe digits has no network "E" (hint: its networks are D, G)` {
		t.Errorf("a network that is not there gives %v", err)
	}
}

// TestFeaturesOfRecipes computes features of networks that read the class, of an encoder, and
// of a D that reads images of normalised contrast.
func TestFeaturesOfRecipes(t *testing.T) {
	for name, c := range map[string]struct {
		settings []string
		features run.FeatureSettings
	}{
		"dcgan":                {[]string{"width=2", "hidden=8"}, run.FeatureSettings{Side: 2}}, // all layers read the class
		"images":               {[]string{"width=2"}, run.FeatureSettings{}},                    // the score alone
		"goodfellow2014-cifar": {[]string{"hidden=8", "maxout=4", "pieces=2"}, run.FeatureSettings{}},
		"bigan":                {[]string{"hidden=8", "latent=3", "weights=.5"}, run.FeatureSettings{Network: "E", Output: true}},
		"ssl-feature-matching": {[]string{"hidden=8,8", "hidden_g=8", "labelled=10"}, run.FeatureSettings{}},
	} {
		t.Run(name, func(t *testing.T) {
			config := configOf(t, name, append([]string{"data.name=digits", "batch=4", "steps=1", "train.grid=10", "tick_kimg=1"}, c.settings...)...)
			g, _ := opened(t, config)
			f, err := g.Features(c.features)
			if err != nil {
				t.Fatal(err)
			}
			some := someDigits(t, config)
			got, err := f.Of(t.Context(), some)
			if err != nil {
				t.Fatal(err)
			}
			brighter := *some
			brighter.Values = make([]float32, len(some.Values))
			for i, v := range some.Values {
				brighter.Values[i] = .25 + v/2
			}
			changed, err := f.Of(t.Context(), &brighter)
			if err != nil {
				t.Fatal(err)
			}
			difference := 0.0
			for i, v := range got {
				if v-v != 0 {
					t.Fatalf("feature %d is %v", i, v)
				}
				difference = max(difference, math.Abs(float64(v-changed[i])))
			}
			if normalised := name == "goodfellow2014-cifar"; normalised != (difference < 1e-4) {
				t.Errorf("another contrast changes features by %g", difference)
			}
		})
	}
}

func TestFeaturesRefuse(t *testing.T) {
	g, _ := opened(t, tiny(t))
	f, err := g.Features(run.FeatureSettings{})
	if err != nil {
		t.Fatal(err)
	}
	small := &measure.Set{Name: "small", Field: data.Image(1, 8, 8), Values: make([]float32, 64)}
	if _, err := f.Of(t.Context(), small); err == nil || !strings.HasPrefix(err.Error(), "examples of small are 1x8x8, and network D of run") {
		t.Errorf("small images give %v", err)
	}
	for want, c := range map[string]*run.Config{
		"features are of images and volumes, and run": tinyMixture(t),
		"recipe messages has no discriminator D and no encoder E, which give features (hint: its networks are Alice, Bob, Eve)": tinyMessages(t),
	} {
		g, _ := opened(t, c)
		if _, err := g.Features(run.FeatureSettings{}); err == nil || !strings.HasPrefix(hint.Text(err), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	g, _ = opened(t, tiny(t, "pack=2"))
	if _, err := g.Features(run.FeatureSettings{}); err == nil || !strings.Contains(err.Error(), "reads [1568], and an example is 1x28x28") {
		t.Errorf("packs give %v", err)
	}
}
