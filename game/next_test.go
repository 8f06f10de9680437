package game

import (
	"context"
	"strings"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// chosen is a quarrel in which b moves next if (a - b)^2 < 9, and otherwise a.
func chosen(rate float64) *Game {
	g := quarrel(rate, func(a, _ *Player) []Move { return Simultaneous(a) })
	a, b := g.Players[0], g.Players[1]
	g.Next = NextRound("turn")
	turn := &nn.Network{Name: "turn", Params: []*nn.Param{g.Next}}
	a.Networks, b.Networks = append(a.Networks, turn), append(b.Networks, turn)
	g.Phases = []Phase{{Round: Simultaneous(b)}}
	and(g, func(t *Trace) {
		apart := t.Value(a.Networks[0].Params[0]).Sub(t.Value(b.Networks[0].Params[0])).Square()
		near := apart.Reshape().Compare(tensor.Less, tensor.Scalar(tensor.Float32, 9))
		t.Set(g.Next, near.Convert(tensor.Uint32))
	})
	return g
}

// TestNextRound compares a game whose plays choose the next round with its rounds by hand.
func TestNextRound(t *testing.T) {
	const rate, rounds = .1, 12
	trainer, got := play(t, chosen(rate), rounds)
	a, b, next := 1., -3., 0.
	moves := map[float64]float64{}
	for range rounds {
		mover := next
		next = 0
		if (a-b)*(a-b) < 9 {
			next = 1
		}
		if mover == 0 {
			a -= rate * 2 * (a - b)
		} else {
			b -= rate * 2 * (b - 2*a)
		}
		moves[mover]++
	}
	if moves[0] == 0 || moves[1] == 0 {
		t.Fatalf("the test makes %v moves", moves)
	}
	for name, want := range map[string]float64{
		"A.0.w": a, "B.0.w": b, "turn": next, "updates/a": moves[0], "updates/b": moves[1],
	} {
		if !near(got[name], want) {
			t.Errorf("%s is %g, want %g", name, got[name], want)
		}
	}
	memory, _ := trainer.Store().Memory(trainer.game.Next.Value)
	memory.Uint32()[0] = 2
	err := trainer.Train(context.Background(), rounds+1, nil)
	if want := "game: step 13: turn is 2, and the game has the rounds 0 to 1"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

// TestNextRefused compiles games in which it is not clear which round is next.
func TestNextRefused(t *testing.T) {
	for want, change := range map[string]func(*Game){
		"game: phase 0 of Game.Phases has a When, and Game.Next chooses the rounds": func(g *Game) { g.Phases[0].When = always },
		"game: phase 0 of Game.Phases has no When":                                  func(g *Game) { g.Next = nil },
		"game: Game.Next is float32[], want a buffer that is a uint32 scalar": func(g *Game) {
			g.Next = nn.NewParam("turn", tensor.Float32, nn.Zeros)
			g.Next.Buffer = true
		},
		"game: Game.Next is other, which no player has": func(g *Game) { g.Next = NextRound("other") },
	} {
		g := chosen(.1)
		change(g)
		if err := g.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
