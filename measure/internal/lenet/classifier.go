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

	program *engine.Program
	images  []float32 // of one batch
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
	memory, _ := program.Input(x)
	return &Classifier{program: program, images: memory.Float32()}, nil
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
	const size = Side * Side
	n := len(images) / size
	if n*size != len(images) {
		return nil, fmt.Errorf("lenet: %d numbers are not images of %dx%d", len(images), Side, Side)
	}
	look := &Look{make([]float32, n*Features), make([]float32, n*Classes)}
	for first := 0; first < n; first += batch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		shown := copy(c.images, images[first*size:]) // what is left of the batch before pads the last
		c.program.Run()
		count := shown / size
		copy(look.Features[first*Features:], c.program.Output(0).Float32()[:count*Features])
		copy(look.Logits[first*Classes:], c.program.Output(1).Float32()[:count*Classes])
		if progress != nil {
			progress(first+count, n)
		}
	}
	return look, nil
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
