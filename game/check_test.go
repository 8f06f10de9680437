package game

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// TestGamesRefused compiles games that cannot be played, and wants one clear error.
func TestGamesRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(g *Game)
		say    string
	}{
		{"no play", func(g *Game) { g.Play = nil }, "game: Game.Play is not set"},
		{"no batch", func(g *Game) { g.Batch = 0 }, "game: Game.Batch is 0, want at least 1"},
		{"a nil player", func(g *Game) { g.Players = append(g.Players, nil) }, "game: player number 1 of Game.Players is nil"},
		{"no optimiser", func(g *Game) { g.Players[0].Optimizer = nil }, `game: player "w" has no Optimizer (hint: set it, to an optim.Adam for example)`},
		{"a nil network", func(g *Game) { g.Players[0].Networks = []*nn.Network{nil} }, `game: one of the networks of player "w" is nil`},
		{"a stranger moves", func(g *Game) { g.Round = Simultaneous(&Player{Name: "v"}) }, `game: player "v" moves but is not in Game.Players (hint: add it there)`},
		{"nobody moves", func(g *Game) { g.Round = Simultaneous(nil) }, "game: a player of move 0 of Game.Round is nil"},
		{"twice in a move", func(g *Game) { g.Round = Simultaneous(g.Players[0], g.Players[0]) }, `game: player "w" is in move 0 of Game.Round twice`},
		{"moves below 0", func(g *Game) { g.Round[0].Times = -1 }, "game: move 0 of Game.Round has Times = -1, want at least 0"},
		{"no loss", func(g *Game) { g.Play = func(*Trace) Losses { return nil } }, `a play has no loss for player "w", which moves`},
		{"no such input", also(func(tr *Trace, _ *Player) { tr.Data("d") }), `a play reads "d", which is not in Game.Inputs`},
		{"not a scalar", also(func(tr *Trace, w *Player) { tr.Record(w, "rows", tr.Data("a")) }), `the statistic "rows" is float32[3,1], want a floating-point scalar`},
		{"whole numbers", also(func(tr *Trace, w *Player) { tr.Record(w, "n", tensor.Scalar(tensor.Int32, 1)) }), `the statistic "n" is int32[], want a floating-point scalar`},
		{"no value", also(func(tr *Trace, w *Player) { tr.Record(w, "n", nil) }), `the statistic "n" is <nil>, want a floating-point scalar`},
		{"a loss of its own", also(func(tr *Trace, w *Player) { tr.Record(w, "loss.P", tr.Data("a").Mean()) }), `a statistic has the name "loss.P": `},
		{"of a stranger", also(func(tr *Trace, _ *Player) { tr.Record(nil, "n", tr.Data("a").Mean()) }), `the statistic "n" belongs to a player that is not in Game.Players`},
	} {
		g := reader("a")
		c.change(g)
		_, err := newTrainer(t, g, &ones{inputs: []string{"a"}})
		if err == nil || !strings.Contains(hint.Text(err), c.say) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
	}
	for name, source := range map[string]Source{"a nil source": nil, "a nil pointer": (*ones)(nil)} {
		if _, err := newTrainer(t, reader("a"), &ones{inputs: []string{"a"}}, source); err == nil || err.Error() != "game: source number 1 is nil" {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// also returns a change of the game: its plays also call the given function.
func also(more func(tr *Trace, w *Player)) func(*Game) {
	return func(g *Game) {
		play := g.Play
		g.Play = func(tr *Trace) Losses {
			more(tr, g.Players[0])
			return play(tr)
		}
	}
}

// TestForgottenNetworkIsNamed compiles a play that reads a network which no player
// has, directly and while batch statistics are collected.
func TestForgottenNetworkIsNamed(t *testing.T) {
	g, C, W := reader("a"), nn.New("C", []int{1}, nn.Linear(1, nn.He, nn.Zeros)), nn.New("B", []int{1}, nn.BatchNorm)
	g.Players[0].Networks = append(g.Players[0].Networks, W)
	whole, err := newTrainer(t, g, &ones{inputs: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	play := g.Play
	g.Play = func(tr *Trace) Losses {
		return Losses{"w": play(tr)["w"].Add(C.Apply(tr.Context, tr.Data("a")).Square().Mean())}
	}
	const say = "game: the play reads C.0.weight, which no player has"
	if _, err := newTrainer(t, g, &ones{inputs: []string{"a"}}); err == nil || err.Error() != say || hint.Of(err) == "" {
		t.Errorf("error %v, want %q", err, say)
	}
	c := &Player{Name: "c", Networks: []*nn.Network{C}, Optimizer: optim.SGD{LearningRate: optim.Constant(1), Momentum: optim.Constant(0)}}
	g.Players = append(g.Players, c) // which does not move
	if _, err := newTrainer(t, g, &ones{inputs: []string{"a"}}); err != nil {
		t.Error(err)
	}
	device := engine.NewDevice(1)
	defer device.Close()
	const statistics = "game: batch statistics depend on C.0.weight, which no player has"
	_, err = whole.NewBatchStatistics(device, 1, func(c *nn.Context) {
		W.Apply(c, C.Apply(c, c.Normal(4, 1)))
	})
	if err == nil || err.Error() != statistics {
		t.Errorf("error %v, want %q", err, statistics)
	}
}

// TestSourcesAreNamed has a source that fails, and one with a number that is not finite.
func TestSourcesAreNamed(t *testing.T) {
	fail := errors.Join(errors.New("the disk"), errors.New("is gone"))
	given := func(x float32, err error) Source {
		return Fill(func(call int64, m Minibatch) error {
			clear(m["a"].Float32())
			if call == 2 {
				m["a"].Float32()[1] = x
				return err
			}
			return nil
		}, "a", "b")
	}
	trainer, err := newTrainer(t, reader("a"), given(0, fail))
	if err != nil {
		t.Fatal(err)
	}
	err = trainer.Train(context.Background(), 2, nil)
	var failed *SourceError
	if !errors.As(err, &failed) || !errors.Is(err, fail) || err.Error() != "step 2: the source of a, b: the disk; is gone" {
		t.Errorf("error %v", err)
	}
	if trainer, err = newTrainer(t, reader("a"), given(float32(math.NaN()), nil)); err != nil {
		t.Fatal(err)
	}
	err = trainer.Train(context.Background(), 2, nil)
	var diverged *DivergedError
	if !errors.As(err, &diverged) || !diverged.FromSource() || err.Error() != "step 2: the source of a gave 1 of 3 numbers that are not finite" {
		t.Errorf("error %v", err)
	}
	if e := (&DivergedError{Step: 3, Variable: "source 0/kept", Count: 1, Size: 2}); !e.FromSource() ||
		e.Error() != "step 3: 1 of the 2 elements of source 0/kept, the state of a source, are not finite" {
		t.Errorf("error %v", e)
	}
}

// TestFillGoesOn resumes a source that is filled by the number of the call.
func TestFillGoesOn(t *testing.T) {
	fill := func(call int64, m Minibatch) error {
		m["x"].Float32()[0] = float32(call)
		return nil
	}
	m := Minibatch{"x": {}}
	for _, position := range []int64{0, 7} {
		s := Fill(fill, "x")
		m["x"] = engine.MemoryOf(make([]float32, 1))
		if err := errors.Join(s.SetPosition(position), s.Next(m)); err != nil || m["x"].Float32()[0] != float32(position) {
			t.Errorf("call %g, want %d, error %v", m["x"].Float32()[0], position, err)
		}
	}
	if err := Fill(fill, "x").SetPosition(-1); err == nil {
		t.Error("a negative position is taken")
	}
}

// TestLargestProduct counts the largest product of a play without computing it.
func TestLargestProduct(t *testing.T) {
	W := nn.New("W", []int{3}, nn.Linear(5, nn.He, nil), nn.Linear(2, nn.He, nil))
	w := &Player{Name: "w", Networks: []*nn.Network{W}, Optimizer: optim.SGD{LearningRate: optim.Constant(1), Momentum: optim.Constant(0)}}
	g := &Game{Players: []*Player{w}, Round: Simultaneous(w), Batch: 1 << 30}
	g.Play = func(t *Trace) Losses { return Losses{"w": W.Apply(t.Context, t.Context.Normal(g.Batch, 3)).Mean()} }
	if n, err := g.LargestProduct(); err != nil || n != 5*(1<<30) {
		t.Errorf("%g elements, error %v", n, err)
	}
	g.Play = func(t *Trace) Losses { return Losses{"w": t.Data("x")} }
	if _, err := g.LargestProduct(); err == nil {
		t.Error("a play that cannot be traced has a product")
	}
}
