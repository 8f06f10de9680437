package game

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// BatchStatistics computes the running mean and variance of batch normalisation for the
// parameters with which samples are made, those of [Trainer.EvalContext]. Training
// computes them for the parameters that it changes, and not for the moving averages of
// these parameters. So use BatchStatistics before sampling if a player has an average and
// its networks have batch normalisation.
type BatchStatistics struct {
	program *engine.Program
	pass    engine.Memory   // number of passes so far
	running []engine.Memory // means and variances
}

// NewBatchStatistics compiles a pass: the program that computes the mean and variance of
// one minibatch. The function trace applies each network once, to a minibatch that it
// makes from random numbers of its context. These numbers depend on seed and on the number
// of the pass. A network without batch normalisation is not changed.
func (t *Trainer) NewBatchStatistics(device *engine.Device, seed uint64, trace func(*nn.Context)) (*BatchStatistics, error) {
	pass := tensor.Input("pass", tensor.Uint32)
	random := nn.Seeded(seed, counterOf(pass))
	c := t.evalContext(func(name string) (key, counter *tensor.Tensor) { return random("batch statistics " + name) })
	c = c.WithBatchStatistics(pass.Convert(tensor.Float32))
	if err := tensor.Try(func() { trace(c) }); err != nil {
		return nil, fmt.Errorf("game: batch statistics: %w", err)
	}
	b := &BatchStatistics{}
	var updates []engine.Update
	for _, p := range c.Changed(t.vars.all) {
		if p.Buffer { // other variables have the values of their averages in this context
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
		return nil, fmt.Errorf("game: batch statistics depend on %s, which no player has", name)
	}
	var err error
	if b.program, err = device.Compile(t.store, nil, updates...); err != nil {
		return nil, fmt.Errorf("game: batch statistics: %w", err)
	}
	b.pass, _ = b.program.Input(pass)
	return b, nil
}

// Collect computes the running mean and variance with the present parameters and
// writes them to the trainer's store. They are the averages, over the given number of
// passes, of the mean and the unbiased variance of the batch. No other variable
// changes. The result does not depend on the previous values or on earlier calls. With
// 0 passes nothing changes.
func (b *BatchStatistics) Collect(passes int) {
	if passes < 1 || len(b.running) == 0 {
		return
	}
	for _, m := range b.running { // 0, so that the previous values have no influence, even by rounding
		clear(m.Bytes)
	}
	for i := range passes {
		b.pass.Uint32()[0] = uint32(i)
		b.program.Run()
	}
}
