package game

import (
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A round is the trace of all moves of a round. It has the values to compute, the
// updates of variables and the inputs that are read.
type round struct {
	game  *Game
	moves []Move
	phase int // index in Game.Phases; -1: Game.Round
	vars  *variables
	ctx   *nn.Context

	plays   []map[string]*tensor.Tensor // the inputs of each play
	moved   map[*Player]int             // number of updates so far, also those that are skipped
	kept    map[*Player]*tensor.Tensor  // of gated players: number of updates so far that are not skipped, uint32
	stats   map[string]*tensor.Tensor   // by name; a later value replaces an earlier one
	names   []string                    // of stats, in the order in which they were first recorded
	details bool
}

// traceRound traces the moves of a phase of a game, or of Game.Round if phase is -1. If
// details is true, the statistics include gradient norms.
func traceRound(g *Game, phase int, vars *variables, seed uint64, details bool) *round {
	moves := g.Round
	if phase >= 0 {
		moves = g.Phases[phase].Round
	}
	r := newRound(g, moves, vars, seed)
	r.phase = phase
	r.details = details
	for _, m := range moves {
		for range m.Times {
			r.move(m.Players)
		}
	}
	return r
}

// newRound returns a round in which no move has been traced.
func newRound(g *Game, moves []Move, vars *variables, seed uint64) *round {
	return &round{
		game: g, moves: moves, phase: -1, vars: vars,
		ctx:   nn.NewContext(true, nn.Seeded(seed, counterOf(vars.step))),
		moved: map[*Player]int{},
		kept:  map[*Player]*tensor.Tensor{},
		stats: map[string]*tensor.Tensor{},
	}
}

// move traces one play and then the updates of players. All gradients are computed
// before the first update.
func (r *round) move(players []*Player) {
	t := r.trace(players)
	losses := r.game.Play(t)
	r.plays = append(r.plays, t.data)
	gradients := make([][]*tensor.Tensor, len(players))
	for i, p := range players {
		loss := losses[p.Name]
		if loss == nil {
			tensor.Misuse("game", nil, "a play has no loss for player %q, which moves", p.Name)
		}
		var values []*tensor.Tensor
		for _, param := range p.params() {
			values = append(values, r.ctx.Value(param))
		}
		gradients[i] = tensor.Grads(loss, values...)
		r.setStatistic(LossPrefix+p.Name, loss)
		if r.details {
			r.setStatistic(GradientPrefix+p.Name, norm(gradients[i]))
		}
	}
	for i, p := range players {
		r.update(p, gradients[i], t.gateOf(p))
	}
	for _, rec := range t.records {
		if slices.Contains(players, rec.player) {
			r.setStatistic(rec.name, rec.value)
		}
	}
}

// buffersOfOthers returns the buffers of the players that do not move, such as running
// statistics. A play must not change them.
func (r *round) buffersOfOthers(players []*Player) []*nn.Param {
	moving := map[*nn.Network]bool{}
	for _, p := range players {
		for _, n := range p.Networks {
			moving[n] = true
		}
	}
	var buffers []*nn.Param
	for _, p := range r.game.Players {
		for _, n := range p.Networks {
			for _, param := range n.Params {
				if param.Buffer && !moving[n] {
					buffers = append(buffers, param)
				}
			}
		}
	}
	return buffers
}

// update changes the parameters of one player by its gradients, if the gate is open or nil.
// The new values are constants for later moves: these do not differentiate through this
// update.
func (r *round) update(p *Player, gradients []*tensor.Tensor, gate *tensor.Tensor) {
	step := r.updatesOf(p)
	r.count(p, gate)
	if all, ok := p.Optimizer.(optim.Transformer); ok {
		gradients = all.Transform(gradients)
	}
	for i, param := range p.params() {
		slots := r.vars.slots[slotKey{p, param}]
		old := make([]*tensor.Tensor, len(slots))
		for j, s := range slots {
			old[j] = r.ctx.Value(s)
		}
		value, next := p.Optimizer.Next(r.ctx.Value(param), old, gradients[i], step)
		r.through(gate, param, value)
		for j, s := range slots {
			r.through(gate, s, next[j])
		}
		if average := r.vars.averages[param]; average != nil && p.Average.Decay > 0 {
			r.through(gate, average, p.Average.Next(r.ctx.Value(average), value, step))
		}
	}
}

// updatesOf returns the number of updates of a player so far, a float32 scalar.
func (r *round) updatesOf(p *Player) *tensor.Tensor {
	if before := r.vars.moves[p]; before != nil {
		return r.plusMoved(before.Value, p).Convert(tensor.Float32)
	}
	perRound := 0
	for _, m := range r.moves {
		if slices.Contains(m.Players, p) {
			perRound += m.Times
		}
	}
	return r.vars.step.Convert(tensor.Float32).Scale(float64(perRound)).Plus(float64(r.moved[p]))
}

// plusMoved adds the number of updates of a player so far in this round to a number of
// updates, uint32.
func (r *round) plusMoved(before *tensor.Tensor, p *Player) *tensor.Tensor {
	if p.Gated {
		if r.kept[p] == nil {
			return before
		}
		return before.Add(r.kept[p])
	}
	return before.Add(tensor.Scalar(tensor.Uint32, float64(r.moved[p])))
}

// trace returns the trace of the next play, in which players move.
func (r *round) trace(players []*Player) *Trace {
	return &Trace{Context: r.ctx.Holding(r.buffersOfOthers(players)), game: r.game, round: r, play: len(r.plays), data: map[string]*tensor.Tensor{}}
}

func (r *round) set(p *nn.Param, value *tensor.Tensor) { r.ctx.Set(p, value.StopGradient()) }

// Prefixes of the statistics of a player that moves. The name of the player follows.
const (
	LossPrefix     = "loss."
	GradientPrefix = "gradient." // the Euclidean norm of its gradient
	SkippedPrefix  = "skipped."  // of a gated player: the share of its updates in the round that are skipped
)

// setStatistic records a statistic. If a round records a name twice, it keeps the last
// value.
func (r *round) setStatistic(name string, value *tensor.Tensor) {
	if r.stats[name] == nil {
		r.names = append(r.names, name)
	}
	r.stats[name] = value
}

// norm returns the Euclidean norm of all gradients together, 0 if there are none.
func norm(gradients []*tensor.Tensor) *tensor.Tensor {
	sum := tensor.Scalar(tensor.Float32, 0)
	for _, g := range gradients {
		sum = sum.Add(g.Square().Sum().Convert(tensor.Float32))
	}
	return sum.Sqrt()
}

// outputs returns the statistics in the order of their names.
func (r *round) outputs() []*tensor.Tensor {
	values := make([]*tensor.Tensor, len(r.names))
	for i, name := range r.names {
		values[i] = r.stats[name]
	}
	return values
}

// updates returns the new values of all variables that the round changes.
func (r *round) updates() []engine.Update {
	updates := []engine.Update{{
		Variable: r.vars.step,
		Value:    r.vars.step.Add(tensor.Scalar(tensor.Uint32, 1)),
	}}
	for _, p := range r.game.Players {
		if m := r.vars.moves[p]; m != nil && r.moved[p] > 0 {
			updates = append(updates, engine.Update{Variable: m.Value, Value: r.plusMoved(m.Value, p)})
		}
	}
	for _, p := range r.ctx.Changed(r.vars.all) {
		if value := r.ctx.Value(p); value != p.Value {
			updates = append(updates, engine.Update{Variable: p.Value, Value: value})
		}
	}
	return updates
}
