package reproduce

import (
	"context"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// labelledImages are images with classes. Pixels are from -1 to 1.
type labelledImages struct {
	shape  []int     // of an image
	pixels []float32 // [n, shape...]
	labels []int32   // [n]
}

// readLabelled reads the first n images of a set, or all if it has fewer.
func readLabelled(set data.Set, n int) (labelledImages, error) {
	info := set.Info()
	n = int(min(set.Len(), int64(n)))
	read := labelledImages{shape: info.First().Shape, pixels: make([]float32, n*info.First().Size()), labels: make([]int32, n)}
	row := info.RowOf(info.First().Name, data.ClassField)
	for i := range n {
		if err := set.Read(row, int64(i)); err != nil {
			return read, err
		}
		for k, f := range info.Fields {
			switch f.Name {
			case info.First().Name:
				for p, b := range row[k].Bytes {
					read.pixels[i*len(row[k].Bytes)+p] = 2*float32(b)/255 - 1
				}
			case data.ClassField:
				read.labels[i] = row[k].Ints[0]
			}
		}
	}
	return read, nil
}

// with returns images with the same classes and other pixels.
func (l labelledImages) with(pixels []float32) labelledImages {
	l.pixels = pixels
	return l
}

// unlabelled returns the images without their classes.
func (l labelledImages) unlabelled() labelledImages {
	return labelledImages{shape: l.shape, pixels: l.pixels}
}

// and returns the images of both.
func (l labelledImages) and(more labelledImages) labelledImages {
	return labelledImages{l.shape, append(append([]float32{}, l.pixels...), more.pixels...), append(append([]int32{}, l.labels...), more.labels...)}
}

// fill returns a source that fills the input x, and class unless there are no labels, with
// images drawn at random.
func (l labelledImages) fill(name string, seed uint64) game.Source {
	size, key := tensor.Size(l.shape), random.Key(seed, name)
	inputs := []string{name}
	if l.labels != nil {
		inputs = append(inputs, data.ClassField)
	}
	return game.Fill(func(call int64, m game.Minibatch) error {
		numbers := random.At(key, uint64(call))
		x := m[name].Float32()
		for i := range len(x) / size {
			k := numbers.Intn(len(l.pixels) / size)
			copy(x[i*size:(i+1)*size], l.pixels[k*size:])
			if l.labels != nil {
				m[data.ClassField].Int32()[i] = l.labels[k]
			}
		}
		return nil
	}, inputs...)
}

// A classifier is a small convolutional network that was trained on labelled images.
type classifier struct {
	batcher *engine.Batcher
	classes int
}

// The training of a classifier.
const (
	classifierBatch   = 64
	classifierUpdates = 1500
	classifierRate    = 1e-3
)

// trainClassifier trains two convolutions with stride 2 and a hidden layer.
func trainClassifier(ctx context.Context, device *engine.Device, images labelledImages, classes, updates int, seed uint64) (*classifier, error) {
	conv := func(channels int) nn.Layer {
		return nn.Conv(channels, nn.Window{Kernel: 5, Stride: 2, Pad: 2}, nn.He, nn.Zeros)
	}
	C := nn.New("C", images.shape, conv(16), nn.ReLU, conv(32), nn.ReLU,
		nn.Linear(64, nn.He, nn.Zeros), nn.ReLU, nn.Linear(classes, nn.He, nn.Zeros))
	adam := optim.Adam{LearningRate: optim.Constant(classifierRate), Beta1: .9, Beta2: .999, Epsilon: 1e-8}
	c := &game.Player{Name: "C", Networks: []*nn.Network{C}, Optimizer: adam}
	shape := append([]int{classifierBatch}, images.shape...)
	g := &game.Game{
		Players: []*game.Player{c}, Batch: classifierBatch, Round: game.Simultaneous(c),
		Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: shape}, {Name: data.ClassField, DType: tensor.Int32, Shape: shape[:1]}},
		Play: func(t *game.Trace) game.Losses {
			return game.Losses{"C": objective.CrossEntropy(C.Apply(t.Context, t.Data("x")), t.Data(data.ClassField))}
		},
	}
	trainer, err := game.NewTrainer(device, g, []game.Source{images.fill("x", seed)}, seed, false)
	if err != nil {
		return nil, err
	}
	if err := trainer.Train(ctx, int64(updates), nil); err != nil {
		return nil, err
	}
	x := tensor.Input("x", tensor.Float32, shape...)
	program, err := device.Compile(trainer.Store(), []*tensor.Tensor{C.Apply(trainer.EvalContext(), x)})
	if err != nil {
		return nil, err
	}
	batcher, err := engine.NewBatcher(program, x)
	return &classifier{batcher, classes}, err
}

// accuracy returns the part of the images that have the greatest logit at their class.
func (c *classifier) accuracy(ctx context.Context, images labelledImages) (float64, error) {
	logits, err := c.batcher.Run(ctx, nil, engine.MemoryOf(images.pixels))
	if err != nil {
		return 0, err
	}
	right := 0
	for i, label := range images.labels {
		scores := logits[0].Float32()[i*c.classes : (i+1)*c.classes]
		best := 0
		for k, s := range scores {
			if s > scores[best] {
				best = k
			}
		}
		if int32(best) == label {
			right++
		}
	}
	return float64(right) / float64(len(images.labels)), nil
}

// first returns the first n images.
func (l labelledImages) first(n int) labelledImages {
	size := len(l.pixels) / len(l.labels)
	return labelledImages{l.shape, l.pixels[:n*size], l.labels[:n]}
}

// ofSet returns the images of a set, whose pixels are from 0 to 1.
func ofSet(s *measure.Set) labelledImages {
	l := labelledImages{shape: s.Field.Shape, pixels: make([]float32, len(s.Values)), labels: s.Labels}
	for i, v := range s.Values {
		l.pixels[i] = 2*v - 1
	}
	return l
}
