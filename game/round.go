package game

import (
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A round is the trace of all moves: what is to be computed, which variables
// change, and which minibatches are read.
type round struct {
	game *Game
	vars *variables
	ctx  *nn.Context

	plays   []map[string]*tensor.Tensor // the inputs of each play
	moved   map[*Player]int             // updates so far
	stats   map[string]*tensor.Tensor   // the last of each name
	names   []string                    // of stats, in order of appearance
	details bool
}

// traceRound traces the round of a game. details adds gradient norms.
func traceRound(g *Game, vars *variables, seed uint64, details bool) *round {
	counter := tensor.Concatenate(0, vars.step.Reshape(1), tensor.Zeros(tensor.Uint32, 1))
	r := &round{
		game: g, vars: vars, details: details,
		ctx:   nn.NewContext(true, nn.Seeded(seed, counter)),
		moved: map[*Player]int{},
		stats: map[string]*tensor.Tensor{},
	}
	for _, m := range g.Round {
		for range m.Times {
			r.move(m.Players)
		}
	}
	return r
}

// move traces one play and lets players change their parameters: first all
// gradients are taken, then all changes are made.
func (r *round) move(players []*Player) {
	t := &Trace{Context: r.ctx, game: r.game, play: len(r.plays), data: map[string]*tensor.Tensor{}}
	others := r.still(players)
	losses := r.game.Play(t)
	for p, value := range others {
		r.ctx.Set(p, value)
	}
	r.plays = append(r.plays, t.data)
	gradients := make([][]*tensor.Tensor, len(players))
	for i, p := range players {
		loss := losses[p.Name]
		if loss == nil {
			tensor.Misuse("game", nil, "a play has no loss for player %q, who moves", p.Name)
		}
		var values []*tensor.Tensor
		for _, param := range p.params() {
			values = append(values, r.ctx.Value(param))
		}
		gradients[i] = tensor.Grads(loss, values...)
		r.keep(LossPrefix+p.Name, loss)
		if r.details {
			r.keep(GradientPrefix+p.Name, norm(gradients[i]))
		}
	}
	for i, p := range players {
		r.update(p, gradients[i])
	}
	for _, rec := range t.records {
		if slices.Contains(players, rec.player) {
			r.keep(rec.name, rec.value)
		}
	}
}

// still returns what the play of a move may not change although no optimiser
// changes it: the running statistics of players who do not move.
func (r *round) still(players []*Player) map[*nn.Param]*tensor.Tensor {
	values := map[*nn.Param]*tensor.Tensor{}
	moving := map[*nn.Network]bool{}
	for _, p := range players {
		for _, n := range p.Networks {
			moving[n] = true
		}
	}
	for _, p := range r.game.Players {
		for _, n := range p.Networks {
			for _, param := range n.Params {
				if param.Buffer && !moving[n] {
					values[param] = r.ctx.Value(param)
				}
			}
		}
	}
	return values
}

// update changes the parameters of one player by its gradients. What it sets
// is a constant to the moves that follow: they do not differentiate through
// this one.
func (r *round) update(p *Player, gradients []*tensor.Tensor) {
	perRound := 0
	for _, m := range r.game.Round {
		if slices.Contains(m.Players, p) {
			perRound += m.Times
		}
	}
	step := r.vars.step.Convert(tensor.Float32).Scale(float64(perRound)).Plus(float64(r.moved[p]))
	r.moved[p]++
	if all, ok := p.Optimizer.(optim.Transformer); ok {
		gradients = all.Transform(gradients)
	}
	for i, param := range p.params() {
		slots := r.vars.slots[owned{p, param}]
		old := make([]*tensor.Tensor, len(slots))
		for j, s := range slots {
			old[j] = r.ctx.Value(s)
		}
		value, next := p.Optimizer.Next(r.ctx.Value(param), old, gradients[i], step)
		r.set(param, value)
		for j, s := range slots {
			r.set(s, next[j])
		}
		if average := r.vars.averages[param]; average != nil && p.Average.Decay > 0 {
			r.set(average, p.Average.Next(r.ctx.Value(average), value, step))
		}
	}
}

func (r *round) set(p *nn.Param, value *tensor.Tensor) { r.ctx.Set(p, value.StopGradient()) }

// The statistics of every player: the prefix, then its name.
const (
	LossPrefix     = "loss."
	GradientPrefix = "gradient." // the Euclidean norm of its gradient
)

// keep records a statistic; of one name the last in a round counts.
func (r *round) keep(name string, value *tensor.Tensor) {
	if r.stats[name] == nil {
		r.names = append(r.names, name)
	}
	r.stats[name] = value
}

// norm returns the Euclidean norm of all gradients together, 0 of none.
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

// updates returns what the round does to the variables.
func (r *round) updates() []engine.Update {
	updates := []engine.Update{{
		Variable: r.vars.step,
		Value:    r.vars.step.Add(tensor.Scalar(tensor.Uint32, 1)),
	}}
	for _, p := range r.ctx.Changed(r.vars.all) {
		if value := r.ctx.Value(p); value != p.Value {
			updates = append(updates, engine.Update{Variable: p.Value, Value: value})
		}
	}
	return updates
}
