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
	Name      string        // unique in its session; begins the names of its own variables
	Networks  []*nn.Network // float32, without conditions, applied one after another
	Frozen    []*nn.Network // those of Networks that training does not change
	Loss      Loss
	Optimizer optim.Optimizer
	Batch     int // examples in a minibatch
}

// A Model trains networks, a minibatch at a time. It is not safe for concurrent
// use, and neither are two models of one session.
type Model struct {
	name    string
	program *engine.Program
	x, y    *tensor.Tensor
	step    engine.Memory
}

// Compile returns a model, which has an optimiser state and random numbers of
// its own. Parameters of networks that no model of the session had before get
// initial values. Networks that do not fit one another, a frozen network that is
// not in the model, a batch below 1, a loss that is not a scalar, and two
// variables of one name are errors.
//
// A frozen network behaves as in training: dropout drops, and batch
// normalisation normalises by the batch, so that a generator learns from the
// same discriminator function that the discriminator's own training changes.
// Only its variables keep their values, the running statistics among them. This
// is how package game moves one of two players. Keras does the same but for
// batch normalisation: since TensorFlow 2 it normalises by the running statistics
// where it is frozen.
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

// TrainOnBatch takes one step down the gradient of the loss and returns the loss
// before it. x is a minibatch of inputs, [batch, in...], y of targets, [batch,
// out...], each in row-major order. Dropout draws new numbers in each call.
// Another number of values is an error, and nothing is changed. A loss that is not
// finite is a *[DivergedError], and the parameters are of no use afterwards.
func (m *Model) TrainOnBatch(x, y []float32) (loss float64, err error) {
	for _, in := range []struct {
		what   string
		values []float32
		tensor *tensor.Tensor
	}{{"inputs", x, m.x}, {"targets", y, m.y}} {
		if len(in.values) != in.tensor.Size() {
			return 0, hint.Add(fmt.Errorf("model %s: %d values of %s", m.name, len(in.values), in.what),
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

// A DivergedError says that a loss is not finite.
type DivergedError struct {
	Model string
	Step  int64 // the call of TrainOnBatch that returned it, 1 is the first
	Loss  float64
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("model %s: training diverged in step %d: the loss is %g", e.Model, e.Step, e.Loss)
}
