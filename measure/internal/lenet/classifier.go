package lenet

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// batch is the number of images that go through the network at once.
const batch = 250

// A Classifier is a network with values for its parameters, ready to look at
// images. It is not safe for concurrent use.
type Classifier struct {
	Trained Training

	network *engine.Batcher // from images to features and logits
}

// NewClassifier compiles network with the parameters that present says, whose
// variables lie in store.
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

// A Look is what the network sees in a list of images.
type Look struct {
	Features []float32 // [n, Features]
	Logits   []float32 // [n, Classes]
}

// Look shows the network n images, [n, 28, 28], and returns what it sees.
// progress, unless nil, is called after every batch. It returns ctx's error
// when that ends it.
func (c *Classifier) Look(ctx context.Context, images []float32, progress func(done, total int)) (*Look, error) {
	if len(images)%(Side*Side) != 0 {
		return nil, fmt.Errorf("lenet: %d numbers are not images of %dx%d", len(images), Side, Side)
	}
	seen, err := c.network.Run(ctx, progress, engine.MemoryOf(images))
	if err != nil {
		return nil, err
	}
	return &Look{Features: seen[0].Float32(), Logits: seen[1].Float32()}, nil
}

// Accuracy returns the share of images, [n, 28, 28], whose greatest logit is
// that of their label.
func (c *Classifier) Accuracy(ctx context.Context, images []float32, labels []int32) (float64, error) {
	look, err := c.Look(ctx, images, nil)
	if err != nil {
		return 0, err
	}
	right := 0
	for i, label := range labels {
		if argmax(look.Logits[i*Classes:][:Classes]) == int(label) {
			right++
		}
	}
	return float64(right) / float64(len(labels)), nil
}

// argmax returns the index of the first greatest of values.
func argmax(values []float32) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}
