package recipe

import (
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// A pair is the game of one generator against one discriminator on points, or on
// images laid out flat: what most recipes have in common.
type pair struct {
	D, G      *nn.Network
	d         *game.Player // to whom the scores are booked
	latent    func(c *nn.Context, n int) *tensor.Tensor
	objective objective.Adversarial
	batch     int
	weightD   float64 // factor of D's loss
	r1        float64 // gamma of D's gradient penalty; 0: none
}

func (p pair) game(players []*game.Player, round []game.Move) *game.Game {
	shape := append([]int{p.batch}, p.D.In...)
	return &game.Game{
		Players: players, Round: round, Batch: p.batch, Play: p.play,
		Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: shape}},
	}
}

func (p pair) play(t *game.Trace) game.Losses {
	score := func(x *tensor.Tensor) *tensor.Tensor { return p.D.Apply(t.Context, x) }
	x := t.Data("x")
	real, fake := score(x), score(p.G.Apply(t.Context, p.latent(t.Context, p.batch)))
	t.Record(p.d, "D(x)", real.Logistic().Mean())
	t.Record(p.d, "D(G(z))", fake.Logistic().Mean())
	lossD := p.objective.Discriminator(real, fake).Scale(p.weightD)
	if p.r1 > 0 {
		lossD = lossD.Add(objective.R1{Gamma: p.r1}.Of(score, x))
	}
	return game.Losses{"D": lossD, "G": p.objective.Generator(real, fake)}
}
