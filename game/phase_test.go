package game

import (
	"strings"
	"testing"

	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// TestPhases plays a game in which b rests in the first two of every three rounds. The
// learning rate of b is the number of its updates plus 1, so that a wrong count is seen.
func TestPhases(t *testing.T) {
	const rate = .1
	g := quarrel(rate, func(a, b *Player) []Move { return Alternate(a, b, 2) })
	a, b := g.Players[0], g.Players[1]
	b.Optimizer = optim.SGD{
		LearningRate: func(step *tensor.Tensor) *tensor.Tensor { return step.Plus(1).Scale(rate) },
		Momentum:     optim.Constant(0),
	}
	g.Phases = []Phase{{
		When:  func(round int64) bool { return round%3 != 2 },
		Round: []Move{{[]*Player{a}, 2}},
	}}
	trainer, got := play(t, g, 7)
	x, y, updates := 1., -3., 0.
	for round := range 7 {
		for range 2 {
			x -= rate * 2 * (x - y)
		}
		if round%3 == 2 {
			y -= rate * (updates + 1) * 2 * (y - 2*x)
			updates++
		}
	}
	if !near(got["A.0.w"], x) || !near(got["B.0.w"], y) {
		t.Errorf("after 7 rounds a = %g, b = %g, want %g, %g", got["A.0.w"], got["B.0.w"], x, y)
	}
	if got["updates/a"] != 14 || got["updates/b"] != 2 {
		t.Errorf("a made %g updates and b %g, want 14 and 2", got["updates/a"], got["updates/b"])
	}
	trainer.Statistics(func(name string, _ float64) {
		if name == "loss.b" {
			t.Error("b did not move in the last round, and has a loss")
		}
	})
}

// TestPlayKnowsPhase has a loss that differs in a phase.
func TestPlayKnowsPhase(t *testing.T) {
	g := quarrel(.1, func(a, _ *Player) []Move { return Simultaneous(a) })
	g.Phases = []Phase{
		{When: func(int64) bool { return false }, Round: g.Round},
		{When: func(round int64) bool { return round > 0 }, Round: g.Round},
	}
	plain := g.Play
	g.Play = func(t *Trace) Losses {
		losses := plain(t)
		losses["a"] = losses["a"].Scale(float64(t.Phase() + 2)) // 1, or 3 in the second phase
		return losses
	}
	_, got := play(t, g, 2)
	x := 1.
	for _, weight := range []float64{1, 3} {
		x -= .1 * weight * 2 * (x + 3)
	}
	if !near(got["A.0.w"], x) {
		t.Errorf("a is %g, want %g", got["A.0.w"], x)
	}
}

// TestAverageFromZero begins an average at 0.
func TestAverageFromZero(t *testing.T) {
	g := quarrel(.1, func(a, _ *Player) []Move { return Simultaneous(a) })
	g.Players[0].Average.FromZero = true
	_, got := play(t, g, 2)
	x, average := 1., 0.
	for range 2 {
		x -= .1 * 2 * (x + 3)
		average += .5 * (x - average)
	}
	if !near(got["average/A.0.w"], average) {
		t.Errorf("the average is %g, want %g", got["average/A.0.w"], average)
	}
}

// TestPhasesRefused compiles phases that cannot be played.
func TestPhasesRefused(t *testing.T) {
	for name, c := range map[string]struct {
		phase func(w *Player) Phase
		say   string
	}{
		"no When":        {func(w *Player) Phase { return Phase{Round: Simultaneous(w)} }, "game: phase 0 of Game.Phases has no When"},
		"a stranger":     {func(*Player) Phase { return Phase{always, Simultaneous(&Player{Name: "v"})} }, `game: player "v" moves but is not in Game.Players`},
		"more examples":  {func(w *Player) Phase { return Phase{always, []Move{{[]*Player{w}, 3}}} }, "game: a round of Game.Phases[0] reads"},
		"negative Times": {func(w *Player) Phase { return Phase{always, []Move{{[]*Player{w}, -1}}} }, "game: move 0 of Game.Phases[0].Round has Times = -1"},
	} {
		g := reader("a")
		g.Phases = []Phase{c.phase(g.Players[0])}
		if _, err := newTrainer(t, g, &ones{inputs: []string{"a"}}); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v, want %q", name, err, c.say)
		}
	}
}

func always(int64) bool { return true }
