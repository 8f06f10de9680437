package game

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// Check returns an error if the game cannot be played. These are errors: Play is nil;
// Batch is less than 1; a player is nil, has the name of another player, no Optimizer
// or a nil network; a move has a negative Times, the same player twice, or a player
// that is not in Players.
func (g *Game) Check() error {
	switch {
	case g.Play == nil:
		return fmt.Errorf("game: Game.Play is not set")
	case g.Batch < 1:
		return fmt.Errorf("game: Game.Batch is %d, want at least 1", g.Batch)
	}
	for i, p := range g.Players {
		switch {
		case p == nil:
			return fmt.Errorf("game: player number %d of Game.Players is nil", i)
		case slices.ContainsFunc(g.Players[:i], func(q *Player) bool { return q.Name == p.Name }):
			return hint.Add(fmt.Errorf("game: two players are called %q", p.Name), "give each player a different name, and list it once")
		case p.Optimizer == nil:
			return hint.Add(fmt.Errorf("game: player %q has no Optimizer", p.Name), "set it, to an optim.Adam for example")
		case slices.Contains(p.Networks, nil):
			return fmt.Errorf("game: one of the networks of player %q is nil", p.Name)
		}
	}
	if err := g.checkNext(); err != nil {
		return err
	}
	for i, phase := range g.Phases {
		if err := g.checkMoves(phase.Round, fmt.Sprintf("Game.Phases[%d].Round", i)); err != nil {
			return err
		}
	}
	return g.checkMoves(g.Round, "Game.Round")
}

// checkMoves returns an error if a move is invalid. field is the name of the moves.
func (g *Game) checkMoves(moves []Move, field string) error {
	for i, m := range moves {
		if m.Times < 0 {
			return fmt.Errorf("game: move %d of %s has Times = %d, want at least 0", i, field, m.Times)
		}
		for k, p := range m.Players {
			switch {
			case p == nil:
				return fmt.Errorf("game: a player of move %d of %s is nil", i, field)
			case !slices.Contains(g.Players, p):
				return hint.Add(fmt.Errorf("game: player %q moves but is not in Game.Players", p.Name), "add it there")
			case slices.Contains(m.Players[:k], p):
				return fmt.Errorf("game: player %q is in move %d of %s twice", p.Name, i, field)
			}
		}
	}
	return nil
}

// Unset returns the name of an input that roots depend on and that has no value: it is
// neither a variable of store nor one of known. If there is none, it returns "".
func Unset(store *engine.Store, roots []*tensor.Tensor, known ...*tensor.Tensor) string {
	for _, t := range tensor.Ancestors(roots, nil) {
		attr, ok := t.Attr().(tensor.InputAttr)
		if !ok || slices.Contains(known, t) {
			continue
		}
		if _, ok := store.Memory(t); !ok {
			return attr.Name
		}
	}
	return ""
}

// checkOwners returns an error if the round reads a parameter that no player has. Its
// value would always be 0.
func (r *round) checkOwners(store *engine.Store) error {
	roots := r.outputs()
	for _, u := range r.updates() {
		roots = append(roots, u.Value)
	}
	var known []*tensor.Tensor
	for _, play := range r.plays {
		for _, input := range play {
			known = append(known, input)
		}
	}
	if name := Unset(store, roots, known...); name != "" {
		return hint.Add(fmt.Errorf("game: the play reads %s, which no player has", name),
			"add its network to a player; the player need not move")
	}
	return nil
}

// LargestProduct returns the number of elements of the result of the largest matrix
// product or convolution in a play. The result needs memory for all of them. It traces
// a play and does not run it. A play that cannot be traced is an error.
func (g *Game) LargestProduct() (elements float64, err error) {
	if err := g.Check(); err != nil {
		return 0, err
	}
	misuse := tensor.Try(func() {
		t := newRound(g, g.Round, newVariables(g), 0).trace(g.Players)
		var roots []*tensor.Tensor
		for _, loss := range g.Play(t) {
			if loss != nil {
				roots = append(roots, loss)
			}
		}
		for _, t := range tensor.Ancestors(roots, nil) {
			if name := t.Op().Name; name != "dot" && name != "conv" {
				continue
			}
			size := 1.0
			for _, d := range t.Shape() {
				size *= float64(d)
			}
			elements = max(elements, size)
		}
	})
	if misuse != nil {
		return 0, fmt.Errorf("game: %w", misuse)
	}
	return elements, nil
}
