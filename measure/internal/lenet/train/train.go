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
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// How the network learns: Adam with a rate that falls linearly to 0, images
// shifted at random, and the moving average of the weights in the end.
const (
	defaultKimg  = 1000
	batch        = 100
	learningRate = 1.5e-3
	average      = .999
	maxShift     = 1 // pixels, each way
)

// train teaches a network set, a game of one player, and writes its weights to
// w with how well they do on test.
func train(ctx context.Context, device *engine.Device, set, test data.Set, trained lenet.Training, w, talk io.Writer) error {
	rounds := int64(trained.Kimg * 1000 / batch)
	network := lenet.New()
	trainer, err := game.NewTrainer(device, classification(network, rounds), trained.Seed, false)
	if err != nil {
		return err
	}
	if trainer.Sample, err = shifted(set, trained.Seed); err != nil {
		return err
	}
	classifier, err := lenet.NewClassifier(device, trainer.Store(), trainer.Present(), network)
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
			fmt.Fprintf(talk, "%6.0f kimg: %.2f %% of the test images are right\n",
				float64(step)*batch/1000, 100*trained.Accuracy)
		}
		return err
	})
	if err != nil {
		return err
	}
	return lenet.Write(w, trainer.Store(), trainer.Present(), network, trained)
}

// classification is the game of a classifier, who plays alone.
func classification(network lenet.Network, rounds int64) *game.Game {
	player := &game.Player{Name: "C", Networks: network.Networks(), Average: average,
		Optimizer: optim.Adam{LearningRate: falling(learningRate, rounds), Beta1: .9, Beta2: .999, Epsilon: 1e-8}}
	return &game.Game{
		Players: []*game.Player{player},
		Round:   game.Simultaneous(player),
		Batch:   batch,
		Inputs: []game.Input{
			{Name: "x", DType: tensor.Float32, Shape: []int{batch, 1, lenet.Side, lenet.Side}},
			{Name: "y", DType: tensor.Int32, Shape: []int{batch}},
		},
		Play: func(t *game.Trace) game.Losses {
			logits := network.Head.Apply(t.Context, network.Features.Apply(t.Context, t.Data("x")))
			return game.Losses{"C": objective.CrossEntropy(logits, t.Data("y"))}
		},
	}
}

// falling is a rate that falls linearly from v to 0 in so many steps.
func falling(v float64, steps int64) optim.Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		return step.Scale(-v / float64(steps)).Plus(v).Max(tensor.Scalar(step.DType(), 0))
	}
}

// shifted returns a source of minibatches of set, each image moved by up to
// maxShift pixels each way, with black where there was nothing.
func shifted(set data.Set, seed uint64) (func(game.Minibatch) error, error) {
	batches, err := data.NewBatches(set, batch, seed)
	if err != nil {
		return nil, err
	}
	const size = lenet.Side * lenet.Side
	still, key := make([]float32, batch*size), random.Key(seed, "shift")
	return func(m game.Minibatch) error {
		random := random.At(key, uint64(batches.Position()))
		if err := batches.Next(still, m["y"].Int32(), data.Scale{Lo: 0, Hi: 1}); err != nil {
			return err
		}
		x := m["x"].Float32()
		for i := range batch {
			dx, dy := random.Intn(2*maxShift+1)-maxShift, random.Intn(2*maxShift+1)-maxShift
			shift(x[i*size:][:size], still[i*size:][:size], dx, dy)
		}
		return nil
	}, nil
}

// shift sets dst to src moved dx pixels to the right and dy down.
func shift(dst, src []float32, dx, dy int) {
	clear(dst)
	const side = lenet.Side
	for y := max(0, dy); y < min(side, side+dy); y++ {
		to, from := dst[y*side:][:side], src[(y-dy)*side:][:side]
		copy(to[max(0, dx):], from[max(0, -dx):side-max(0, dx)])
	}
}

// read returns all images of a set, [n, 28, 28], 0 black to 1 white, and their
// labels.
func read(set data.Set) (images []float32, labels []int32, err error) {
	n := int(set.Len())
	image := make([]byte, set.Info().Size())
	for i := range n {
		label, err := set.Read(image, int64(i))
		if err != nil {
			return nil, nil, err
		}
		labels = append(labels, int32(label))
		for _, v := range image {
			images = append(images, float32(v)/255)
		}
	}
	return images, labels, nil
}
