package game

import (
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// gated is a quarrel in which a is updated only if (a - b)^2 is more than 4. Its learning
// rate depends on the number of its updates, and it has momentum and an average.
func gated(rate float64) *Game {
	g := quarrel(rate, func(a, b *Player) []Move { return Alternate(a, b, 2) })
	a := g.Players[0]
	a.Gated = true
	a.Optimizer = optim.SGD{
		LearningRate: func(step *tensor.Tensor) *tensor.Tensor { return step.Plus(1).Scale(rate) },
		Momentum:     optim.Constant(.5),
	}
	inner := g.Play
	g.Play = func(t *Trace) Losses {
		losses := inner(t)
		t.Gate(a, losses["a"].Compare(tensor.Greater, tensor.Scalar(tensor.Float32, 4)))
		return losses
	}
	return g
}

// TestGate compares a gated game with its rounds by hand: a skipped update changes neither
// the parameter nor the velocity, the average and the number of updates.
func TestGate(t *testing.T) {
	const rate, rounds = .03, 12
	trainer, got := play(t, gated(rate), rounds)
	a, b, velocity, average, updates, skipped, both := 1., -3., 0., 1., 0., 0., 0.
	for range rounds {
		skipped = 0
		for range 2 {
			if (a-b)*(a-b) <= 4 {
				skipped += .5
				continue
			}
			velocity = .5*velocity - rate*(updates+1)*2*(a-b)
			a += velocity
			average = .5*average + .5*a
			updates++
		}
		b -= rate * 2 * (b - 2*a)
		both += skipped
	}
	if both == 0 || updates == 0 {
		t.Fatalf("the test makes %g updates and skips %g", updates, 2*both)
	}
	for name, want := range map[string]float64{
		"A.0.w": a, "B.0.w": b, "velocity/A.0.w": velocity, "average/A.0.w": average, "updates/a": updates,
	} {
		if !near(got[name], want) {
			t.Errorf("%s is %g, want %g", name, got[name], want)
		}
	}
	found := false
	trainer.Statistics(func(name string, v float64) {
		if name == "skipped.a" {
			found = true
			if !near(v, skipped) {
				t.Errorf("%g of the updates were skipped, want %g", v, skipped)
			}
		}
	})
	if !found {
		t.Error("there is no statistic skipped.a")
	}
}

// TestGateKeepsStatistics wants running statistics to change in a skipped update too.
func TestGateKeepsStatistics(t *testing.T) {
	D := nn.New("D", []int{1}, nn.BatchNorm, nn.Linear(1, nn.Constant(1), nn.Zeros))
	d := &Player{Name: "d", Networks: []*nn.Network{D}, Gated: true, Optimizer: optim.SGD{LearningRate: optim.Constant(1), Momentum: optim.Constant(0)}}
	_, got := play(t, &Game{
		Players: []*Player{d}, Round: Simultaneous(d), Batch: 2,
		Play: func(t *Trace) Losses {
			x := tensor.Iota(tensor.Float32, 0, 2, 1)
			t.Gate(d, tensor.Scalar(tensor.Bool, 0))
			return Losses{"d": D.Apply(t.Context, x).Square().Mean()}
		},
	}, 1)
	if got["D.1.weight"] != 1 || got["updates/d"] != 0 {
		t.Errorf("a skipped update changed %v", got)
	}
	if got["D.0.mean"] == 0 {
		t.Errorf("the running mean is 0 after a batch with mean 1/2: %v", got)
	}
}

// TestGateMisuse compiles games with wrong gates.
func TestGateMisuse(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	open := tensor.Scalar(tensor.Bool, 1)
	for want, change := range map[string]func(g *Game, a *Player){
		`a play has two gates for player "a"`:                  func(g *Game, a *Player) { and(g, func(t *Trace) { t.Gate(a, open) }) },
		`a play has a gate for player "a", which is not Gated`: func(_ *Game, a *Player) { a.Gated = false },
		`player "b" is Gated, and a play has no gate for it`:   func(g *Game, _ *Player) { g.Players[1].Gated = true },
		`the gate of player "b" is float32[], want a bool scalar`: func(g *Game, _ *Player) {
			and(g, func(t *Trace) { t.Gate(g.Players[1], tensor.Scalar(tensor.Float32, 1)) })
		},
		`a statistic has the name "skipped.b": it must not be empty`: func(g *Game, a *Player) {
			and(g, func(t *Trace) { t.Record(a, "skipped.b", tensor.Scalar(tensor.Float32, 1)) })
		},
	} {
		g := gated(.1)
		change(g, g.Players[0])
		if _, err := NewTrainer(device, g, nil, 1, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// and adds something to the plays of a game.
func and(g *Game, more func(t *Trace)) {
	inner := g.Play
	g.Play = func(t *Trace) Losses {
		losses := inner(t)
		more(t)
		return losses
	}
}
