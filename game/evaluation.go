package game

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// An Evaluation plays without moves: it computes statistics of a play from other examples
// than those of training, and changes no variable.
type Evaluation struct {
	compiled
	layers []layer // with gradients; none unless they were asked for
}

// A layer is a weight with a gradient that an Evaluation computes.
type layer struct {
	player, name string
	norm, dead   int // indices of outputs
}

// NewEvaluation compiles a play with the present parameters. The sources fill its inputs.
// Its statistics are those that the game records. If gradients is true, it also computes the
// gradient of the loss of each player by its weights. A source that cannot fill an input is
// an error.
func (t *Trainer) NewEvaluation(device *engine.Device, sources []Source, seed uint64, gradients bool) (*Evaluation, error) {
	e := &Evaluation{}
	r := newRound(t.game, t.game.Round, t.vars, seed)
	var outputs []*tensor.Tensor
	err := tensor.Try(func() {
		trace := r.trace(t.game.Players)
		losses := t.game.Play(trace)
		for _, record := range trace.records {
			e.names = append(e.names, record.name)
			outputs = append(outputs, record.value)
		}
		if gradients {
			outputs = e.addGradients(t, r, losses, outputs)
		}
		r.plays = append(r.plays, trace.data)
	})
	if err != nil {
		return nil, fmt.Errorf("game: evaluation: %w", err)
	}
	if e.program, err = device.Compile(t.store, outputs); err != nil {
		return nil, fmt.Errorf("game: evaluation: %w", err)
	}
	_, err = e.bind(r.plays, sources)
	return e, err
}

// addGradients appends the norm of each gradient, and the share of units without one.
func (e *Evaluation) addGradients(t *Trainer, r *round, losses Losses, outputs []*tensor.Tensor) []*tensor.Tensor {
	for _, p := range t.game.Players {
		if losses[p.Name] == nil {
			continue
		}
		var weights []*nn.Param
		var axes []int
		var values []*tensor.Tensor
		for _, n := range p.Networks {
			for _, param := range n.Trainable() {
				if axis, ok := n.UnitAxis(param); ok {
					weights, axes, values = append(weights, param), append(axes, axis), append(values, r.ctx.Value(param))
				}
			}
		}
		for i, g := range tensor.Grads(losses[p.Name], values...) {
			e.layers = append(e.layers, layer{player: p.Name, name: weights[i].Name, norm: len(outputs), dead: len(outputs) + 1})
			outputs = append(outputs, g.Square().Sum().Sqrt().Convert(tensor.Float32), deadShare(g, axes[i]))
		}
	}
	return outputs
}

// deadShare returns the share of the units along an axis of a gradient that have only
// elements that are exactly 0.
func deadShare(g *tensor.Tensor, axis int) *tensor.Tensor {
	var others []int
	for i := range g.Rank() {
		if i != axis {
			others = append(others, i)
		}
	}
	most := g.Abs().MaxOver(others...)
	return most.Compare(tensor.Equal, tensor.Zeros(most.DType(), most.Shape()...)).Convert(tensor.Float32).Mean()
}

// Run plays with the next minibatch. It returns the recorded statistics by name.
func (e *Evaluation) Run() (map[string]float64, error) {
	for _, r := range e.readings {
		if err := r.source.Next(r.Minibatch); err != nil {
			return nil, fmt.Errorf("evaluation: %w", err)
		}
	}
	e.program.Run()
	statistics := map[string]float64{}
	for i, name := range e.names {
		statistics[name] = e.output(i)
	}
	return statistics, nil
}

// A LayerGradient is the gradient of the loss of a player by a weight, in one play.
type LayerGradient struct {
	Player, Weight string
	Norm           float64
	Dead           float64 // share of the units with a gradient of exactly 0
}

// Layers returns the gradients of the last play.
func (e *Evaluation) Layers() []LayerGradient {
	var list []LayerGradient
	for _, l := range e.layers {
		list = append(list, LayerGradient{l.player, l.name, e.output(l.norm), e.output(l.dead)})
	}
	return list
}
