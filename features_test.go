package gander_test

import (
	"context"
	"errors"
	"image"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/hint"
)

// TestFeatures computes features of samples as images and as numbers, in concurrent calls.
func TestFeatures(t *testing.T) {
	g := open(t, trained(t))
	samples := draw(t, g, 3, gander.Seed(3))
	var images []image.Image
	for i := range 3 {
		m, err := samples.Image(i)
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, m)
	}
	var all sync.WaitGroup
	for _, o := range []gander.FeatureOptions{{Pool: 4}, {Layers: []int{1}}, {Pool: 4}, {Untrained: true}} {
		all.Go(func() {
			rows, err := g.Features(t.Context(), images, o)
			if err != nil || len(rows) != 3 || len(rows[0]) == 0 || len(rows[0]) != len(rows[2]) {
				t.Errorf("%+v: %d rows, %v", o, len(rows), err)
			}
		})
	}
	all.Wait()
	pixels := make([]float32, 3*784)
	for i, m := range images {
		for k := range 784 {
			pixels[i*784+k] = float32(m.(*image.Gray).GrayAt(k%28, k/28).Y) / 255
		}
	}
	want, err := g.Features(t.Context(), images, gander.FeatureOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.FeaturesOf(t.Context(), pixels, gander.FeatureOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want {
		for k, v := range row {
			if math.Abs(float64(v-got[i][k])) > 1e-5 {
				t.Fatalf("feature %d of image %d is %g of pixels and %g of the image", k, i, got[i][k], v)
			}
		}
	}
}

func TestFeaturesRefuse(t *testing.T) {
	g := open(t, trained(t))
	for want, call := range map[string]func() error{
		`gander: recipe digits has no network "E"`: func() error {
			_, err := g.FeaturesOf(t.Context(), make([]float32, 784), gander.FeatureOptions{Network: "E"})
			return err
		},
		"gander: 5 numbers are not whole examples of 1x28x28": func() error {
			_, err := g.FeaturesOf(t.Context(), make([]float32, 5), gander.FeatureOptions{})
			return err
		},
		"gander: features: an image of 3x3 is given": func() error {
			_, err := g.Features(t.Context(), []image.Image{image.NewGray(image.Rect(0, 0, 3, 3))}, gander.FeatureOptions{})
			return err
		},
	} {
		if err := call(); err == nil || !strings.HasPrefix(hint.Text(err), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := g.FeaturesOf(ctx, make([]float32, 784), gander.FeatureOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended gives %v", err)
	}
	g.Close()
	if _, err := g.FeaturesOf(t.Context(), nil, gander.FeatureOptions{}); !errors.Is(err, gander.ErrClosed) {
		t.Errorf("a closed generator gives %v", err)
	}
}
