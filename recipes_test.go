package gander_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// labelled holds the settings of a GAN whose two networks are given the class of
// the digit.
type labelled struct {
	Batch  int `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent int `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden int `toml:"hidden" min:"1" doc:"units of a hidden layer"`
}

func (s labelled) build(images recipe.Examples) (*recipe.System, error) {
	size := images.First().Size()
	class := nn.Concat(nn.Class(data.ClassField), nn.OneHot(10))
	G := nn.New("G", []int{s.Latent}, class, nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.ReLU, nn.Linear(size, nn.He, nn.Zeros), nn.Sigmoid)
	D := nn.New("D", []int{size}, class, nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.ReLU, nn.Linear(1, nn.He, nn.Zeros))
	sgd := optim.SGD{LearningRate: optim.Constant(.1), Momentum: optim.Constant(0)}
	return recipe.Pair{
		G: G, D: D, Latent: recipe.Normal("z", s.Latent), Given: []recipe.Condition{{Field: data.Label(10)}},
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: sgd, OptimizerD: sgd, Round: recipe.Simultaneous,
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1},
	}.System()
}

// buildEcho makes a system that learns nothing. Its outputs show what they are
// made from.
func buildEcho(struct{}, recipe.Examples) (*recipe.System, error) {
	grey := data.Scale{Lo: -1, Hi: 1}
	sketch := recipe.Condition{Field: data.Field{Name: "sketch", Kind: data.Pixels, Shape: []int{1, 2, 3}}, Scale: grey}
	z := recipe.Normal("z", 2)
	flat := func(x *tensor.Tensor) *tensor.Tensor {
		return x.Convert(tensor.Float32).Reshape(run.BatchSize, x.Size()/run.BatchSize)
	}
	return &recipe.System{
		Game: &game.Game{Batch: 1, Play: func(*game.Trace) game.Losses { return nil }},
		Outputs: []recipe.Output{{
			Name: "all", Latents: []recipe.Latent{z, recipe.Uniform("w", 2, 3)},
			Given: []recipe.Condition{
				{Field: data.Label(10)},
				{Field: data.Field{Name: "caption", Kind: data.Tokens, Shape: []int{3}, Classes: 7}},
				{Field: data.Field{Name: "v", Kind: data.Numbers, Shape: []int{2}}},
				sketch,
			},
			Makes: data.Point(2 + 1 + 1 + 3 + 2 + 6),
			Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor {
				return tensor.Concatenate(1, flat(in["z"]), flat(in["w"]), flat(in["class"]), flat(in["caption"]), flat(in["v"]), flat(in["sketch"]))
			},
		}, {
			Name: "copy", Given: []recipe.Condition{sketch}, Makes: data.Image(1, 2, 3), Scale: grey,
			Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor { return in["sketch"] },
		}, {
			Name: "colour", Latents: []recipe.Latent{recipe.Uniform("rgb", -2, 2, 3, 1, 2)}, Makes: data.Image(3, 1, 2), Scale: grey,
			Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor { return in["rgb"] },
		}, {
			Name: "large", Latents: []recipe.Latent{z}, Makes: data.Point(10_000),
			Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor {
				return in["z"].Broadcast([]int{run.BatchSize, 2, 5000}, []int{0, 1})
			},
		}},
	}, nil
}

func init() {
	const source = "the tests of package gander"
	recipe.Register(recipe.Recipe{
		Name: "labelled", Title: "digits of a class", Source: source,
		Data: "digits", Takes: recipe.Images(784), Kimg: 1, TickKimg: 1, Grid: 10,
	}, labelled{Batch: 4, Latent: 4, Hidden: 8}, labelled.build)
	recipe.Register(recipe.Recipe{
		Name: "echo", Title: "shows what samples are made from", Source: source, Kimg: 1, TickKimg: 1, Grid: 1,
	}, struct{}{}, buildEcho)
}

// train trains a system of some recipe, changed by settings, within parent and
// returns the folder of its run.
func train(parent, name string, settings ...string) (run.Folder, error) {
	r, err := recipe.Find(name)
	if err != nil {
		return run.Folder{}, err
	}
	c := run.NewConfig(r)
	for _, s := range settings {
		if err := c.Set(s); err != nil {
			return run.Folder{}, err
		}
	}
	device := engine.NewDevice(2)
	defer device.Close()
	s, err := run.Start(device, c, filepath.Join(parent, "runs"))
	if err != nil {
		return run.Folder{}, err
	}
	return s.Folder, errors.Join(s.Train(context.Background()), s.Close())
}

// untrained writes the run of a recipe that has neither data nor parameters.
func untrained(parent, name string) (run.Folder, error) {
	r, err := recipe.Find(name)
	if err != nil {
		return run.Folder{}, err
	}
	text, err := run.NewConfig(r).Encode()
	if err != nil {
		return run.Folder{}, err
	}
	f, err := run.Create(filepath.Join(parent, "runs"), name, "")
	if err != nil {
		return run.Folder{}, err
	}
	checkpoint := &run.Checkpoint{Metadata: map[string]string{"recipe": name}}
	return f, errors.Join(os.WriteFile(f.ConfigFile(), text, 0o666), run.SaveCheckpoint(f.Checkpoints().Path(0), checkpoint))
}
