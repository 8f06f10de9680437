package augment_test

import (
	"context"
	"testing"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestGame plays a GAN with bgc, a controller and R1 through the augmentation. Its two
// D moves in a round count as two minibatches; the G move counts as none. The buffers
// are among the variables of a checkpoint, and a trainer continues from them.
func TestGame(t *testing.T) {
	whole := newGame(t)
	train(t, whole, 4)
	if got := buffer(t, whole, "augment.p"); got != .02*2 {
		t.Errorf("p is %v after 8 minibatches, want 2 steps of .02", got)
	}
	train(t, whole, 7)

	first, second := newGame(t), newGame(t)
	train(t, first, 5)
	for i, v := range first.Variables() {
		copy(second.Variables()[i].Memory.Bytes, v.Memory.Bytes)
	}
	if err := second.Sources()[0].SetPosition(first.Sources()[0].Position()); err != nil {
		t.Fatal(err)
	}
	train(t, second, 7)
	for _, name := range []string{"augment.p", "augment.signs", "augment.seen"} {
		if got, want := buffer(t, second, name), buffer(t, whole, name); got != want {
			t.Errorf("%s is %v after a resume, want %v", name, got, want)
		}
	}
	var journal float64
	whole.Statistics(func(name string, value float64) {
		if name == "augment" {
			journal = value
		}
	})
	if float32(journal) != buffer(t, whole, "augment.p") {
		t.Errorf("the journal has p = %v, the buffer %v", journal, buffer(t, whole, "augment.p"))
	}
}

// newGame returns a trainer of a GAN in which all scores of real images are positive.
func newGame(t *testing.T) *game.Trainer {
	const batch = 5
	G := nn.New("G", []int{2}, nn.Linear(3*4*4, nn.Normal(.1), nn.Zeros))
	D := nn.New("D", []int{3, 4, 4}, nn.Linear(1, nn.Normal(.01), nn.Constant(10)))
	ada := augment.NewController("augment", augment.Adaptive{Target: .6, Kimg: 1, Every: 4})
	sgd := optim.SGD{LearningRate: optim.Constant(.001), Momentum: optim.Constant(0)}
	g := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: sgd, Average: optim.EMA{Decay: .9}}
	d := &game.Player{Name: "D", Networks: []*nn.Network{D, ada.Network()}, Optimizer: sgd}
	policy := parse(t, "bgc")
	play := func(t *game.Trace) game.Losses {
		score := func(x *tensor.Tensor) *tensor.Tensor {
			return D.Apply(t.Context, policy.Apply(t.Context, x, ada.P(t.Context), -1, 1))
		}
		x := t.Data("x")
		real, fake := score(x), score(G.Apply(t.Context, t.Normal(batch, 2)).Reshape(batch, 3, 4, 4))
		goal := objective.NonSaturating{}
		loss := goal.Discriminator(real, fake).Add(objective.R1{Gamma: 1}.Of(score, x))
		t.Record(d, "augment", ada.Observe(t.Context, real, batch))
		return game.Losses{"D": loss, "G": goal.Generator(real, fake)}
	}
	numbers := game.Fill(func(call int64, m game.Minibatch) error {
		s := random.At(random.Key(1, "x"), uint64(call))
		for i := range m["x"].Float32() {
			m["x"].Float32()[i] = float32(s.Uniform(-1, 1))
		}
		return nil
	}, "x")
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	trainer, err := game.NewTrainer(device, &game.Game{
		Players: []*game.Player{g, d}, Round: game.Alternate(d, g, 2), Batch: batch, Play: play,
		Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: []int{batch, 3, 4, 4}}},
	}, []game.Source{numbers}, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

func train(t *testing.T, trainer *game.Trainer, rounds int64) {
	t.Helper()
	if err := trainer.Train(context.Background(), rounds, nil); err != nil {
		t.Fatal(err)
	}
}

// buffer returns the number in a variable of the given name.
func buffer(t *testing.T, trainer *game.Trainer, name string) float32 {
	t.Helper()
	for _, v := range trainer.Variables() {
		if v.Name == name {
			return v.Memory.Float32()[0]
		}
	}
	t.Fatalf("no variable is called %s", name)
	return 0
}
