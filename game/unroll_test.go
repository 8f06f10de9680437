package game

import (
	"context"
	"math"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// follower is a game in which a minimises its value after k unrolled updates of b, which
// minimises (b - a)^2.
func follower(k int, ofB optim.Optimizer) *Game {
	A, B := scalar("A", 2), scalar("B", 10)
	a := &Player{Name: "a", Networks: []*nn.Network{A}, Optimizer: optim.SGD{LearningRate: optim.Constant(1), Momentum: optim.Constant(0)}}
	b := &Player{Name: "b", Networks: []*nn.Network{B}, Optimizer: ofB}
	return &Game{
		Players: []*Player{a, b}, Round: Simultaneous(a, b), Batch: 1,
		Play: func(t *Trace) Losses {
			one := tensor.Full(tensor.Float32, 1, 1, 1)
			loss := func() *tensor.Tensor {
				return B.Apply(t.Context, one).Sub(A.Apply(t.Context, one)).Square().Mean()
			}
			losses := Losses{}
			t.Unroll(b, k, loss, func() { losses["a"] = B.Apply(t.Context, one).Mean() })
			losses["b"] = loss()
			return losses
		},
	}
}

// TestUnroll compares a round with its closed form. After k updates b is a + (b-a)(1-2h)^k,
// and its derivative by a is 1 - (1-2h)^k. b itself makes a single update.
func TestUnroll(t *testing.T) {
	const h = .1
	for _, k := range []int{0, 1, 3} {
		trainer, values := play(t, follower(k, optim.SGD{LearningRate: optim.Constant(h), Momentum: optim.Constant(0)}), 1)
		shrink := math.Pow(1-2*h, float64(k))
		if want := 2 - (1 - shrink); !near(values["A.0.w"], want) {
			t.Errorf("%d steps: a is %g, want %g", k, values["A.0.w"], want)
		}
		if want := 2 + 8*(1-2*h); !near(values["B.0.w"], want) {
			t.Errorf("%d steps: b is %g, want %g", k, values["B.0.w"], want)
		}
		trainer.Statistics(func(name string, v float64) {
			if want := 2 + 8*shrink; name == "loss.a" && !near(v, want) {
				t.Errorf("%d steps: b would be %g, want %g", k, v, want)
			}
		})
	}
}

// TestUnrollKeepsOptimizerState unrolls one update after each round. The unrolled update
// must be equal to the update of the next round, and its moments must not be kept.
func TestUnrollKeepsOptimizerState(t *testing.T) {
	adam := optim.Adam{LearningRate: optim.Constant(.3), Beta1: .5, Beta2: .9, Epsilon: 1e-8}
	g := follower(1, adam)
	g.Round = Simultaneous(g.Players[1]) // only b moves
	ahead := 0.0
	inner := g.Play
	g.Play = func(t *Trace) Losses {
		losses := inner(t)
		t.Record(g.Players[1], "ahead", losses["a"])
		return losses
	}
	device := engine.NewDevice(1)
	defer device.Close()
	trainer, err := NewTrainer(device, g, nil, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	for round := range int64(3) {
		if err := trainer.Train(context.Background(), round+1, nil); err != nil {
			t.Fatal(err)
		}
		trainer.Statistics(func(name string, v float64) {
			if name == "ahead" {
				ahead = v
			}
		})
		for _, v := range trainer.Variables() {
			if v.Name == "B.0.w" && float64(v.Memory.Float32()[0]) != ahead {
				t.Errorf("round %d: b is %g, and the unrolled update gave %g", round+1, v.Memory.Float32()[0], ahead)
			}
		}
	}
}

// TestUnrollOfZeroGradients unrolls updates by gradients that are exactly 0, as those of
// units that are off. They change nothing, and their derivative is 0, not NaN.
func TestUnrollOfZeroGradients(t *testing.T) {
	for name, optimizer := range map[string]optim.Optimizer{
		"Adam":    optim.Adam{LearningRate: optim.Constant(.3), Beta1: .5, Beta2: .9, Epsilon: 1e-8},
		"RMSProp": optim.RMSProp{LearningRate: optim.Constant(.3), Decay: .9, Epsilon: 1e-8},
	} {
		g := follower(2, optimizer)
		A, B := g.Players[0].Networks[0], g.Players[1].Networks[0]
		g.Play = func(t *Trace) Losses {
			one := tensor.Full(tensor.Float32, 1, 1, 1)
			off := func() *tensor.Tensor { // b (a-2)^2, with the gradient (a-2)^2 for b
				return B.Apply(t.Context, one).Mul(A.Apply(t.Context, one).Plus(-2).Square()).Mean()
			}
			losses := Losses{"b": off()}
			t.Unroll(g.Players[1], 2, off, func() { losses["a"] = B.Apply(t.Context, one).Mean() })
			return losses
		}
		_, values := play(t, g, 1)
		if values["A.0.w"] != 2 || values["B.0.w"] != 10 {
			t.Errorf("%s: a is %g and b is %g, want 2 and 10", name, values["A.0.w"], values["B.0.w"])
		}
	}
}
