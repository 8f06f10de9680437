package recipe

import (
	"cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// A Pair is the game of one generator G and one discriminator D. Most systems consist
// of such a pair.
type Pair struct {
	G, D      *nn.Network
	Latent    Latent      // the input of G
	Given     []Condition // the conditions of both networks; layers such as nn.Concat read them
	Objective objective.Adversarial
	Batch     int
	WeightD   float64 // factor of the objective in D's loss; 0 means 1

	// Penalty traces a term that is added to the loss of D. It may be nil.
	Penalty func(t *game.Trace, score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor
	// Standard standardises the points that D reads. Samples are converted from the
	// outputs of G back to the units of the data. If it is nil, points do not change.
	Standard *feed.Standard
	// Scores is the player that records the means of D(x) and D(G(z)) as statistics
	// of the round. It may be nil.
	Scores *game.Player
}

// System returns the system of the pair. The first field of the examples is makes.
// round defines how players move. scale gives the numbers for black and white, both
// in the outputs of G and in the pixels that D reads.
func (p Pair) System(players []*game.Player, round []game.Move, makes data.Field, scale data.Scale) *System {
	g := p.Game(players, round)
	inputs := []roleInput{{Main, feed.Input{Name: data.ExampleField, Scale: scale, Standard: p.Standard}}}
	for _, c := range p.Given {
		inputs = append(inputs, roleInput{cmp.Or(c.Role, Main), feed.Input{Name: c.Name, Scale: c.Scale}})
	}
	return &System{
		Game:    g,
		Sources: fromRoles(g, inputs...),
		Outputs: []Output{{
			Name: "G", Networks: []*nn.Network{p.G}, Latents: []Latent{p.Latent}, Given: p.Given,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
				made := p.G.Apply(p.given(c, func(name string) *tensor.Tensor { return in[name] }), in[p.Latent.Name])
				return restore(p.Standard, made)
			},
			Makes: makes, Scale: scale,
		}},
	}
}

// Game returns the game of the pair. round defines how players move.
func (p Pair) Game(players []*game.Player, round []game.Move) *game.Game {
	inputs := []game.Input{{Name: data.ExampleField, DType: tensor.Float32, Shape: append([]int{p.Batch}, p.D.In...)}}
	for _, c := range p.Given {
		inputs = append(inputs, game.Input{Name: c.Name, DType: c.DType(), Shape: append([]int{p.Batch}, c.Shape...)})
	}
	return &game.Game{Players: players, Round: round, Batch: p.Batch, Play: p.play, Inputs: inputs}
}

// given returns a context with values for the conditions. find returns a value by its
// name.
func (p Pair) given(c *nn.Context, find func(name string) *tensor.Tensor) *nn.Context {
	for _, condition := range p.Given {
		c = c.With(condition.Name, find(condition.Name))
	}
	return c
}

func (p Pair) play(t *game.Trace) game.Losses {
	c := p.given(t.Context, t.Data)
	score := func(x *tensor.Tensor) *tensor.Tensor { return p.D.Apply(c, x) }
	x := t.Data(data.ExampleField)
	real := score(x)
	made := p.G.Apply(c, p.Latent.Draw(c, p.Batch))
	fake := score(made)
	if p.Scores != nil {
		t.Record(p.Scores, "D(x)", real.Logistic().Mean())
		t.Record(p.Scores, "D(G(z))", fake.Logistic().Mean())
	}
	lossD := p.Objective.Discriminator(real, fake).Scale(cmp.Or(p.WeightD, 1))
	if p.Penalty != nil {
		lossD = lossD.Add(p.Penalty(t, score, x, made))
	}
	return game.Losses{"D": lossD, "G": p.Objective.Generator(real, fake)}
}
