package invert

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// gamma is the strength of the penalties R1 and R2 of the adversarial method.
const gamma = 1

// Settings are those of the training of E.
type Settings struct {
	Method Method
	Kimg   float64 // thousands of samples of G, and also of examples for Adversarial
	Batch  int
	Hidden int // units of the fully connected layers
	Rate   float64
	Seed   uint64
}

// A Method is the objective of E.
type Method string

const (
	// Regression: E lowers the squared error between E(G(z)) and z. It needs no examples.
	// The error of each latent is divided by the variance of the latent.
	Regression Method = "regression"
	// Adversarial: D distinguishes (x, E(x)) from (G(z), z), and E makes that difficult.
	// This is the "post-hoc learned inference" of Dumoulin et al. 2017, section 2.2. The
	// loss of D has the penalties R1 and R2 on x and on G(z), which the paper does not have:
	// without them D distinguishes x from G(z) and ignores the codes.
	Adversarial Method = "adversarial"
)

// Methods are all methods; the first is the default.
func Methods() []Method { return []Method{Regression, Adversarial} }

// Defaults returns the default settings of a method.
func Defaults(m Method) Settings {
	s := Settings{Method: m, Kimg: 500, Batch: 128, Hidden: 512, Rate: 1e-3}
	if m == Adversarial {
		s.Kimg, s.Rate = 1000, 2e-4
	}
	return s
}

// Text returns everything that decides the result of the training, on one line.
func (s Settings) Text() string {
	return fmt.Sprintf("%s, %g kimg, batch %d, hidden %d, rate %g, seed %d", s.Method, s.Kimg, s.Batch, s.Hidden, s.Rate, s.Seed)
}

func (s Settings) check() error {
	switch {
	case !slices.Contains(Methods(), s.Method):
		return hint.Add(fmt.Errorf("there is no method %q of training an encoder", s.Method), "it is %s or %s", Regression, Adversarial)
	case !(s.Kimg > 0) || math.IsInf(s.Kimg, 0) || s.Batch < 1 || s.Hidden < 1 || !(s.Rate > 0):
		return fmt.Errorf("settings of the encoder: %s: want numbers above 0", s.Text())
	}
	return nil
}

// An Encoder estimates the latents of examples of a generator.
type Encoder struct {
	Settings Settings

	generator Generator
	codes     []code
	network   *nn.Network
	store     *engine.Store
}

// NewEncoder returns an encoder that is not trained.
func NewEncoder(g Generator, s Settings) (*Encoder, error) {
	if err := Check(g.Output); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	codes, err := g.codes()
	if err != nil {
		return nil, fmt.Errorf("output %s: %w", g.Output.Name, err)
	}
	e := &Encoder{Settings: s, generator: g, codes: codes, store: engine.NewStore()}
	if err := tensor.Try(func() { e.network = g.newE(codes, s.Hidden) }); err != nil {
		return nil, fmt.Errorf("an encoder for output %s: %w", g.Output.Name, err)
	}
	for _, p := range e.network.Params {
		a := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
		p.Init(a.Data, a.Shape, random.New(s.Seed, "initial value of "+p.Name))
		e.store.Add(p.Value).Set(a)
	}
	return e, nil
}

// size returns the number of numbers of a whole code.
func (e *Encoder) size() int { return e.codes[len(e.codes)-1].to }

// standard traces the standardisation of whole codes, [n, numbers], or its inverse.
func (e *Encoder) standard(whole *tensor.Tensor, inverse bool) *tensor.Tensor {
	var parts []*tensor.Tensor
	for _, l := range e.codes {
		part := whole.Slice1(1, l.from, l.to)
		if inverse {
			part = part.Scale(l.sd).Plus(l.mean)
		} else {
			part = part.Plus(-l.mean).Scale(1 / l.sd)
		}
		parts = append(parts, part)
	}
	return tensor.Concatenate(1, parts...)
}

