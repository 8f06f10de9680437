package model

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A Config describes a model and how it is trained.
type Config struct {
	Name      string        // unique in its session; it begins the names of the step count and the optimiser slots
	Networks  []*nn.Network // float32, without conditions, applied one after another
	Frozen    []*nn.Network // the networks of Networks that training does not change
	Loss      Loss
	Optimizer optim.Optimizer
	Batch     int // examples in a minibatch
}

// A Model trains networks, one minibatch at a time. It is not safe for concurrent use.
// Two models of one session must not be used at the same time either.
type Model struct {
	name    string
	program *engine.Program
	x, y    *tensor.Tensor
	step    engine.Memory
}

// Compile returns a model. Each model has a separate optimiser state and separate
// random numbers. Parameters that are new in the session get initial values. These are
// errors: networks with shapes that do not match, a frozen network that is not in the
// model, a batch below 1, a loss that is not a scalar, and two variables with the same
// name.
//
// A frozen network computes as in training: dropout is active, and batch normalisation
// uses the statistics of the batch. So a generator learns from the same discriminator
// function that the training of the discriminator changes. Only the variables of the
// frozen network stay unchanged, including the running statistics. Package game does
// the same when one of two players moves. Keras differs in batch normalisation: since
// TensorFlow 2 a frozen batch normalisation uses the running statistics.
func (s *Session) Compile(c Config) (*Model, error) {
	if s.Device == nil || s.Store == nil {
		return nil, fmt.Errorf("model %s: Session.Device and Session.Store must be set", c.Name)
	}
	var t *step
	err := tensor.Try(func() { t = c.trace(s.Seed) })
	if err == nil {
		err = s.add(t.variables)
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", c.Name, err)
	}
	m := &Model{name: c.Name, x: t.x, y: t.y}
	m.step, _ = s.Store.Memory(t.number)
	if m.program, err = s.Device.Compile(s.Store, []*tensor.Tensor{t.loss}, t.updates...); err != nil {
		return nil, fmt.Errorf("model %s: %w", c.Name, err)
	}
	return m, nil
}

// TrainOnBatch takes one optimiser step and returns the loss before the step. x is a
// minibatch of inputs, [batch, in...], and y of targets, [batch, out...], both in
// row-major order. Dropout draws new numbers in each call. A wrong number of values is
// an error, and then nothing is changed. If the loss is not finite, the error is a
// *[DivergedError], and the parameters cannot be used any more.
func (m *Model) TrainOnBatch(x, y []float32) (loss float64, err error) {
	for _, in := range []struct {
		what   string
		values []float32
		tensor *tensor.Tensor
	}{{"inputs", x, m.x}, {"targets", y, m.y}} {
		if len(in.values) != in.tensor.Size() {
			return 0, hint.Add(fmt.Errorf("model %s: there are %d values of %s, want %d", m.name, len(in.values), in.what, in.tensor.Size()),
				"a minibatch of %s is %v", in.what, in.tensor)
		}
		if memory, read := m.program.Input(in.tensor); read {
			copy(memory.Float32(), in.values)
		}
	}
	m.program.Run()
	loss = float64(m.program.Output(0).Float32()[0])
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return loss, &DivergedError{Model: m.name, Step: int64(m.step.Uint32()[0]), Loss: loss}
	}
	return loss, nil
}

// A DivergedError reports a loss that is not finite.
type DivergedError struct {
	Model string
	Step  int64 // number of the call of TrainOnBatch, from 1
	Loss  float64
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("model %s: training diverged in step %d: the loss is %g", e.Model, e.Step, e.Loss)
}
