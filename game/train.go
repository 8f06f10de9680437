package game

import (
	"context"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Trainer plays a game round by round.
type Trainer struct {
	game     *Game
	sources  []Source
	vars     *variables
	store    *engine.Store
	rounds   []compiled // of Game.Round, then of Game.Phases
	last     *compiled  // the round played last
	examples int        // number of examples in one round
}

// A compiled is a program that plays: a round, or a play of an [Evaluation].
type compiled struct {
	program  *engine.Program
	readings []reading // before each run of the program
	names    []string  // of the statistics
	values   []float64 // of the statistics in the last round
}

// NewTrainer compiles the round of a game. The sources fill its inputs. All variables
// get initial values, drawn from seed. If details is true, the statistics include
// gradient norms.
//
// These are errors: an error of [Game.Check]; networks with shapes that do not match;
// two parameters with the same name; a play without a loss for a player that moves; an
// input that a play reads and no source fills; a parameter that a play reads and no
// player has.
func NewTrainer(device *engine.Device, g *Game, sources []Source, seed uint64, details bool) (*Trainer, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	t := &Trainer{game: g, sources: sources, store: engine.NewStore()}
	traced := make([]*round, 1+len(g.Phases))
	err := tensor.Try(func() {
		t.vars = newVariables(g)
		traced[0] = traceRound(g, -1, t.vars, seed, details)
		for i := range g.Phases {
			traced[1+i] = traceRound(g, i, t.vars, seed, details)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("game: %w", err)
	}
	t.vars.initialise(t.store, seed)
	t.rounds = make([]compiled, len(traced))
	for i, r := range traced {
		plays, err := t.rounds[i].compile(device, t.store, r, sources)
		if err != nil {
			return nil, err
		}
		examples := max(plays, 1) * g.Batch
		if i > 0 && examples != t.examples {
			return nil, fmt.Errorf("game: a round of Game.Phases[%d] reads %d examples, and Game.Round reads %d: these must be equal", i-1, examples, t.examples)
		}
		t.examples = examples
	}
	t.last = &t.rounds[0]
	return t, nil
}

// compile compiles a traced round. It returns the number of its plays that read data.
func (c *compiled) compile(device *engine.Device, store *engine.Store, r *round, sources []Source) (plays int, err error) {
	if err := r.checkOwners(store); err != nil {
		return 0, err
	}
	if c.program, err = device.Compile(store, r.outputs(), r.updates()...); err != nil {
		return 0, fmt.Errorf("game: %w", err)
	}
	c.names, c.values = r.names, make([]float64, len(r.names))
	return c.bind(r.plays, sources)
}

// bind divides the minibatches that the program reads in plays among the sources. It returns the
// number of plays that read data.
func (c *compiled) bind(inputs []map[string]*tensor.Tensor, sources []Source) (plays int, err error) {
	var minibatches []Minibatch
	for _, play := range inputs {
		if m := c.minibatch(play); len(m) > 0 {
			minibatches = append(minibatches, m)
		}
	}
	c.readings, err = readings(minibatches, sources)
	return len(minibatches), err
}

// output returns output number i of the program, a floating-point scalar.
func (c *compiled) output(i int) float64 {
	m := c.program.Output(i)
	if m.DType == tensor.Float64 {
		return m.Float64()[0]
	}
	return float64(m.Float32()[0])
}

// minibatch returns the memory of the inputs that the program reads in a play.
func (c *compiled) minibatch(inputs map[string]*tensor.Tensor) Minibatch {
	m := Minibatch{}
	for name, input := range inputs {
		if memory, ok := c.program.Input(input); ok {
			m[name] = memory
		}
	}
	return m
}

// Train plays until the number of rounds played, [Trainer.Step], equals the argument
// rounds. It is Algorithm 1 of Goodfellow et al. 2014 for any game: it samples the
// minibatches of a round, then makes the moves of the round one after the other. In a
// move each player follows the gradient of its loss. If after is not nil, Train calls
// it at the end of each round.
//
// Training ends early if after returns an error or ctx is done. If a source fails, the
// error is a *[SourceError]. If a statistic is not finite, it is a *[DivergedError].
func (t *Trainer) Train(ctx context.Context, rounds int64, after func() error) error {
	for t.Step() < rounds && ctx.Err() == nil {
		next, err := t.next()
		if err != nil {
			return err
		}
		t.last = next
		for _, r := range t.last.readings { // sample a minibatch of examples for each play that reads one
			if err := r.source.Next(r.Minibatch); err != nil {
				return t.sourceError(r.source, err)
			}
		}
		t.last.program.Run() // move by move: sample noise, update the players by their gradients
		if err := t.check(); err != nil {
			return err
		}
		if after == nil {
			continue
		}
		if err := after(); err != nil {
			return err
		}
	}
	if t.Step() >= rounds {
		return nil
	}
	return ctx.Err()
}

// Step returns the number of rounds played.
func (t *Trainer) Step() int64 { return int64(t.stepMemory()[0]) }

func (t *Trainer) stepMemory() []uint32 {
	m, _ := t.store.Memory(t.vars.step)
	return m.Uint32()
}

// Examples returns the number of examples that a round counts for: one minibatch for each
// play that reads data, or one minibatch if no play does. The length of a training in kimg
// is counted in these examples.
func (t *Trainer) Examples() int { return t.examples }

// Shown returns the number of examples in all rounds played.
func (t *Trainer) Shown() int64 { return t.Step() * int64(t.examples) }

// Sources returns the sources that fill the inputs.
func (t *Trainer) Sources() []Source { return t.sources }

// Statistics calls visit for every statistic of the last round: the loss of each player
// that moved, the norm of the gradient of this loss if the trainer was made with details,
// and the statistics that the game records. If a player moved several times, the loss is
// that of its last move.
func (t *Trainer) Statistics(visit func(name string, value float64)) {
	for i, name := range t.last.names {
		visit(name, t.last.values[i])
	}
}

// check reads the statistics and returns an error if one is not finite.
func (t *Trainer) check() error {
	bad := ""
	values := t.last.values
	for i := range values {
		values[i] = t.last.output(i)
		if bad == "" && !finite(values[i]) {
			bad = t.last.names[i]
		}
	}
	if bad == "" {
		return nil
	}
	return t.diverged(bad)
}

// A SourceError is the failure of a source to fill a minibatch.
type SourceError struct {
	Step   int64    // number of the round, from 1
	Inputs []string // the inputs that the source fills
	Err    error
}

func (e *SourceError) Error() string {
	return fmt.Sprintf("step %d: the source of %s: %s", e.Step, strings.Join(e.Inputs, ", "), strings.ReplaceAll(e.Err.Error(), "\n", "; "))
}

// Unwrap returns the error of the source.
func (e *SourceError) Unwrap() error { return e.Err }

func (t *Trainer) sourceError(s Source, err error) error {
	return &SourceError{Step: t.Step() + 1, Inputs: s.Inputs(), Err: err}
}

// A Variable is one array that training changes and a checkpoint saves.
type Variable struct {
	Name   string
	Shape  []int
	Memory engine.Memory
}

// Variables returns everything that a checkpoint must save, except the positions of
// the sources: the step, which is also the counter of random numbers, parameters,
// optimiser slots, averages, and the state of sources ([Keeper]). Writing to their
// memory changes the training.
func (t *Trainer) Variables() []Variable {
	step, _ := t.store.Memory(t.vars.step)
	list := []Variable{{"step", []int{}, step}}
	for _, p := range t.vars.all {
		m, _ := t.store.Memory(p.Value)
		list = append(list, Variable{p.Name, p.Value.Shape(), m})
	}
	for i, s := range t.sources {
		if k, ok := s.(Keeper); ok {
			for _, v := range k.Kept() {
				v.Name = fmt.Sprintf("%s%d/%s", sourcePrefix, i, v.Name)
				list = append(list, v)
			}
		}
	}
	return list
}

// Store returns the store that holds the variables.
func (t *Trainer) Store() *engine.Store { return t.store }

// EvalContext returns a context for sampling. A parameter with a moving average has
// the value of this average.
func (t *Trainer) EvalContext() *nn.Context { return t.evalContext(nil) }

// evalContext is EvalContext with random numbers, see [nn.NewContext].
func (t *Trainer) evalContext(random func(name string) (key, counter *tensor.Tensor)) *nn.Context {
	c := nn.NewContext(false, random)
	for param, average := range t.vars.averages {
		c.Set(param, average.Value)
	}
	return c
}

// Program returns the compiled Game.Round.
func (t *Trainer) Program() *engine.Program { return t.rounds[0].program }

// TrainingContext returns a context for samples in training mode, with the parameters from
// which samples are drawn: batch normalisation uses the statistics of the batch. Draws depend
// on the number of rounds played and on name.
func (t *Trainer) TrainingContext(name string) *nn.Context {
	random := nn.Seeded(0, counterOf(t.vars.step))
	c := t.evalContext(func(draw string) (key, at *tensor.Tensor) { return random(name + " " + draw) })
	c.Training = true
	return c
}
