package recipe

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A Pair is the game of one generator G and one discriminator D. Most systems consist
// of such a pair. [Pair.System] makes the system.
type Pair struct {
	G, D      *nn.Network
	Latent    Latent      // the input of G
	Given     []Condition // the conditions of both networks; layers such as nn.Concat read them
	Codes     []Condition // further conditions of G, which are not in the data: each play draws them by their Draw
	Objective objective.Adversarial
	Batch     int
	WeightD   float64 // factor of the objective in D's loss; 0 means 1

	// ObjectiveOf, if it is not nil, replaces Objective. Its arguments are the real and
	// the generated examples of the play, [batch, ...].
	ObjectiveOf func(x, made *tensor.Tensor) objective.Adversarial

	// BatchesG is the number of minibatches of samples in the loss of G; 0 means 1. With
	// more than one the loss of G must not depend on real examples.
	BatchesG int
	// Dequantise is the width of uniform noise, from 0 up, that is added to real examples.
	Dequantise float64
	// Contrast normalises the contrast of the real examples. Samples are not changed: G
	// learns to make normalised examples. If it is nil, the examples do not change.
	Contrast *GlobalContrast

	// Penalty traces a term that is added to the loss of D, and PenaltyG one that is added
	// to the loss of G. They may be nil. PenaltyG gets the samples in the loss of G: with
	// BatchesG above 1, Fake, FakeOutputs and Codes have more rows than the batch.
	//
	// D may have several outputs. The first is the score, and the penalties read the
	// others, such as those of a classifier.
	Penalty, PenaltyG func(t *game.Trace, p *Play) *tensor.Tensor

	OptimizerG, OptimizerD optim.Optimizer
	Average                optim.EMA // of G's parameters; the zero value means none

	// Unroll is the number of updates of D that G looks ahead ([game.Trace.Unroll]). If it
	// is not 0, G's loss is minus the loss that D has after these updates. They read the
	// examples of the play (Metz et al. 2017).
	Unroll int

	// Round defines how the players move, such as [Simultaneous]. nil means
	// [Alternate](1). Phases replace the round at some times. It may be nil.
	Round  func(d, g *game.Player) []game.Move
	Phases func(d, g *game.Player) []game.Phase

	// OneBatch is true if D reads real and generated examples as one batch. This
	// matters only if D has layers that depend on the batch, such as nn.BatchNorm.
	OneBatch bool

	Makes data.Field // the examples, and the samples
	Scale data.Scale // the numbers for black and white, both in the outputs of G and in the pixels that D reads
	// Standard standardises the points that D reads. Samples are converted from the
	// outputs of G back to the units of the data. If it is nil, points do not change.
	Standard *feed.Standard

	Techniques Techniques

	policy   augment.Policy
	ada      *augment.Controller // nil: the probability is 1
	adaptive *adaptiveK          // nil: Round and Phases choose who moves
}

// A Play contains the values of one play of a [Pair]. If examples are packed, an
// example is here a pack, and the batch has fewer of them.
type Play struct {
	Score      objective.Score // D, with the augmentation and the noise that D's inputs get
	X, Made    *tensor.Tensor  // real and generated examples, [batch, ...]
	Real, Fake *tensor.Tensor  // their scores, [batch, 1]

	RealOutputs, FakeOutputs *tensor.Tensor            // the other outputs of D, [batch, outputs]; nil if there are none
	Codes                    map[string]*tensor.Tensor // of Made, by the name of the code

	// Player is the player D. A penalty can record statistics for it.
	Player *game.Player

	outputs func(x *tensor.Tensor) *tensor.Tensor // of D, with the score
}

// addPenalty adds a term to the loss of D.
func (p *Pair) addPenalty(more func(*game.Trace, *Play) *tensor.Tensor) {
	before := p.Penalty
	if before == nil {
		p.Penalty = more
		return
	}
	p.Penalty = func(t *game.Trace, now *Play) *tensor.Tensor { return before(t, now).Add(more(t, now)) }
}

// System returns the system of the pair. The first field of the examples is Makes. It
// returns an error if the techniques do not fit.
func (p Pair) System() (*System, error) {
	if err := p.Techniques.prepare(&p); err != nil {
		return nil, err
	}
	g := p.game()
	inputs := []roleInput{{Main, feed.Input{Name: data.ExampleField, Scale: p.Scale, Standard: p.Standard}}}
	for _, c := range p.Given {
		inputs = append(inputs, roleInput{cmp.Or(c.Role, Main), feed.Input{Name: c.Name, Scale: c.Scale}})
	}
	conditions := slices.Concat(p.Given, p.Codes)
	return &System{
		Game:    g,
		Sources: fromRoles(g, inputs...),
		Prepare: func(x *tensor.Tensor) *tensor.Tensor { return p.Contrast.apply(x, p.Scale) },
		Outputs: []Output{{
			Name: "G", Networks: []*nn.Network{p.G}, Latents: []Latent{p.Latent}, Given: conditions,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
				made := p.G.Apply(given(c, conditions, func(name string) *tensor.Tensor { return in[name] }), in[p.Latent.Name])
				return restore(p.Standard, made)
			},
			Makes: p.Makes, Scale: p.Scale,
		}},
	}, nil
}

