package run_test

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// messages has Alice send to Bob what Eve, who lacks their key, shall not read.
type messages struct {
	Batch        int     `toml:"batch" min:"1" doc:"messages in a minibatch"`
	Bits         int     `toml:"bits" min:"1" doc:"of a message, and of a key"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of the hidden layer of each network"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of everybody's Adam"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name:   "messages",
		Title:  "Alice and Bob share a key and learn to keep a secret from Eve",
		Source: "Abadi and Andersen 2016, Learning to Protect Communications with Adversarial Neural Cryptography (arXiv 1610.06918)",
		Kimg:   100, TickKimg: 10, Grid: 20,
	}, messages{Batch: 64, Bits: 8, Hidden: 32, LearningRate: 1e-3}, messages.build)
}

func (s messages) build(recipe.Examples) (*recipe.System, error) {
	network := func(name string, in int) *nn.Network {
		return nn.New(name, []int{in}, nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.ReLU, nn.Linear(s.Bits, nn.He, nn.Zeros), nn.Tanh)
	}
	Alice, Bob, Eve := network("Alice", 2*s.Bits), network("Bob", 2*s.Bits), network("Eve", s.Bits)
	player := func(n *nn.Network) *game.Player {
		adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: .9, Beta2: .999, Epsilon: 1e-8}
		return &game.Player{Name: n.Name, Networks: []*nn.Network{n}, Optimizer: adam}
	}
	alice, bob, eve := player(Alice), player(Bob), player(Eve)
	bits := func(name string) recipe.Latent {
		return recipe.Latent{Name: name, Draw: func(c *nn.Context, n int) *tensor.Tensor { return c.Uniform(-1, 1, n, s.Bits).Sign() }}
	}
	plain, key := bits("plain"), bits("key")
	g := &game.Game{Players: []*game.Player{alice, bob, eve}, Batch: s.Batch}
	g.Round = append(game.Simultaneous(alice, bob), game.Move{Players: []*game.Player{eve}, Times: 2})
	g.Play = func(t *game.Trace) game.Losses {
		p, k := plain.Draw(t.Context, s.Batch), key.Draw(t.Context, s.Batch)
		sent := Alice.Apply(t.Context, tensor.Concatenate(1, p, k))
		wrong := func(read *tensor.Tensor) *tensor.Tensor { return read.Sub(p).Abs().Mean() }
		byBob := wrong(Bob.Apply(t.Context, tensor.Concatenate(1, sent, k)))
		byEve := wrong(Eve.Apply(t.Context, sent))
		t.Record(bob, "errors of Bob", byBob)
		secret := byBob.Add(byEve.Neg().Plus(1).Square())
		return game.Losses{"Alice": secret, "Bob": secret, "Eve": byEve}
	}
	return &recipe.System{Game: g, Outputs: []recipe.Output{{
		Name: "message", Networks: []*nn.Network{Alice}, Latents: []recipe.Latent{plain, key},
		Make: func(c *nn.Context, in recipe.Inputs) *tensor.Tensor {
			return Alice.Apply(c, tensor.Concatenate(1, in["plain"], in["key"]))
		},
		Makes: data.Field{Name: "message", Kind: data.Numbers, Shape: []int{s.Bits}},
	}}}, nil
}
