package game

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A Player is one side of a game. It may change the parameters of its networks.
// Its optimiser changes them to lower the loss of the player.
type Player struct {
	Name      string
	Networks  []*nn.Network
	Optimizer optim.Optimizer

	// Gated is true if each play decides, by [Trace.Gate], whether the player is updated.
	Gated bool

	// Average is the exponential moving average of the player's parameters. With
	// a decay of 0 there is no average.
	Average optim.EMA
}

// params returns the parameters the player may change.
func (p *Player) params() []*nn.Param {
	var params []*nn.Param
	for _, n := range p.Networks {
		params = append(params, n.Trainable()...)
	}
	return params
}

// A Move lets players change their parameters. They all use the losses of the
// same play.
type Move struct {
	Players []*Player
	// Times is the number of times that the move is made in a round, each time with a new
	// play. If it is 0 or not set, the move is never made.
	Times int
}

// Alternate returns a round of Algorithm 1 of Goodfellow et al. 2014: k updates of
// d, then one of g, each with a new minibatch.
func Alternate(d, g *Player, k int) []Move {
	return []Move{{[]*Player{d}, k}, {[]*Player{g}, 1}}
}

// Simultaneous returns a round in which all players move at the same time, from one
// forward pass. The code of Goodfellow et al. 2014 did this.
func Simultaneous(players ...*Player) []Move { return []Move{{players, 1}} }

// Losses are the losses by the names of the players. Each is a scalar that the
// player minimises.
type Losses map[string]*tensor.Tensor

// An Input is a tensor of data that a play reads. Each play has a new minibatch
// of it.
type Input struct {
	Name  string
	DType tensor.DType
	Shape []int // includes the batch: [Batch, ...]
}

// A Phase replaces the round of a game for some rounds, for example for a warm-up in
// which only the critic moves.
type Phase struct {
	When  func(round int64) bool // round is the number of rounds played before this one; nil if Game.Next chooses
	Round []Move
}

// A Game is a set of players and the moves of a round.
type Game struct {
	Players []*Player
	Round   []Move
	Phases  []Phase // the first one with a When that returns true replaces Round
	Batch   int     // number of examples in a minibatch
	Inputs  []Input

	// Next, if it is not nil, chooses the round that is played next: 0 is Round, and i+1 is
	// Phases[i]. It is a buffer, a uint32 scalar, which plays set by [nn.Context.Set]. It must be
	// in a network of each player that sets it. See [NextRound].
	Next *nn.Param

	// Play traces one play. It computes the losses of all players from data,
	// noise and the present values of the parameters. A move differentiates
	// the losses of the players that move. Values that these losses do not
	// depend on are never computed.
	Play func(*Trace) Losses
}

// A Trace is the argument of Game.Play. Its context has the present values of the
// parameters and the random numbers. The trace also has the minibatch that the
// play reads and the statistics that it records.
type Trace struct {
	*nn.Context
	game    *Game
	round   *round
	play    int
	data    map[string]*tensor.Tensor
	records []record
	gates   map[*Player]*tensor.Tensor
}

// Phase returns the index in Game.Phases of the round that is traced, or -1 for
// Game.Round. A play can so have another loss in some rounds.
func (t *Trace) Phase() int { return t.round.phase }

type record struct {
	player *Player
	name   string
	value  *tensor.Tensor
}

// Data returns the minibatch of the input called name for this play. If the game
// has no input with that name, it panics with a *[tensor.MisuseError], which
// [NewTrainer] returns as an error.
func (t *Trace) Data(name string) *tensor.Tensor {
	if x := t.data[name]; x != nil {
		return x
	}
	for _, in := range t.game.Inputs {
		if in.Name == name {
			t.data[name] = tensor.Input(fmt.Sprintf("%s#%d", name, t.play), in.DType, in.Shape...)
			return t.data[name]
		}
	}
	tensor.Misuse("game", nil, "a play reads %q, which is not in Game.Inputs", name)
	return nil
}

// Record records a floating-point scalar as a statistic of the round. It is computed
// when player moves, and should not cost more than the player's loss. Its name must
// not be empty or begin with [LossPrefix], [GradientPrefix] or [SkippedPrefix]. The player
// must be in Game.Players. Otherwise Record panics with a *[tensor.MisuseError], which
// [NewTrainer] returns as an error.
func (t *Trace) Record(player *Player, name string, value *tensor.Tensor) {
	switch {
	case value == nil || value.Rank() > 0 || !value.DType().IsFloat():
		tensor.Misuse("game", nil, "the statistic %q is %v, want a floating-point scalar", name, value)
	case name == "" || strings.HasPrefix(name, LossPrefix) || strings.HasPrefix(name, GradientPrefix) || strings.HasPrefix(name, SkippedPrefix):
		tensor.Misuse("game", nil, "a statistic has the name %q: it must not be empty, and %s, %s and %s begin the names of other statistics", name, LossPrefix, GradientPrefix, SkippedPrefix)
	case !slices.Contains(t.game.Players, player):
		tensor.Misuse("game", nil, "the statistic %q belongs to a player that is not in Game.Players", name)
	}
	t.records = append(t.records, record{player, name, value})
}

// Step returns the number of rounds played before this one, a float32 scalar.
func (t *Trace) Step() *tensor.Tensor { return t.round.vars.step.Convert(tensor.Float32) }