// Variables returns the parameters, for a file. Writing to their memory changes E.
func (e *Encoder) Variables() []game.Variable {
	var list []game.Variable
	for _, p := range e.network.Params {
		m, _ := e.store.Memory(p.Value)
		list = append(list, game.Variable{Name: p.Name, Shape: p.Value.Shape(), Memory: m})
	}
	return list
}

// Train trains E. sets are the training sets by role. A condition of G is drawn from its
// set if it is there, and otherwise at random. [Adversarial] needs the set that samples
// resemble. If progress is not nil, it is called with the rounds done and their number.
// When ctx ends, Train returns its error, and E is not changed.
func (e *Encoder) Train(ctx context.Context, device *engine.Device, sets recipe.Sets, progress func(done, total int64)) error {
	t := &training{Encoder: e, batch: e.Settings.Batch}
	sources, err := t.prepare(sets)
	if err != nil {
		return err
	}
	trainer, err := game.NewTrainer(device, t.game, sources, e.Settings.Seed, false)
	if err != nil {
		return fmt.Errorf("training an encoder: %w", err)
	}
	for _, n := range e.generator.Output.Networks {
		if err := copyParameters(trainer.Store(), e.generator.Store, n); err != nil {
			return err
		}
	}
	rounds := e.rounds()
	err = trainer.Train(ctx, rounds, func() error {
		if progress != nil {
			progress(trainer.Step(), rounds)
		}
		return nil
	})
	if err == nil {
		err = trainer.Finite()
	}
	if err != nil {
		return fmt.Errorf("training an encoder: %w", err)
	}
	return copyParameters(e.store, trainer.Store(), e.network)
}

// rounds returns the number of updates.
func (e *Encoder) rounds() int64 {
	return max(1, int64(math.Round(e.Settings.Kimg*1000/float64(e.Settings.Batch))))
}

// copyParameters copies the values of the parameters of a network.
func copyParameters(to, from *engine.Store, n *nn.Network) error {
	for _, p := range n.Params {
		source, ok := from.Memory(p.Value)
		if !ok {
			return fmt.Errorf("the generator has no value of %s", p.Name)
		}
		copy(to.Add(p.Value).Bytes, source.Bytes)
	}
	return nil
}

// A training is the game in which E is trained.
type training struct {
	*Encoder
	batch int
	game  *game.Game
	drawn []recipe.Condition // the conditions that no set has
	read  []recipe.Condition // the others
	d     *nn.Network        // nil for Regression
}

// exampleInput is the name of the input of examples.
const exampleInput = "example"

