package game

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// scalar is a network with one parameter, a number. It ignores its input.
func scalar(name string, initial float64) *nn.Network {
	return nn.New(name, []int{1}, func(b *nn.Builder, _ []int) nn.Apply {
		w := b.Param("w", nn.Constant(initial))
		return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
			return c.Value(w).BroadcastTo(x.Shape()...)
		}
	})
}

// quarrel is a game of two numbers, a with loss (a - b)^2 and b with loss
// (b - 2a)^2. The test computes its rounds by hand.
func quarrel(rate float64, round func(a, b *Player) []Move) *Game {
	A, B := scalar("A", 1), scalar("B", -3)
	sgd := optim.SGD{LearningRate: optim.Constant(rate), Momentum: optim.Constant(0)}
	a := &Player{Name: "a", Networks: []*nn.Network{A}, Optimizer: sgd, Average: optim.EMA{Decay: 0.5}}
	b := &Player{Name: "b", Networks: []*nn.Network{B}, Optimizer: sgd}
	g := &Game{Players: []*Player{a, b}, Round: round(a, b), Batch: 1}
	g.Play = func(t *Trace) Losses {
		one := tensor.Full(tensor.Float32, 1, 1, 1)
		x, y := A.Apply(t.Context, one), B.Apply(t.Context, one)
		return Losses{"a": x.Sub(y).Square().Mean(), "b": y.Sub(x.Scale(2)).Square().Mean()}
	}
	return g
}