// game returns the game of the pair.
func (p *Pair) game() *game.Game {
	g := &game.Player{Name: "G", Networks: []*nn.Network{p.G}, Optimizer: p.OptimizerG, Average: p.Average}
	d := &game.Player{Name: "D", Networks: []*nn.Network{p.D}, Optimizer: p.OptimizerD, Gated: p.Techniques.gates()}
	if p.ada != nil {
		d.Networks = append(d.Networks, p.ada.Network())
	}
	inputs := []game.Input{{Name: data.ExampleField, DType: tensor.Float32, Shape: append([]int{p.Batch}, p.Techniques.unpacked(p.D.In)...)}}
	for _, c := range p.Given {
		inputs = append(inputs, game.Input{Name: c.Name, DType: c.DType(), Shape: append([]int{p.Batch}, c.Shape...)})
	}
	rules := &game.Game{
		Players: []*game.Player{g, d}, Round: p.moves(d, g), Batch: p.Batch, Inputs: inputs,
		Play: func(t *game.Trace) game.Losses { return p.play(t, d, g) },
	}
	if p.adaptive != nil {
		p.adaptive.join(rules, d, g)
	}
	if p.Phases != nil {
		rules.Phases = p.Phases(d, g)
	}
	return rules
}

// scored divides the outputs of D, [batch, 1+outputs], into scores and the others.
func scored(outputs *tensor.Tensor) (score, others *tensor.Tensor) {
	if outputs.Dim(1) == 1 {
		return outputs, nil
	}
	return outputs.Slice1(1, 0, 1), outputs.Slice1(1, 1, outputs.Dim(1))
}

// generate traces a minibatch of samples with new latents and new codes.
func (p *Pair) generate(c *nn.Context) (made *tensor.Tensor, codes map[string]*tensor.Tensor) {
	codes = map[string]*tensor.Tensor{}
	for _, code := range p.Codes {
		codes[code.Name] = code.Draw(c, p.Batch)
		c = c.With(code.Name, codes[code.Name])
	}
	return p.Techniques.packed(p.G.Apply(c, p.Latent.Draw(c, p.Batch))), codes
}

// rounds returns the number of rounds in which the given number of thousands of examples
// is shown.
func (p *Pair) rounds(kimg float64) int {
	return max(1, stepsOf(kimg, p.Batch*p.readers()))
}

// readers returns the number of plays of a round that read examples.
func (p *Pair) readers() int {
	g, d := &game.Player{Name: "G"}, &game.Player{Name: "D"}
	_, both := p.Objective.(objective.Relativistic)
	both = both || p.Unroll > 0 // the loss of G also depends on real examples
	plays := 0
	for _, m := range p.moves(d, g) {
		if both || slices.Contains(m.Players, d) {
			plays += m.Times
		}
	}
	return max(plays, 1)
}

// moves returns the round.
func (p *Pair) moves(d, g *game.Player) []game.Move {
	if p.Round == nil {
		return Alternate(1)(d, g)
	}
	return p.Round(d, g)
}

// given returns a context with values for conditions. find returns a value by its name.
func given(c *nn.Context, conditions []Condition, find func(name string) *tensor.Tensor) *nn.Context {
	for _, condition := range conditions {
		c = c.With(condition.Name, find(condition.Name))
	}
	return c
}

