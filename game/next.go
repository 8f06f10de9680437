package game

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// NextRound returns a parameter for Game.Next, with the value 0 at first: the game begins
// with Game.Round. It is a buffer, so that a checkpoint contains it, and a resumed game
// plays the same rounds.
func NextRound(name string) *nn.Param {
	p := nn.NewParam(name, tensor.Uint32, nn.Zeros)
	p.Buffer = true
	return p
}

// checkNext returns an error if it is not clear which round is played next.
func (g *Game) checkNext() error {
	for i, phase := range g.Phases {
		switch {
		case g.Next == nil && phase.When == nil:
			return fmt.Errorf("game: phase %d of Game.Phases has no When", i)
		case g.Next != nil && phase.When != nil:
			return fmt.Errorf("game: phase %d of Game.Phases has a When, and Game.Next chooses the rounds", i)
		}
	}
	if g.Next == nil {
		return nil
	}
	if v := g.Next.Value; !g.Next.Buffer || v.DType() != tensor.Uint32 || v.Rank() != 0 {
		return fmt.Errorf("game: Game.Next is %v, want a buffer that is a uint32 scalar", v)
	}
	for _, p := range g.Players {
		for _, n := range p.Networks {
			if slices.Contains(n.Params, g.Next) {
				return nil
			}
		}
	}
	return fmt.Errorf("game: Game.Next is %s, which no player has", g.Next.Name)
}

// next returns the round to play. It depends only on the number of the round and on
// variables, which a checkpoint contains.
func (t *Trainer) next() (*compiled, error) {
	if next := t.game.Next; next != nil {
		memory, _ := t.store.Memory(next.Value)
		i := memory.Uint32()[0]
		if int64(i) >= int64(len(t.rounds)) {
			return nil, fmt.Errorf("game: step %d: %s is %d, and the game has the rounds 0 to %d", t.Step()+1, next.Name, i, len(t.rounds)-1)
		}
		return &t.rounds[i], nil
	}
	for i, phase := range t.game.Phases {
		if phase.When(t.Step()) {
			return &t.rounds[1+i], nil
		}
	}
	return &t.rounds[0], nil
}
