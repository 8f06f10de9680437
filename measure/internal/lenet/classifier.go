package lenet

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// batch is the number of images in one run of the program.
const batch = 250

// A Classifier is a compiled network with the values of its parameters. It is not safe for
// concurrent use.
type Classifier struct {
	Trained Training

	network *engine.Batcher // from images to features and logits
}

// NewClassifier compiles network. The context gives its parameters. Their variables are
// in store.
func NewClassifier(device *engine.Device, store *engine.Store, present *nn.Context, network Network) (*Classifier, error) {
	x := tensor.Input("x", tensor.Float32, batch, 1, Side, Side)
	features := network.Features.Apply(present, x)
	logits := network.Head.Apply(present, features)
	program, err := device.Compile(store, []*tensor.Tensor{features, logits})
	if err != nil {
		return nil, fmt.Errorf("lenet: %w", err)
	}
	batches, err := engine.NewBatcher(program, x)
	if err != nil {
		return nil, fmt.Errorf("lenet: %w", err)
	}
	return &Classifier{network: batches}, nil
}

// An Output is the features and logits of n images.
type Output struct {
	Features []float32 // [n, Features]
	Logits   []float32 // [n, Classes]
}

// Run returns the output of the network for n images, [n, 28, 28]. Progress, unless nil,
// is called after every batch. If ctx ends the run, its error is returned.
func (c *Classifier) Run(ctx context.Context, images []float32, progress func(done, total int)) (*Output, error) {
	if len(images)%(Side*Side) != 0 {
		return nil, fmt.Errorf("lenet: %d numbers are not images of %dx%d", len(images), Side, Side)
	}
	outputs, err := c.network.Run(ctx, progress, engine.MemoryOf(images))
	if err != nil {
		return nil, err
	}
	return &Output{Features: outputs[0].Float32(), Logits: outputs[1].Float32()}, nil
}

// Accuracy returns the share of images, [n, 28, 28], that have their largest logit at their
// label.
func (c *Classifier) Accuracy(ctx context.Context, images []float32, labels []int32) (float64, error) {
	output, err := c.Run(ctx, images, nil)
	if err != nil {
		return 0, err
	}
	right := 0
	for i, label := range labels {
		if argmax(output.Logits[i*Classes:][:Classes]) == int(label) {
			right++
		}
	}
	return float64(right) / float64(len(labels)), nil
}

// argmax returns the first index of the largest value.
func argmax(values []float32) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}
