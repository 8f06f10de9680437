package reproduce

import (
	"context"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// patchAccuracy trains a discriminator with new parameters on real images and on images that do
// not change. It returns the accuracy on the patches of test images, the mean over both.
func (f simGANFound) patchAccuracy(ctx context.Context, device *engine.Device, c *run.Config, real, fake domain) (float64, error) {
	g, err := patchGame(c, real.train.shape)
	if err != nil {
		return 0, err
	}
	trainerOf := func(real, fake labelledImages) (*game.Trainer, error) {
		sources := []game.Source{real.unlabelled().fill("real", c.Train.Seed), fake.unlabelled().fill("fake", c.Train.Seed)}
		return game.NewTrainer(device, g, sources, c.Train.Seed, false)
	}
	trainer, err := trainerOf(real.train, fake.train)
	if err != nil {
		return 0, err
	}
	if err := trainer.Train(ctx, int64(f.Updates), nil); err != nil {
		return 0, err
	}
	g.Players[0].Optimizer = still{}
	judge, err := trainerOf(real.test, fake.test)
	if err != nil {
		return 0, err
	}
	trained := map[string][]byte{}
	for _, v := range trainer.Variables() {
		trained[v.Name] = v.Memory.Bytes
	}
	for _, v := range judge.Variables() {
		if v.Name != "step" {
			copy(v.Memory.Bytes, trained[v.Name])
		}
	}
	accuracy, rounds := 0., max(1, f.Test/classifierBatch)
	err = judge.Train(ctx, int64(rounds), func() error {
		judge.Statistics(func(name string, v float64) {
			if name == "right" {
				accuracy += v / float64(rounds)
			}
		})
		return nil
	})
	return accuracy, err
}

// patchGame returns the game of a new D of the recipe alone, with the inputs real and fake: images of
// the given shape. D says of each patch whether it is real. The statistic right is its accuracy.
func patchGame(c *run.Config, shape []int) (*game.Game, error) {
	image := recipe.Examples{Info: data.NewInfo("", data.Field{Name: data.ExampleField, Kind: data.Pixels, Shape: shape})}
	image.Others = map[string]recipe.Examples{"real": {Info: image.Info}}
	system, err := c.Recipe.Build(c.Model, image)
	if err != nil {
		return nil, err
	}
	d := system.Game.Players[1]
	D := d.Networks[0]
	d.Networks = d.Networks[:1] // without the buffer of refined images
	patches := classifierBatch * D.Out[1] * D.Out[2]
	isReal, isFake := tensor.Full(tensor.Int32, 1, patches), tensor.Zeros(tensor.Int32, patches)
	logits := func(t *game.Trace, name string) *tensor.Tensor { // [patches, 2]
		return D.Apply(t.Context, t.Data(name)).Transpose(0, 2, 3, 1).Reshape(-1, 2)
	}
	right := func(logits, answer *tensor.Tensor) *tensor.Tensor {
		return logits.ArgMax(1).Compare(tensor.Equal, answer).Convert(tensor.Float32).Mean()
	}
	batch := append([]int{classifierBatch}, shape...)
	return &game.Game{
		Players: []*game.Player{d}, Batch: classifierBatch, Round: game.Simultaneous(d),
		Inputs: []game.Input{{Name: "real", DType: tensor.Float32, Shape: batch}, {Name: "fake", DType: tensor.Float32, Shape: batch}},
		Play: func(t *game.Trace) game.Losses {
			real, fake := logits(t, "real"), logits(t, "fake")
			t.Record(d, "right", right(real, isReal).Add(right(fake, isFake)).Scale(.5))
			return game.Losses{"D": objective.CrossEntropy(real, isReal).Add(objective.CrossEntropy(fake, isFake))}
		},
	}, nil
}

// still is an optimiser that changes nothing.
type still struct{}

func (still) Slots() []string { return nil }
func (still) Next(value *tensor.Tensor, _ []*tensor.Tensor, _, _ *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	return value, nil
}
