package game

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A Player is one side of a game: the networks whose parameters it may change,
// and how it changes them to lower its loss.
type Player struct {
	Name      string
	Networks  []*nn.Network
	Optimizer optim.Optimizer

	// Average is the exponential moving average kept of the player's parameters;
	// a decay of 0 keeps none.
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

// A Move lets players change their parameters, all from the same play, so many
// times in a row; 0 times is no move.
type Move struct {
	Players []*Player
	Times   int
}

// Alternate is a round of Algorithm 1: k updates of d, then one of g, each on
// a minibatch of its own.
func Alternate(d, g *Player, k int) []Move {
	return []Move{{[]*Player{d}, k}, {[]*Player{g}, 1}}
}

// Simultaneous is a round in which all players move at once from one forward
// pass, as the 2014 code did.
func Simultaneous(players ...*Player) []Move { return []Move{{players, 1}} }

// Losses holds the loss of each player, a scalar to be minimised, by name.
type Losses map[string]*tensor.Tensor

// An Input is a kind of data a play reads: one minibatch of it, batch axis
// first.
type Input struct {
	Name  string
	DType tensor.DType
	Shape []int
}

// A Game is players and the rules of a round.
type Game struct {
	Players []*Player
	Round   []Move
	Batch   int // examples a minibatch
	Inputs  []Input

	// Play traces one play: from data, noise and the parameters' present
	// values to the losses of all players. A move differentiates the losses
	// of those who move; what they do not depend on is never computed.
	Play func(*Trace) Losses
}

// A Trace is what a play is traced in: the parameters' present values and the
// randomness of its context, the minibatch that it reads, the statistics that
// it records.
type Trace struct {
	*nn.Context
	game    *Game
	play    int
	data    map[string]*tensor.Tensor
	records []record
}

type record struct {
	player *Player
	name   string
	value  *tensor.Tensor
}

// Data returns this play's minibatch of the input called name. It panics with a
// *[tensor.MisuseError], which [NewTrainer] returns as an error, if the game has no
// input of that name.
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
	tensor.Misuse("game", nil, "a play reads %q, which is not among the inputs of the game", name)
	return nil
}

// Record keeps a scalar of floats as a statistic of the round. It is computed when
// player moves and should cost no more than the player's loss does. Its name must
// not begin with [LossPrefix] or [GradientPrefix]. It panics with a
// *[tensor.MisuseError], which [NewTrainer] returns as an error, if one of these is
// not so or the player is not of the game.
func (t *Trace) Record(player *Player, name string, value *tensor.Tensor) {
	switch {
	case value == nil || value.Rank() > 0 || !value.DType().IsFloat():
		tensor.Misuse("game", nil, "the statistic %q is %v, want a scalar of floats", name, value)
	case name == "" || strings.HasPrefix(name, LossPrefix) || strings.HasPrefix(name, GradientPrefix):
		tensor.Misuse("game", nil, "a statistic is called %q: names that begin with %s and %s are those of losses and gradients", name, LossPrefix, GradientPrefix)
	case !slices.Contains(t.game.Players, player):
		tensor.Misuse("game", nil, "the statistic %q is of a player who is not in Game.Players", name)
	}
	t.records = append(t.records, record{player, name, value})
}
