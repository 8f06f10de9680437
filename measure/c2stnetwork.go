package measure

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// The network of the classifier two-sample test and how it learns.
const (
	c2stHidden  = 64
	c2stEpochs  = 20
	c2stRate    = 1e-3
	c2stDropout = .5
	c2stBatch   = 100 // half of each kind
)

// learnToTell trains a network, a discriminator without a generator, to give
// examples of fake scores above 0 and those of real ones below, and returns its
// scores of the held-out examples, fake ones first. Both kinds that it learns
// from are equally many.
func (t *Task) learnToTell(ctx context.Context, what string, fake, real, fakeHeld, realHeld *Set) ([]float32, error) {
	size := fake.Size()
	epoch := max(2*fake.Len()/c2stBatch, 1) // steps
	steps := int64(c2stEpochs * epoch)
	D := nn.New("D", []int{size},
		nn.Linear(c2stHidden, nn.He, nn.Zeros), nn.ReLU, nn.Dropout(c2stDropout),
		nn.Linear(1, nn.He, nn.Zeros))
	trainer, err := game.NewTrainer(t.Device, telling(D, size, steps), t.Seed, false)
	if err != nil {
		return nil, err
	}
	scale := newStandard(fake, real)
	trainer.Sample = scale.minibatches(fake, real, random.Key(t.Seed, "c2st order of "+what))
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
	score, err := newScorer(t.Device, trainer, D)
	if err != nil {
		return nil, err
	}
	return append(score.of(scale, fakeHeld), score.of(scale, realHeld)...), nil
}

// telling is the game of a discriminator who plays alone, against samples that
// do not change.
func telling(D *nn.Network, size int, steps int64) *game.Game {
	rate := func(step *tensor.Tensor) *tensor.Tensor { return step.Scale(-c2stRate / float64(steps)).Plus(c2stRate) }
	d := &game.Player{Name: "D", Networks: []*nn.Network{D},
		Optimizer: optim.Adam{LearningRate: rate, Beta1: .9, Beta2: .999, Epsilon: 1e-8}}
	shape := []int{c2stBatch / 2, size}
	return &game.Game{
		Players: []*game.Player{d}, Round: game.Simultaneous(d), Batch: c2stBatch / 2,
		Inputs: []game.Input{{Name: "fake", DType: tensor.Float32, Shape: shape}, {Name: "real", DType: tensor.Float32, Shape: shape}},
		Play: func(t *game.Trace) game.Losses {
			fake, real := D.Apply(t.Context, t.Data("fake")), D.Apply(t.Context, t.Data("real"))
			return game.Losses{"D": objective.Minimax{}.Discriminator(fake, real)}
		},
	}
}

// A standard brings each feature to mean 0 and standard deviation 1, those that
// do not vary to 0.
type standard struct{ mean, scale []float32 }

// newStandard takes mean and deviation over both sets together.
func newStandard(a, b *Set) *standard {
	size := a.Size()
	n := float64(a.Len() + b.Len())
	mean, square := make([]float64, size), make([]float64, size)
	for _, s := range []*Set{a, b} {
		for i, v := range s.Values {
			mean[i%size] += float64(v) / n
		}
	}
	for _, s := range []*Set{a, b} {
		for i, v := range s.Values {
			d := float64(v) - mean[i%size]
			square[i%size] += d * d / n
		}
	}
	st := &standard{make([]float32, size), make([]float32, size)}
	for k, m := range mean {
		st.mean[k] = float32(m)
		if sd := math.Sqrt(square[k]); sd > 1e-6*math.Abs(m) {
			st.scale[k] = float32(1 / sd)
		}
	}
	return st
}

// put sets dst to example x.
func (s *standard) put(dst, x []float32) {
	for k, v := range x {
		dst[k] = (v - s.mean[k]) * s.scale[k]
	}
}

// minibatches returns a source of minibatches of both sets, every epoch in an
// order of its own.
func (s *standard) minibatches(fake, real *Set, key [2]uint32) func(game.Minibatch) error {
	n, shown := fake.Len(), 0
	orders := map[string][]int32{"fake": make([]int32, n), "real": make([]int32, n)}
	epochs := uint64(0)
	return func(m game.Minibatch) error {
		for row := range c2stBatch / 2 {
			if shown%n == 0 {
				random.At(key, 2*epochs).Perm(orders["fake"])
				random.At(key, 2*epochs+1).Perm(orders["real"])
				epochs++
			}
			at := shown % n
			s.put(m["fake"].Float32()[row*fake.Size():], fake.At(int(orders["fake"][at])))
			s.put(m["real"].Float32()[row*real.Size():], real.At(int(orders["real"][at])))
			shown++
		}
		return nil
	}
}

// A scorer computes the scores of examples, a batch at a time.
type scorer struct {
	program *engine.Program
	x       []float32 // [scorerBatch, size]
}

const scorerBatch = 250

func newScorer(device *engine.Device, trainer *game.Trainer, D *nn.Network) (*scorer, error) {
	x := tensor.Input("x", tensor.Float32, append([]int{scorerBatch}, D.In...)...)
	program, err := device.Compile(trainer.Store(), []*tensor.Tensor{D.Apply(trainer.Present(), x)})
	if err != nil {
		return nil, err
	}
	return &scorer{program, inputOf(program, x)}, nil
}

// of returns the scores of all examples of s.
func (c *scorer) of(scale *standard, s *Set) []float32 {
	scores := make([]float32, 0, s.Len()+scorerBatch)
	for first := 0; first < s.Len(); first += scorerBatch {
		for row := range min(scorerBatch, s.Len()-first) { // the last batch is padded with what is there
			scale.put(c.x[row*s.Size():], s.At(first+row))
		}
		c.program.Run()
		scores = append(scores, c.program.Output(0).Float32()...)
	}
	return scores[:s.Len()]
}
