package game_test

import (
	"context"
	"fmt"
	"log"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A GAN without a recipe. The data are numbers around 3. The generator makes numbers
// from noise and learns to make them like the data.
func Example() {
	const batch, seed = 16, 1

	// Two networks, and two players. Each player may change one network.
	G := nn.New("G", []int{1}, nn.Linear(1, nn.Zeros, nn.Zeros))
	D := nn.New("D", []int{1}, nn.Linear(1, nn.Zeros, nn.Zeros))
	sgd := optim.SGD{LearningRate: optim.Constant(.1), Momentum: optim.Constant(0)}
	g := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: sgd, Average: optim.EMA{Decay: .9}}
	d := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: sgd}

	// A play computes the loss of each player from a minibatch and noise.
	play := func(t *game.Trace) game.Losses {
		score := func(x *tensor.Tensor) *tensor.Tensor { return D.Apply(t.Context, x) }
		x := t.Data("x")
		real := score(x)
		fake := score(G.Apply(t.Context, t.Normal(batch, 1)))
		goal := objective.NonSaturating{}
		penalty := objective.R1{Gamma: 1}.Of(score, x)
		return game.Losses{"D": goal.Discriminator(real, fake).Add(penalty), "G": goal.Generator(real, fake)}
	}
	rules := &game.Game{
		Players: []*game.Player{g, d},
		Round:   game.Alternate(d, g, 1), // one update of D, then one of G
		Batch:   batch,
		Inputs:  []game.Input{{Name: "x", DType: tensor.Float32, Shape: []int{batch, 1}}},
		Play:    play,
	}

	// The source of the data is a function of the number of the call.
	numbers := game.Fill(func(call int64, m game.Minibatch) error {
		stream := random.New(seed, fmt.Sprintf("numbers %d", call))
		x := m["x"].Float32()
		for i := range x {
			x[i] = 3 + .1*float32(stream.Normal())
		}
		return nil
	}, "x")

	device := engine.NewDevice(1)
	defer device.Close()
	trainer, err := game.NewTrainer(device, rules, []game.Source{numbers}, seed, false)
	if err != nil {
		log.Fatal(err)
	}
	if err := trainer.Train(context.Background(), 1000, nil); err != nil {
		log.Fatal(err)
	}

	// Samples are made with the averages of the parameters, if there are averages.
	z := tensor.Input("z", tensor.Float32, 4, 1)
	generator, err := device.Compile(trainer.Store(), []*tensor.Tensor{G.Apply(trainer.EvalContext(), z)})
	if err != nil {
		log.Fatal(err)
	}
	if noise, ok := generator.Input(z); ok {
		copy(noise.Float32(), []float32{-1, 0, .5, 1})
	}
	generator.Run()
	fmt.Printf("after %d rounds: %.0f\n", trainer.Step(), generator.Output(0).Float32())
	// Output: after 1000 rounds: [3 3 3 3]
}

// After each round, Train calls a function. It may read the statistics of the round,
// and it ends training if it returns an error.
func ExampleTrainer_Train() {
	// A game of one player, which lowers w^2.
	W := nn.New("W", []int{1}, nn.Linear(1, nn.Constant(8), nil))
	w := &game.Player{Name: "W", Networks: []*nn.Network{W}, Optimizer: optim.SGD{
		LearningRate: optim.Constant(.25), Momentum: optim.Constant(0),
	}}
	one := tensor.Full(tensor.Float32, 1, 1, 1)
	rules := &game.Game{
		Players: []*game.Player{w}, Round: game.Simultaneous(w), Batch: 1,
		Play: func(t *game.Trace) game.Losses {
			return game.Losses{"W": W.Apply(t.Context, one).Square().Mean()}
		},
	}
	device := engine.NewDevice(1)
	defer device.Close()
	trainer, err := game.NewTrainer(device, rules, nil, 1, false)
	if err != nil {
		log.Fatal(err)
	}
	err = trainer.Train(context.Background(), 3, func() error {
		trainer.Statistics(func(name string, value float64) {
			fmt.Printf("round %d: %s %.0f\n", trainer.Step(), name, value)
		})
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// round 1: loss.W 64
	// round 2: loss.W 16
	// round 3: loss.W 4
}
