package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// FeatureSettings choose the numbers that are the features of an image or a volume. The zero
// value means all hidden layers of D without pooling; Radford et al. 2016 pool to 4x4.
type FeatureSettings struct {
	Network   string // such as D or E; "": D, or E if there is no D
	Layers    []int  // numbers of hidden layers, from 1; nil: all
	Output    bool   // the output of the network instead, such as the code of an encoder
	Side      int    // maps are max-pooled to at most this number of positions a side; 0: not pooled
	Untrained bool   // initial values instead of those of the checkpoint, for comparison
}

// Features computes features of examples by a network of a run. It is not safe for
// concurrent use.
type Features struct {
	Network string
	Step    int64
	Size    int // number of features of an example

	run      string
	field    data.Field // of an example
	scale    data.Scale
	computed *probe.Features
}

// Features returns the features of a network of the players of the run, at the checkpoint of
// the generator. Batch normalisation uses the statistics of the training. If hidden layers
// read the class, features are the means over the features for each class. It is an error if
// the run has no such network, or if the network does not read one image or volume.
func (g *Generator) Features(s FeatureSettings) (*Features, error) {
	network, err := g.featureNetwork(s.Network)
	if err != nil {
		return nil, err
	}
	f := &Features{Network: network.Name, Step: g.Step, run: g.Name}
	like := recipe.Main
	if outputs := g.system.Outputs; len(outputs) > 0 {
		like, f.scale = cmp.Or(outputs[0].Like, like), outputs[0].Scale
	}
	info := g.Config.SetOf(like).Info()
	if len(info.Fields) > 0 {
		f.field = info.First()
	}
	if !f.field.IsImage() && !f.field.IsVolume() {
		return nil, hint.Add(fmt.Errorf("features are of images and volumes, and run %s did not learn from them", g.Name), "name a run that did")
	}
	if tensor.Size(network.In) != f.field.Size() {
		return nil, hint.Add(fmt.Errorf("network %s of run %s reads %v, and an example is %v", network.Name, g.Name, network.In, f.field),
			"name a network that reads one example, or train without packs")
	}
	store, err := g.featureStore(network, s.Untrained)
	if err != nil {
		return nil, err
	}
	classes := 0
	if class, ok := info.Field(data.ClassField); ok {
		classes = class.Classes
	}
	of := probe.Pooled(network, s.Layers, s.Side)
	if s.Output {
		of = network.Apply
	}
	prepared := func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
		if g.system.Prepare != nil {
			x = g.system.Prepare(x)
		}
		return of(c, x)
	}
	f.computed, err = probe.NewFeaturesOfClasses(g.device, store, network, prepared, classes)
	if misuse := (*tensor.MisuseError)(nil); errors.As(err, &misuse) && misuse.Op == "features" {
		return nil, hint.Add(fmt.Errorf("run %s: %s", g.Name, misuse.Reason), "layers are numbered from 1, the nearest to the input")
	}
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", g.Name, err)
	}
	f.Size = f.computed.Size
	return f, nil
}

// featureNetwork returns the network called name, or D, or E.
func (g *Generator) featureNetwork(name string) (*nn.Network, error) {
	var names []string
	byName := map[string]*nn.Network{}
	for _, player := range g.system.Game.Players {
		for _, n := range player.Networks {
			if len(n.Trainable()) > 0 && byName[n.Name] == nil {
				names, byName[n.Name] = append(names, n.Name), n
			}
		}
	}
	slices.Sort(names)
	list := strings.Join(names, ", ")
	if name != "" && byName[name] == nil {
		return nil, hint.Add(fmt.Errorf("recipe %s has no network %q", g.Config.Recipe.Name, name), "its networks are %s", list)
	}
	for _, usual := range []string{name, "D", "E"} {
		if n := byName[usual]; n != nil {
			return n, nil
		}
	}
	return nil, hint.Add(fmt.Errorf("recipe %s has no discriminator D and no encoder E, which give features", g.Config.Recipe.Name), "its networks are %s", list)
}

// featureStore returns the values of a network: those of the checkpoint of the generator, or
// initial ones.
func (g *Generator) featureStore(n *nn.Network, untrained bool) (*engine.Store, error) {
	store := engine.NewStore()
	if untrained {
		probe.Initialise(store, n, g.Config.Train.Seed)
		return store, nil
	}
	checkpoint, err := LoadCheckpoint(g.folder.Checkpoints().Path(g.Step))
	if err != nil {
		return nil, err
	}
	return store, loadNetwork(store, checkpoint, n, true)
}

// Of returns the features of the examples of a set: [n, Size]. They must be of the kind and
// the shape of the examples of the run. When ctx ends, Of stops and returns its error.
func (f *Features) Of(ctx context.Context, set *measure.Set) ([]float32, error) {
	if !f.field.Same(set.Field) {
		return nil, hint.Add(fmt.Errorf("examples of %s are %v, and network %s of run %s reads %v", set.Name, set.Field, f.Network, f.run, f.field),
			"give examples like those that the run learned from")
	}
	return f.ofPixels(ctx, set.Values)
}

// OfImages returns the features of images of the size of the examples of the run: [n, Size].
func (f *Features) OfImages(ctx context.Context, list []image.Image) ([]float32, error) {
	if !f.field.IsImage() {
		return nil, fmt.Errorf("images are given, and network %s of run %s reads %v", f.Network, f.run, f.field)
	}
	values, err := images(recipe.Condition{Field: f.field, Scale: data.Scale{Lo: 0, Hi: 1}}, len(list), list)
	if err != nil {
		return nil, hint.Add(fmt.Errorf("features: %w, and network %s of run %s reads %v", err, f.Network, f.run, f.field), "resize the images")
	}
	return f.ofPixels(ctx, values.Floats)
}

// OfPixels returns the features of examples, [n, shape...], with pixels from 0 to 1: [n, Size].
func (f *Features) OfPixels(ctx context.Context, pixels []float32) ([]float32, error) {
	if size := f.field.Size(); len(pixels)%size != 0 {
		return nil, fmt.Errorf("%d numbers are not whole examples of %v, which have %d", len(pixels), f.field, size)
	}
	return f.ofPixels(ctx, pixels)
}

func (f *Features) ofPixels(ctx context.Context, pixels []float32) ([]float32, error) {
	values := make([]float32, len(pixels))
	for i, v := range pixels {
		values[i] = float32(f.scale.Lo + (f.scale.Hi-f.scale.Lo)*float64(v))
	}
	return f.computed.Of(ctx, values)
}
