package game

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
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
	program  *engine.Program
	readings []reading
	examples int // of one round
	names    []string
	values   []float64
}

// NewTrainer compiles the round of a game, whose inputs the sources fill, and
// gives all variables their initial values under seed. details adds gradient norms
// to the statistics. What [Game.Check] refuses is an error, and so are networks that do
// not fit one another, two parameters of one name, a play without a loss for a player
// who moves, an input that is read and that no source fills, and a parameter that is
// read and that no player has.
func NewTrainer(device *engine.Device, g *Game, sources []Source, seed uint64, details bool) (*Trainer, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	t := &Trainer{game: g, sources: sources, store: engine.NewStore()}
	var r *round
	err := tensor.Try(func() {
		t.vars = newVariables(g.Players)
		r = traceRound(g, t.vars, seed, details)
	})
	if err != nil {
		return nil, fmt.Errorf("game: %w", err)
	}
	t.vars.initialise(t.store, seed)
	if err := r.owned(t.store); err != nil {
		return nil, err
	}
	if t.program, err = device.Compile(t.store, r.outputs(), r.updates()...); err != nil {
		return nil, fmt.Errorf("game: %w", err)
	}
	t.names, t.values = r.names, make([]float64, len(r.names))
	var plays []Minibatch
	for _, inputs := range r.plays {
		if m := t.minibatch(inputs); len(m) > 0 {
			plays = append(plays, m)
		}
	}
	t.examples = max(len(plays), 1) * g.Batch
	if t.readings, err = readings(plays, sources); err != nil {
		return nil, err
	}
	return t, nil
}

// minibatch returns the memory of those inputs of a play that are read.
func (t *Trainer) minibatch(inputs map[string]*tensor.Tensor) Minibatch {
	m := Minibatch{}
	for name, input := range inputs {
		if memory, ok := t.program.Input(input); ok {
			m[name] = memory
		}
	}
	return m
}

