package game

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// BatchStatistics replaces the running statistics of batch normalisation by
// those that belong to the parameters of [Trainer.EvalContext]. Training keeps
// running statistics of the parameters that it changes, and their moving
// averages have others.
type BatchStatistics struct {
	program *engine.Program
	pass    engine.Memory   // the number of passes before the next one
	running []engine.Memory // means and variances
}

// NewBatchStatistics compiles a pass. trace applies each network whose
// statistics are wanted once, to a minibatch that it makes from random numbers
// of its context; they depend on seed and the number of the pass. A network
// without batch normalisation is left as it is.
func (t *Trainer) NewBatchStatistics(device *engine.Device, seed uint64, trace func(*nn.Context)) (*BatchStatistics, error) {
	pass := tensor.Input("pass", tensor.Uint32)
	random := nn.Seeded(seed, tensor.Concatenate(0, pass.Reshape(1), tensor.Zeros(tensor.Uint32, 1)))
	c := t.evalContext(func(name string) (key, counter *tensor.Tensor) { return random("batch statistics " + name) })
	c = c.WithBatchStatistics(pass.Convert(tensor.Float32))
	if err := tensor.Try(func() { trace(c) }); err != nil {
		return nil, fmt.Errorf("game: batch statistics: %w", err)
	}
	b := &BatchStatistics{}
	var updates []engine.Update
	for _, p := range c.Changed(t.vars.all) {
		if p.Buffer { // the others have the values of their averages in this context
			updates = append(updates, engine.Update{Variable: p.Value, Value: c.Value(p)})
			memory, _ := t.store.Memory(p.Value)
			b.running = append(b.running, memory)
		}
	}
	roots := make([]*tensor.Tensor, len(updates))
	for i, u := range updates {
		roots[i] = u.Value
	}
	if name := Unset(t.store, roots, pass); name != "" {
		return nil, fmt.Errorf("game: batch statistics are computed from %s, which no player has", name)
	}
	var err error
	if b.program, err = device.Compile(t.store, nil, updates...); err != nil {
		return nil, fmt.Errorf("game: batch statistics: %w", err)
	}
	b.pass, _ = b.program.Input(pass)
	return b, nil
}

// Collect sets the running mean and variance in the trainer's store to the
// averages of the mean and the unbiased variance of the batch over so many
// passes, with the present parameters. No other variable changes. Neither the
// values before nor earlier calls matter; 0 passes change nothing.
func (b *BatchStatistics) Collect(passes int) {
	if passes < 1 || len(b.running) == 0 {
		return
	}
	for _, m := range b.running { // the first pass replaces them, but for rounding
		clear(m.Bytes)
	}
	for i := range passes {
		b.pass.Uint32()[0] = uint32(i)
		b.program.Run()
	}
}
