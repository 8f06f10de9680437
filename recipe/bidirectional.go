package recipe

import (
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A bidirectional system learns G, from z to x, and the encoder E, from x to z (Donahue et
// al. 2017; Dumoulin et al. 2017). D compares pairs: (x, E(x)) with (G(z), z).
type bidirectional struct {
	G, E, D   *nn.Network // D reads z as its condition "z"
	Latent    Latent      // z
	Noise     *Latent     // a second input of E, after x; nil: E has none
	Optimizer func() optim.Optimizer
	Batch     int
	Weight    float64 // of both terms of a loss

	Makes    data.Field
	Scale    data.Scale     // the numbers that mean black and white
	Standard *feed.Standard // nil: points do not change
}

// encode traces E(x). noise is the value of Noise, or nil if there is none.
func (b *bidirectional) encode(c *nn.Context, x, noise *tensor.Tensor) *tensor.Tensor {
	if b.Noise != nil {
		x = tensor.Concatenate(1, x.Flatten(), noise)
	}
	return b.E.Apply(c, x)
}

// drawNoise draws the noise of E for n examples; it is nil if E has none.
func (b *bidirectional) drawNoise(c *nn.Context, n int) *tensor.Tensor {
	if b.Noise == nil {
		return nil
	}
	return b.Noise.Draw(c, n)
}

// system returns the system of the players D, G and E. play traces the losses; nil means
// those of the pairs.
func (b *bidirectional) system(play func(t *game.Trace, d *game.Player) game.Losses) *System {
	d := &game.Player{Name: "D", Networks: []*nn.Network{b.D}, Optimizer: b.Optimizer()}
	g := &game.Player{Name: "G", Networks: []*nn.Network{b.G}, Optimizer: b.Optimizer()}
	e := &game.Player{Name: "E", Networks: []*nn.Network{b.E}, Optimizer: b.Optimizer()}
	if play == nil {
		play = b.play
	}
	rules := &game.Game{
		Players: []*game.Player{g, e, d}, Round: game.Simultaneous(d, g, e), Batch: b.Batch,
		Inputs: []game.Input{{Name: data.ExampleField, DType: tensor.Float32, Shape: append([]int{b.Batch}, b.Makes.Shape...)}},
		Play:   func(t *game.Trace) game.Losses { return play(t, d) },
	}
	input := roleInput{Main, feed.Input{Name: data.ExampleField, Scale: b.Scale, Standard: b.Standard}}
	return &System{Game: rules, Sources: fromRoles(rules, input), Outputs: b.outputs()}
}

// play traces the losses of the pairs. All players move from one forward pass. G and E
// have the loss of D with both targets exchanged.
func (b *bidirectional) play(t *game.Trace, d *game.Player) game.Losses {
	x, z := t.Data(data.ExampleField), b.Latent.Draw(t.Context, b.Batch)
	real := b.D.Apply(t.With("z", b.encode(t.Context, x, b.drawNoise(t.Context, b.Batch))), x)
	fake := b.D.Apply(t.With("z", z), b.G.Apply(t.Context, z))
	t.Record(d, "D(x, E(x))", real.Logistic().Mean())
	t.Record(d, "D(G(z), z)", fake.Logistic().Mean())
	var o objective.NonSaturating
	exchanged := o.Discriminator(fake, real).Scale(b.Weight)
	return game.Losses{"D": o.Discriminator(real, fake).Scale(b.Weight), "G": exchanged, "E": exchanged}
}

// outputs returns the outputs G, E and reconstruction, which is G(E(x)).
func (b *bidirectional) outputs() []Output {
	given := []Condition{{Field: b.Makes, Scale: b.Scale}}
	given[0].Name = data.ExampleField
	var noise []Latent
	if b.Noise != nil {
		noise = []Latent{*b.Noise}
	}
	encode := func(c *nn.Context, in Inputs) *tensor.Tensor {
		x := standardised(b.Standard, in[data.ExampleField])
		if b.Noise == nil {
			return b.encode(c, x, nil)
		}
		return b.encode(c, x, in[b.Noise.Name])
	}
	decode := func(c *nn.Context, z *tensor.Tensor) *tensor.Tensor { return restore(b.Standard, b.G.Apply(c, z)) }
	return []Output{
		{
			Name: "G", Networks: []*nn.Network{b.G}, Latents: []Latent{b.Latent}, Makes: b.Makes, Scale: b.Scale,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor { return decode(c, in[b.Latent.Name]) },
		},
		{Name: "E", Networks: []*nn.Network{b.E}, Latents: noise, Given: given, Makes: data.Point(b.E.Out[0]), Make: encode},
		{
			Name: "reconstruction", Networks: []*nn.Network{b.G, b.E}, Latents: slices.Clone(noise), Given: given, Makes: b.Makes, Scale: b.Scale,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor { return decode(c, encode(c, in)) },
		},
	}
}