// play traces a play: samples of G, the scores of D, and the losses. d and g are the players.
func (p *Pair) play(t *game.Trace, d, g *game.Player) game.Losses {
	c := given(t.Context, p.Given, t.Data)
	now := &Play{Player: d, outputs: func(x *tensor.Tensor) *tensor.Tensor { return p.D.Apply(c, p.seen(t, x)) }}
	now.Score = func(x *tensor.Tensor) *tensor.Tensor {
		score, _ := scored(now.outputs(x))
		return score
	}
	x := p.Contrast.apply(t.Data(data.ExampleField), p.Scale)
	if p.Dequantise > 0 {
		x = x.Add(t.Uniform(0, p.Dequantise, x.Shape()...))
	}
	now.X = p.Techniques.packed(x)
	if !p.OneBatch {
		now.Real, now.RealOutputs = scored(now.outputs(now.X))
	}
	now.Made, now.Codes = p.generate(c)
	if p.OneBatch {
		now.judgeTogether()
	} else {
		now.Fake, now.FakeOutputs = scored(now.outputs(now.Made))
	}
	goal := p.Objective
	if p.ObjectiveOf != nil {
		goal = p.ObjectiveOf(now.X, now.Made)
	}
	p.record(t, now, goal)
	p.gate(t, now, goal)
	if p.adaptive != nil {
		p.adaptive.choose(t, d, g, now, goal)
	}
	losses := game.Losses{"D": p.lossD(t, now, goal), "G": p.lossG(t, c, now, goal)}
	if p.Unroll > 0 {
		again := func() *tensor.Tensor {
			next := *now
			next.judge(p.OneBatch)
			return p.lossD(t, &next, goal)
		}
		t.Unroll(d, p.Unroll, again, func() { losses["G"] = again().Neg() })
	}
	return losses
}

// lossG returns the loss of G. Its samples are those of the play, and those of further
// minibatches.
func (p *Pair) lossG(t *game.Trace, c *nn.Context, now *Play, goal objective.Adversarial) *tensor.Tensor {
	of := *now
	if p.BatchesG > 1 {
		of = p.moreOfG(t, c, now)
	}
	loss := goal.Generator(now.Real, of.Fake)
	if p.PenaltyG == nil {
		return loss
	}
	return loss.Add(p.PenaltyG(t, &of))
}

// moreOfG returns the play with the samples of BatchesG minibatches. The scores of the
// further ones do not change the buffers of D, because D's loss does not depend on them.
func (p *Pair) moreOfG(t *game.Trace, c *nn.Context, now *Play) Play {
	fake, others, codes := []*tensor.Tensor{now.Fake}, []*tensor.Tensor{now.FakeOutputs}, []map[string]*tensor.Tensor{now.Codes}
	held := c.Holding(p.D.Params)
	for range p.BatchesG - 1 {
		made, drawn := p.generate(c)
		score, other := scored(p.D.Apply(held, p.seen(t, made)))
		fake, others, codes = append(fake, score), append(others, other), append(codes, drawn)
	}
	all := *now
	all.Fake, all.Codes = tensor.Concatenate(0, fake...), map[string]*tensor.Tensor{}
	if now.FakeOutputs != nil {
		all.FakeOutputs = tensor.Concatenate(0, others...)
	}
	for _, code := range p.Codes {
		var parts []*tensor.Tensor
		for _, drawn := range codes {
			parts = append(parts, drawn[code.Name])
		}
		all.Codes[code.Name] = tensor.Concatenate(0, parts...)
	}
	return all
}

// judge computes the outputs of D for real and generated examples, as one batch or as two.
func (p *Play) judge(oneBatch bool) {
	if oneBatch {
		p.judgeTogether()
		return
	}
	p.Real, p.RealOutputs = scored(p.outputs(p.X))
	p.Fake, p.FakeOutputs = scored(p.outputs(p.Made))
}

// judgeTogether computes the outputs of D for real and generated examples as one batch.
func (p *Play) judgeTogether() {
	n := p.X.Dim(0)
	both := p.outputs(tensor.Concatenate(0, p.X, p.Made))
	p.Real, p.RealOutputs = scored(both.Slice1(0, 0, n))
	p.Fake, p.FakeOutputs = scored(both.Slice1(0, n, 2*n))
}

// lossD returns the loss of D.
func (p *Pair) lossD(t *game.Trace, now *Play, goal objective.Adversarial) *tensor.Tensor {
	loss := goal.Discriminator(now.Real, now.Fake).Scale(cmp.Or(p.WeightD, 1))
	if p.Penalty == nil {
		return loss
	}
	return loss.Add(p.Penalty(t, now))
}

// record records the means of D(x) and D(G(z)). If the scores of the
// objective are not logits, these are the means of the scores.
func (p *Pair) record(t *game.Trace, now *Play, goal objective.Adversarial) {
	if objective.Logits(goal) {
		t.Record(now.Player, "D(x)", now.Real.Logistic().Mean())
		t.Record(now.Player, "D(G(z))", now.Fake.Logistic().Mean())
	} else {
		t.Record(now.Player, "score(x)", now.Real.Mean())
		t.Record(now.Player, "score(G(z))", now.Fake.Mean())
	}
	if p.ada != nil {
		scores := now.Real
		if _, relative := goal.(objective.Relativistic); relative { // only differences of its scores have a meaning
			scores = scores.Sub(now.Fake)
		}
		t.Record(now.Player, "augment.p", p.ada.Observe(t.Context, scores, p.Batch))
	}
}
