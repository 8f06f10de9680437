package gander

import (
	"context"
	"fmt"
	"image"

	"github.com/gander-ml/gander/run"
)

// FeatureOptions choose the numbers that are the features of an image. The zero value means
// the activations of all hidden layers of D, not pooled.
type FeatureOptions struct {
	Network   string // such as D or E; "": D, or E if there is no D
	Layers    []int  // numbers of hidden layers, from 1; nil: all
	Output    bool   // the output of the network instead, such as the code of an encoder
	Pool      int    // maps are max-pooled to at most this number of positions a side; 0: not pooled
	Untrained bool   // initial values instead of trained ones, for comparison
}

// Features returns features of images by the discriminator or another network of the run:
// a row for each image. A classifier of features needs fewer labels than one of pixels. The
// images must have the size of the images of the run.
//
// If hidden layers read the class, features are the means over the features for each class.
// It is an error if the run has no such network, or if the network does not read one image.
// Features may be called concurrently with Draw. Concurrent calls of Features wait for each
// other. Features returns ctx's error soon after ctx ends, and an error that wraps
// [ErrClosed] if the generator is closed.
func (g *Generator) Features(ctx context.Context, images []image.Image, o FeatureOptions) ([][]float32, error) {
	return g.rows(ctx, o, func(ctx context.Context, f *run.Features) ([]float32, error) { return f.OfImages(ctx, images) })
}

// FeaturesOf is [Generator.Features] for images or volumes as numbers, [n, Field().Shape...],
// with pixels from 0 to 1.
func (g *Generator) FeaturesOf(ctx context.Context, pixels []float32, o FeatureOptions) ([][]float32, error) {
	return g.rows(ctx, o, func(ctx context.Context, f *run.Features) ([]float32, error) { return f.OfPixels(ctx, pixels) })
}

func (g *Generator) rows(ctx context.Context, o FeatureOptions, of func(context.Context, *run.Features) ([]float32, error)) ([][]float32, error) {
	var rows [][]float32
	err := g.features.compute(ctx, func(ctx context.Context) error {
		f, err := g.features.with(o)
		if err != nil {
			return err
		}
		values, err := of(ctx, f)
		for i := 0; i < len(values); i += f.Size {
			rows = append(rows, values[i:i+f.Size])
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("gander: %w", err)
	}
	return rows, nil
}

// A features computes the features of all calls, one call after the other.
type features struct {
	*turns
	generator *run.Generator
	made      map[string]*run.Features // by the options
}

func newFeatures(g *run.Generator) *features {
	return &features{newTurns(), g, map[string]*run.Features{}}
}

// with returns the features of options. The first call compiles them.
func (f *features) with(o FeatureOptions) (*run.Features, error) {
	key := fmt.Sprintf("%+v", o)
	if made := f.made[key]; made != nil {
		return made, nil
	}
	made, err := f.generator.Features(run.FeatureSettings{Network: o.Network, Layers: o.Layers, Output: o.Output, Side: o.Pool, Untrained: o.Untrained})
	if err == nil {
		f.made[key] = made
	}
	return made, err
}