func play(t *testing.T, g *Game, rounds int64) (*Trainer, map[string]float64) {
	t.Helper()
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	trainer, err := NewTrainer(device, g, nil, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Train(context.Background(), rounds, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, v := range trainer.Variables() {
		values[v.Name] = v.Memory.Array(v.Shape...).Data[0]
	}
	return trainer, values
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-5*(1+math.Abs(b)) }

func TestSimultaneousMovesSeeTheSamePlay(t *testing.T) {
	const rate = 0.1
	_, got := play(t, quarrel(rate, func(a, b *Player) []Move { return Simultaneous(a, b) }), 3)
	a, b := 1.0, -3.0
	average := a
	for range 3 {
		a, b = a-rate*2*(a-b), b-rate*2*(b-2*a)
		average = 0.5*average + 0.5*a
	}
	if !near(got["A.0.w"], a) || !near(got["B.0.w"], b) {
		t.Errorf("after 3 rounds a = %g, b = %g, want %g, %g", got["A.0.w"], got["B.0.w"], a, b)
	}
	if !near(got["average/A.0.w"], average) {
		t.Errorf("the average of a is %g, want %g", got["average/A.0.w"], average)
	}
	if got["step"] != 3 {
		t.Errorf("the step is %g, want 3", got["step"])
	}
}

func TestAlternatingMovesSeeTheMovesBefore(t *testing.T) {
	const rate, k = 0.1, 3
	trainer, got := play(t, quarrel(rate, func(a, b *Player) []Move { return Alternate(a, b, k) }), 2)
	a, b := 1.0, -3.0
	var lossA, lossB float64
	for range 2 {
		for range k {
			lossA = (a - b) * (a - b)
			a -= rate * 2 * (a - b)
		}
		lossB = (b - 2*a) * (b - 2*a)
		b -= rate * 2 * (b - 2*a)
	}
	if !near(got["A.0.w"], a) || !near(got["B.0.w"], b) {
		t.Errorf("after 2 rounds a = %g, b = %g, want %g, %g", got["A.0.w"], got["B.0.w"], a, b)
	}
	trainer.Statistics(func(name string, v float64) {
		want := map[string]float64{"loss.a": lossA, "loss.b": lossB}
		if w, ok := want[name]; ok && !near(v, w) {
			t.Errorf("%s is %g, want %g", name, v, w)
		}
	})
}

func TestDivergenceIsNamed(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g := quarrel(1e30, func(a, b *Player) []Move { return Simultaneous(a, b) })
	trainer, err := NewTrainer(device, g, nil, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	err = trainer.Train(context.Background(), 100, func() error { return nil })
	var diverged *DivergedError
	if !errors.As(err, &diverged) {
		t.Fatalf("training with an absurd learning rate returned %v", err)
	}
	if diverged.Statistic == "" || diverged.Step < 1 || diverged.Step > 10 {
		t.Errorf("the report is %+v", diverged)
	}
}

func TestTrainingStopsWithItsContext(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g := quarrel(0.1, func(a, b *Player) []Move { return Simultaneous(a, b) })
	trainer, err := NewTrainer(device, g, nil, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	err = trainer.Train(ctx, 100, func() error {
		if trainer.Step() == 7 {
			stop()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || trainer.Step() != 7 {
		t.Errorf("training stopped at step %d with %v", trainer.Step(), err)
	}
}

func TestRoundAllocatesNothing(t *testing.T) {
	device := engine.NewDevice(2)
	defer device.Close()
	trainer, err := NewTrainer(device, quarrel(1e-3, func(a, b *Player) []Move { return Alternate(a, b, 2) }), nil, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, rounds := context.Background(), int64(0)
	nothing := func() error { return nil }
	if n := testing.AllocsPerRun(50, func() {
		rounds++
		if err := trainer.Train(ctx, rounds, nothing); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a round allocates %g times", n)
	}
}

// TestOnlyTheMoversStatisticsChange plays rounds in which b never moves, although
// every play uses its batch normalisation.
func TestOnlyTheMoversStatisticsChange(t *testing.T) {
	normed := func(name string) *nn.Network {
		return nn.New(name, []int{2}, nn.Linear(2, nn.He, nn.Zeros), nn.BatchNorm)
	}
	A, B := normed("A"), normed("B")
	sgd := optim.SGD{LearningRate: optim.Constant(0.1), Momentum: optim.Constant(0)}
	a := &Player{Name: "a", Networks: []*nn.Network{A}, Optimizer: sgd}
	b := &Player{Name: "b", Networks: []*nn.Network{B}, Optimizer: sgd}
	g := &Game{Players: []*Player{a, b}, Round: []Move{{[]*Player{a}, 1}}, Batch: 4}
	g.Play = func(t *Trace) Losses {
		score := B.Apply(t.Context, A.Apply(t.Context, t.Normal(4, 2)))
		return Losses{"a": score.Square().Mean(), "b": score.Mean()}
	}
	_, got := play(t, g, 3)
	if got["A.1.mean"] == 0 || got["A.1.variance"] == 1 {
		t.Errorf("the running statistics of the player that moves stay at %g and %g", got["A.1.mean"], got["A.1.variance"])
	}
	if got["B.1.mean"] != 0 || got["B.1.variance"] != 1 {
		t.Errorf("the running statistics of who does not move become %g and %g", got["B.1.mean"], got["B.1.variance"])
	}
}

// TestPlaysReadTheBuffersOfOthers applies a network with spectral normalisation twice in a
// play. Each application makes one power iteration. If the network's player does not move,
// both begin with the stored vector and give the same result. If it moves, the second
// begins with the vector of the first.
func TestPlaysReadTheBuffersOfOthers(t *testing.T) {
	for _, moves := range []bool{false, true} {
		A := scalar("A", 1)
		B := nn.New("B", []int{40}, nn.SpectralNorm(nn.Linear(50, nn.He, nil))) // so large that power iteration needs many steps
		still := optim.SGD{LearningRate: optim.Constant(0), Momentum: optim.Constant(0)}
		a := &Player{Name: "a", Networks: []*nn.Network{A}, Optimizer: still}
		b := &Player{Name: "b", Networks: []*nn.Network{B}, Optimizer: still}
		mover := a
		if moves {
			mover = b
		}
		g := &Game{Players: []*Player{a, b}, Round: Simultaneous(mover), Batch: 1}
		g.Play = func(t *Trace) Losses {
			x := tensor.Full(tensor.Float32, 1, 1, 40).Mul(A.Apply(t.Context, tensor.Full(tensor.Float32, 1, 1, 1)))
			change := B.Apply(t.Context, x).Sub(B.Apply(t.Context, x)).Square().Sum()
			return Losses{"a": change, "b": change}
		}
		trainer, _ := play(t, g, 1)
		trainer.Statistics(func(name string, v float64) {
			if name == LossPrefix+mover.Name && (v != 0) != moves {
				t.Errorf("%s moves: the second application differs by %g", mover.Name, v)
			}
		})
		device := engine.NewDevice(1)
		defer device.Close()
		before, err := NewTrainer(device, g, nil, 1, false)
		if err != nil {
			t.Fatal(err)
		}
		const u = "B.0.weight.u"
		if same := slices.Equal(elements(t, trainer, u), elements(t, before, u)); same == moves {
			t.Errorf("%s moves, and the stored vector is unchanged: %v", mover.Name, same)
		}
	}
}
