package run_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestArithmetic compares the latents and the samples of arithmetic with sums over the
// latents of single samples.
func TestArithmetic(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		config *run.Config
		given  map[string]any
	}{
		"images": {tiny(t), nil}, "points": {tinyMixture(t), nil}, "conditional": {tinyConditional(t), map[string]any{"class": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, t.TempDir(), c.config)
			end(t, s)
			g := generator(t, s.Folder)
			sampler, err := g.Sampler("")
			if err != nil {
				t.Fatal(err)
			}
			concepts := []run.Concept{{Exemplars: []int{0, 5, 70}}, {Minus: true, Exemplars: []int{64}}}
			made, err := g.Arithmetic(ctx, "", concepts, 3, c.given)
			if err != nil {
				t.Fatal(err)
			}
			if made.N != 2+run.ArithmeticCount {
				t.Fatalf("%d samples, want %d", made.N, 2+run.ArithmeticCount)
			}
			latent := sampler.Output.Latents[0].Name
			size := sampler.Size(latent)
			z, got := sampler.Latents(0, 71, 3)[latent].Floats, made.Latents()[latent]
			centre := 2 + run.ArithmeticCount/2
			moved := 0.0
			for k := range size {
				mean := (float64(z[k]) + float64(z[5*size+k]) + float64(z[70*size+k])) / 3
				last := float64(z[64*size+k])
				for at, want := range map[int]float64{0: mean, 1: last, centre: mean - last} {
					if math.Abs(float64(got[at*size+k])-want) > 1e-6 {
						t.Fatalf("number %d of latent %d is %v, want %v", k, at, got[at*size+k], want)
					}
				}
				for at := 2; at < made.N; at++ {
					far := math.Abs(float64(got[at*size+k] - got[centre*size+k]))
					if moved = max(moved, far); far > .25+1e-5 {
						t.Errorf("neighbour %d is %v away", at, far)
					}
				}
			}
			if moved < .1 {
				t.Errorf("the neighbours are at most %v away", moved)
			}
			in := run.Inputs{latent: data.Values{Floats: got[centre*size : (centre+1)*size]}}
			if c.given != nil {
				in["class"] = data.Values{Ints: []int32{2}}
			}
			one, example := makeSamples(t, sampler, 1, in), made.Field.Size()
			if !slices.Equal(one, made.Values[centre*example:(centre+1)*example]) {
				t.Error("the centre is not the sample of its latent")
			}
		})
	}
}

func TestArithmeticIsRefused(t *testing.T) {
	ctx := context.Background()
	all := drawers(t)
	one := []run.Concept{{Exemplars: []int{1}}}
	for want, c := range map[string]struct {
		g        *run.Generator
		concepts []run.Concept
		given    map[string]any
	}{
		"there are no concepts":                  {all["points"], nil, nil},
		"concept 2 has no exemplars":             {all["points"], append(slices.Clip(one), run.Concept{}), nil},
		"exemplar -1 (hint: want a position":     {all["points"], []run.Concept{{Exemplars: []int{-1}}}, nil},
		"is made from class, which is not given": {all["conditional"], one, nil},
		"and arithmetic is done with one":        {all["messages"], one, nil},
	} {
		if _, err := c.g.Arithmetic(ctx, "", c.concepts, 0, c.given); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
