package measure

import (
	"context"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// The network of the classifier two-sample test, and its training.
const (
	c2stHidden  = 64
	c2stEpochs  = 20
	c2stRate    = 1e-3
	c2stDropout = .5
	c2stBatch   = 100 // half of each kind
	scoresBatch = 250 // examples in one scoring batch
)

// trainClassifier trains a network, a discriminator without a generator, to give fake
// examples scores above 0 and real ones scores below 0. It returns its scores of the
// held-out examples, fake ones first. Fake and real have equal numbers of examples.
func (t *Task) trainClassifier(ctx context.Context, what string, fake, real, fakeHeld, realHeld *Set) ([]float32, error) {
	size := fake.Size()
	epoch := max(2*fake.Len()/c2stBatch, 1) // steps
	steps := int64(c2stEpochs * epoch)
	D := nn.New("D", []int{size},
		nn.Linear(c2stHidden, nn.He, nn.Zeros), nn.ReLU, nn.Dropout(c2stDropout),
		nn.Linear(1, nn.He, nn.Zeros))
	scale := newStandard(fake, real)
	source := newPairSource(scale, fake, real, random.Key(t.Seed, "c2st order of "+what))
	trainer, err := game.NewTrainer(t.Device, classifierGame(D, size, steps), []game.Source{source}, t.Seed, false)
	if err != nil {
		return nil, err
	}
	err = trainer.Train(ctx, steps, func() error {
		t.progress("classifier of "+what, int(trainer.Step()), int(steps))
		return nil
	})
	var diverged *game.DivergedError
	if errors.As(err, &diverged) {
		err = hint.Add(fmt.Errorf("%s: %w", fake.Name, err), "scale the data")
	}
	if err != nil {
		return nil, err
	}
	return scores(ctx, t.Device, trainer, D, append(scale.all(fakeHeld), scale.all(realHeld)...))
}

// classifierGame is a game with one player, a discriminator. The samples do not change.
func classifierGame(D *nn.Network, size int, steps int64) *game.Game {
	// optim.LinearRamp rounds differently, so it would change the scores.
	rate := func(step *tensor.Tensor) *tensor.Tensor { return step.Scale(-c2stRate / float64(steps)).Plus(c2stRate) }
	d := &game.Player{Name: "D", Networks: []*nn.Network{D},
		Optimizer: optim.Adam{LearningRate: rate, Beta1: .9, Beta2: .999, Epsilon: 1e-8}}
	shape := []int{c2stBatch / 2, size}
	return &game.Game{
		Players: []*game.Player{d}, Round: game.Simultaneous(d), Batch: c2stBatch / 2,
		Inputs: []game.Input{{Name: fakeInput, DType: tensor.Float32, Shape: shape}, {Name: realInput, DType: tensor.Float32, Shape: shape}},
		Play: func(t *game.Trace) game.Losses {
			fake, real := D.Apply(t.Context, t.Data(fakeInput)), D.Apply(t.Context, t.Data(realInput))
			return game.Losses{"D": objective.Minimax{}.Discriminator(fake, real)}
		},
	}
}

// scores returns the logits of the trained D for examples, [n, size].
func scores(ctx context.Context, device *engine.Device, trainer *game.Trainer, D *nn.Network, examples []float32) ([]float32, error) {
	x := tensor.Input("x", tensor.Float32, append([]int{scoresBatch}, D.In...)...)
	program, err := device.Compile(trainer.Store(), []*tensor.Tensor{D.Apply(trainer.EvalContext(), x)})
	if err != nil {
		return nil, err
	}
	batches, err := engine.NewBatcher(program, x)
	if err != nil {
		return nil, err
	}
	found, err := batches.Run(ctx, nil, engine.MemoryOf(examples))
	if err != nil {
		return nil, err
	}
	return found[0].Float32(), nil
}
