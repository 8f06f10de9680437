package recipe

import (
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// A Pair is the game of one generator against one discriminator: what most
// systems have in common.
type Pair struct {
	G, D      *nn.Network
	Latent    func(c *nn.Context, n int) *tensor.Tensor // n inputs of G
	Objective objective.Adversarial
	Batch     int
	WeightD   float64 // factor of the objective in D's loss

	// Penalty, unless nil, traces what is added to D's loss.
	Penalty func(t *game.Trace, score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor
	// Scores, unless nil, is the player to whom the mean D(x) and D(G(z)) are booked.
	Scores *game.Player
}

// Game returns the game of the pair, in which players move as round says.
func (p Pair) Game(players []*game.Player, round []game.Move) *game.Game {
	shape := append([]int{p.Batch}, p.D.In...)
	return &game.Game{
		Players: players, Round: round, Batch: p.Batch, Play: p.play,
		Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: shape}},
	}
}

func (p Pair) play(t *game.Trace) game.Losses {
	score := func(x *tensor.Tensor) *tensor.Tensor { return p.D.Apply(t.Context, x) }
	x := t.Data("x")
	real := score(x)
	made := p.G.Apply(t.Context, p.Latent(t.Context, p.Batch))
	fake := score(made)
	if p.Scores != nil {
		t.Record(p.Scores, "D(x)", real.Logistic().Mean())
		t.Record(p.Scores, "D(G(z))", fake.Logistic().Mean())
	}
	lossD := p.Objective.Discriminator(real, fake).Scale(p.WeightD)
	if p.Penalty != nil {
		lossD = lossD.Add(p.Penalty(t, score, x, made))
	}
	return game.Losses{"D": lossD, "G": p.Objective.Generator(real, fake)}
}