// prepare makes the game and its sources.
func (t *training) prepare(sets recipe.Sets) ([]game.Source, error) {
	o, s := t.generator.Output, t.Settings
	fed := map[string][]feed.Input{} // by role
	t.game = &game.Game{Batch: t.batch, Play: t.play}
	add := func(role, name, field string, scale data.Scale, dtype tensor.DType, shape []int) {
		t.game.Inputs = append(t.game.Inputs, game.Input{Name: name, DType: dtype, Shape: append([]int{t.batch}, shape...)})
		fed[role] = append(fed[role], feed.Input{Name: name, Field: field, Scale: scale})
	}
	for _, c := range o.Given {
		role := cmp.Or(c.Role, recipe.Main)
		switch {
		case hasField(sets[role], c):
			t.read = append(t.read, c)
			add(role, conditionName(c), c.Name, c.Scale, c.DType(), c.Shape)
		case c.Draw != nil || c.DType() == tensor.Int32:
			t.drawn = append(t.drawn, c)
		default:
			return nil, hint.Add(fmt.Errorf("output %s is made from %s, and there are no data to take it from", o.Name, c.Name), "bring the training data of the run back")
		}
	}
	e := &game.Player{Name: "E", Networks: []*nn.Network{t.network}, Optimizer: t.optimizer(.9)}
	t.game.Players = []*game.Player{e, {Name: "G", Networks: o.Networks, Optimizer: fixed{}}}
	t.game.Round = game.Simultaneous(e)
	if s.Method == Adversarial {
		role := cmp.Or(o.Like, recipe.Main)
		set := sets[role]
		if set == nil || !set.Info().First().Same(o.Makes) {
			return nil, hint.Add(fmt.Errorf("there are no data like the samples of output %s", o.Name), "choose the method %s, which needs none", Regression)
		}
		add(role, exampleInput, set.Info().First().Name, o.Scale, tensor.Float32, o.Makes.Shape)
		if err := tensor.Try(func() { t.d = t.generator.newD(t.codes, s.Hidden) }); err != nil {
			return nil, fmt.Errorf("a discriminator for output %s: %w", o.Name, err)
		}
		d := &game.Player{Name: "D", Networks: []*nn.Network{t.d}, Optimizer: t.optimizer(.5)}
		e.Optimizer = t.optimizer(.5)
		t.game.Players = append(t.game.Players, d)
		t.game.Round = game.Simultaneous(d, e)
	}
	var sources []game.Source
	for _, role := range slices.Sorted(maps.Keys(fed)) {
		source, err := feed.New(sets[role], t.game, s.Seed, fed[role]...)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	return sources, nil
}

// hasField reports whether the examples of set, which may be nil, have a condition.
func hasField(set data.Set, c recipe.Condition) bool {
	if set == nil {
		return false
	}
	f, ok := set.Info().Field(c.Name)
	return ok && f.Same(c.Field)
}

// optimizer returns Adam with a rate that falls to 0.
func (t *training) optimizer(beta1 float64) optim.Optimizer {
	rate := optim.LinearRamp(t.Settings.Rate, 0, 0, int(t.rounds()), 1)
	return optim.Adam{LearningRate: rate, Beta1: beta1, Beta2: .999, Epsilon: 1e-8}
}

// fixed is the optimiser of a player that never moves.
type fixed struct{}

func (fixed) Slots() []string { return nil }

func (fixed) Next(value *tensor.Tensor, _ []*tensor.Tensor, _, _ *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	return value, nil
}

// play traces the losses of E and D.
func (t *training) play(trace *game.Trace) game.Losses {
	c, conditions := trace.Context, recipe.Inputs{}
	for _, condition := range t.read {
		conditions[condition.Name] = trace.Data(conditionName(condition))
	}
	for _, condition := range t.drawn {
		conditions[condition.Name] = draw(trace.Context, condition, t.batch)
	}
	for _, condition := range t.generator.Output.Given {
		c = c.With(conditionName(condition), conditions[condition.Name])
	}
	var latents, flatLatents []*tensor.Tensor
	for _, l := range t.codes {
		z := l.Draw(c, t.batch)
		latents, flatLatents = append(latents, z), append(flatLatents, z.Flatten())
	}
	z := tensor.Concatenate(1, flatLatents...)
	made := t.generator.make(c, t.codes, latents, conditions)
	if t.Settings.Method == Adversarial {
		x := trace.Data(exampleInput)
		found := t.network.Apply(c, x)
		x, made = t.generator.scaled(x), t.generator.scaled(made)
		real, fake := t.d.Apply(c.With(codesName, found), x), t.d.Apply(c.With(codesName, z), made)
		var o objective.NonSaturating
		r1 := objective.R1{Gamma: gamma}
		return game.Losses{
			"D": o.Discriminator(real, fake).Add(r1.At(real, x)).Add(r1.At(fake, made)),
			"E": o.Discriminator(fake, real),
		}
	}
	// The mean squared error of the standardised code.
	error := t.standard(t.network.Apply(c, made), false).Sub(t.standard(z, false))
	return game.Losses{"E": error.Square().Mean()}
}

// draw traces n random values of a condition.
func draw(c *nn.Context, condition recipe.Condition, n int) *tensor.Tensor {
	if condition.Draw != nil {
		return condition.Draw(c, n)
	}
	return c.Uniform(0, float64(condition.Classes), append([]int{n}, condition.Shape...)...).Floor().Convert(tensor.Int32)
}
