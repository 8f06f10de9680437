package main

import (
	"context"
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/measure/internal/lenet"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Settings of the training: Adam with a learning rate that decreases linearly to 0, and
// images shifted at random. The result is the moving average of the weights.
const (
	defaultKimg  = 1000
	batch        = 100
	learningRate = 1.5e-3
	average      = .999
	maxShift     = 1 // pixels, each way
)

// train trains a network on set, as a game with one player, and writes its weights to w
// with their accuracy on test. Progress is written to stderr.
func train(ctx context.Context, device *engine.Device, set, test data.Set, trained lenet.Training, w, stderr io.Writer) error {
	rounds := int64(trained.Kimg * 1000 / batch)
	network := lenet.New()
	source, err := newShifted(set, trained.Seed)
	if err != nil {
		return err
	}
	trainer, err := game.NewTrainer(device, classification(network, rounds), []game.Source{source}, trained.Seed, false)
	if err != nil {
		return err
	}
	classifier, err := lenet.NewClassifier(device, trainer.Store(), trainer.EvalContext(), network)
	if err != nil {
		return err
	}
	images, labels, err := read(test)
	if err != nil {
		return err
	}
	epoch := max(set.Len()/batch, 1)
	err = trainer.Train(ctx, rounds, func() (err error) {
		if step := trainer.Step(); step%epoch == 0 || step == rounds {
			trained.Accuracy, err = classifier.Accuracy(ctx, images, labels)
			fmt.Fprintf(stderr, "%6.0f kimg: %.2f %% of the test images are right\n",
				float64(step)*batch/1000, 100*trained.Accuracy)
		}
		return err
	})
	if err != nil {
		return err
	}
	return lenet.Write(w, trainer.Store(), trainer.EvalContext(), network, trained)
}

// classification is a game with one player, the classifier.
func classification(network lenet.Network, rounds int64) *game.Game {
	player := &game.Player{Name: "C", Networks: network.Networks(), Average: optim.EMA{Decay: average},
		Optimizer: optim.Adam{LearningRate: falling(learningRate, rounds), Beta1: .9, Beta2: .999, Epsilon: 1e-8}}
	return &game.Game{
		Players: []*game.Player{player},
		Round:   game.Simultaneous(player),
		Batch:   batch,
		Inputs: []game.Input{
			{Name: imageInput, DType: tensor.Float32, Shape: []int{batch, 1, lenet.Side, lenet.Side}},
			{Name: labelInput, DType: tensor.Int32, Shape: []int{batch}},
		},
		Play: func(t *game.Trace) game.Losses {
			logits := network.Head.Apply(t.Context, network.Features.Apply(t.Context, t.Data(imageInput)))
			return game.Losses{"C": objective.CrossEntropy(logits, t.Data(labelInput))}
		},
	}
}

// falling is a learning rate that decreases linearly from v to 0 over steps. It rounds
// differently from [optim.LinearRamp], which would give other weights.
func falling(v float64, steps int64) optim.Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		return step.Scale(-v / float64(steps)).Plus(v).Max(tensor.Scalar(step.DType(), 0))
	}
}

// read returns all images of a set, [n, 28, 28], 0 black to 1 white, and their
// labels, [n].
func read(set data.Set) (images []float32, labels []int32, err error) {
	info := set.Info()
	row := info.RowOf(info.First().Name, data.ClassField)
	image, label := row[0].Bytes, row.Of(info, data.ClassField).Ints
	for i := range set.Len() {
		if err := set.Read(row, i); err != nil {
			return nil, nil, err
		}
		for _, v := range image {
			images = append(images, float32(v)/255)
		}
		labels = append(labels, label...)
	}
	return images, labels, nil
}