// Train plays until so many rounds have been played in all. It is Algorithm 1
// of Goodfellow et al. 2014 for any game: the minibatches of a round are
// sampled, then every player makes its moves, each down its own gradient.
// After each round it calls after, unless that is nil; its error ends training, as
// the end of ctx does. The error of a source ends it with a *[SourceError], a statistic
// that is not finite with a *[DivergedError].
func (t *Trainer) Train(ctx context.Context, rounds int64, after func() error) error {
	for t.Step() < rounds && ctx.Err() == nil {
		for _, r := range t.readings { // sample a minibatch of examples for each move that reads one
			if err := r.source.Next(r.Minibatch); err != nil {
				return t.sourceError(r.source, err)
			}
		}
		t.program.Run() // each move in turn: sample noise, descend the players' gradients
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

// Examples returns the number of examples of one round: a minibatch for each play
// that reads one, and one minibatch if none does. It is the measure of progress.
func (t *Trainer) Examples() int { return t.examples }

// Shown returns the number of examples of all rounds played.
func (t *Trainer) Shown() int64 { return t.Step() * int64(t.examples) }

// Sources returns what fills the inputs.
func (t *Trainer) Sources() []Source { return t.sources }

// Statistics calls visit for every statistic of the last round: the loss and
// the norm of the gradient of each player, and what the game records.
func (t *Trainer) Statistics(visit func(name string, value float64)) {
	for i, name := range t.names {
		visit(name, t.values[i])
	}
}

// check reads the statistics and refuses to go on from one that is not finite.
func (t *Trainer) check() error {
	bad := ""
	for i := range t.values {
		switch m := t.program.Output(i); m.DType {
		case tensor.Float64:
			t.values[i] = m.Float64()[0]
		default:
			t.values[i] = float64(m.Float32()[0])
		}
		if bad == "" && !finite(t.values[i]) {
			bad = t.names[i]
		}
	}
	if bad == "" {
		return nil
	}
	return t.diverged(bad)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// A SourceError says that a source did not give a minibatch.
type SourceError struct {
	Step   int64    // the round that it was for
	Inputs []string // that the source fills
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

// A DivergedError says that training produced a number that is not finite, and
// where.
type DivergedError struct {
	Step      int64  // the round that did
	Statistic string // the first statistic that is not finite, "" if all are
	Input     string // the first input that its source filled with what is not finite, "" if all are
	Variable  string // the first variable that is not finite, "" if all are; not looked for if Input is not ""
	Count     int    // so many of its elements
	Size      int    // of so many
}

func (e *DivergedError) Error() string {
	what := strings.Replace(e.Statistic, LossPrefix, "the loss of ", 1)
	what = strings.Replace(what, GradientPrefix, "the gradient of ", 1)
	elements := fmt.Sprintf("%d of the %d elements of %s", e.Count, e.Size, e.Variable)
	switch {
	case e.Input != "":
		return fmt.Sprintf("step %d: the source of %s gave %d of %d numbers that are not finite", e.Step, e.Input, e.Count, e.Size)
	case e.FromSource():
		return fmt.Sprintf("step %d: %s are not finite, which a source keeps", e.Step, elements)
	case e.Statistic == "":
		what = elements + " are not finite"
	case e.Variable == "":
		what += " is not finite"
	default:
		what += " is not finite, and neither are " + elements
	}
	return fmt.Sprintf("training diverged in step %d: %s", e.Step, what)
}

// FromSource reports whether what is not finite was found in what a source gave or
// keeps. Otherwise training produced it.
func (e *DivergedError) FromSource() bool {
	return e.Input != "" || strings.HasPrefix(e.Variable, sourcePrefix)
}

// sourcePrefix begins the names of what sources keep.
const sourcePrefix = "source "

// Finite returns a *[DivergedError] unless all variables are finite: the last
// round may have left one that is not, which only the next round's losses show.
func (t *Trainer) Finite() error {
	if e := t.diverged(""); e.Variable != "" {
		return e
	}
	return nil
}

func (t *Trainer) diverged(statistic string) *DivergedError {
	e := &DivergedError{Step: t.Step(), Statistic: statistic}
	for _, r := range t.readings {
		for _, name := range slices.Sorted(maps.Keys(r.Minibatch)) {
			memory := r.Minibatch[name]
			size := len(memory.Bytes) / memory.DType.Size()
			if bad := notFinite(memory, size); bad > 0 {
				e.Input, e.Count, e.Size = name, bad, size
				return e
			}
		}
	}
	for _, v := range t.Variables() {
		if bad := notFinite(v.Memory, v.Shape...); bad > 0 {
			e.Variable, e.Count, e.Size = v.Name, bad, tensor.Size(v.Shape)
			return e
		}
	}
	return e
}

// notFinite returns how many of the elements are not finite.
func notFinite(m engine.Memory, shape ...int) (count int) {
	for _, x := range m.Array(shape...).Data {
		if !finite(x) {
			count++
		}
	}
	return count
}

// A Variable is one value that training changes and a checkpoint keeps.
type Variable struct {
	Name   string
	Shape  []int
	Memory engine.Memory
}

// Variables returns everything a checkpoint must keep besides the positions of the
// sources: parameters, optimiser slots, averages, the step, which is also the
// random counter, and what sources keep. Writing to their memory changes the
// training.
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

// EvalContext returns a context in which parameters have the values to sample
// with: their moving averages where those are kept.
func (t *Trainer) EvalContext() *nn.Context { return t.evalContext(nil) }

// evalContext is EvalContext with randomness, see [nn.NewContext].
func (t *Trainer) evalContext(random func(name string) (key, counter *tensor.Tensor)) *nn.Context {
	c := nn.NewContext(false, random)
	for param, average := range t.vars.averages {
		c.Set(param, average.Value)
	}
	return c
}

// Program returns the compiled round.
func (t *Trainer) Program() *engine.Program { return t.program }
