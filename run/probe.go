package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/referee"
)

// Sizes of probes. Together they cost less than 2% of the training between two ticks.
const (
	probedImages = 128 // samples and real examples that are compared
	probedPoints = 256 // the same for examples of a few numbers
	fewNumbers   = 64  // the most numbers of such examples
	probedByD    = 128 // examples by which D is evaluated, in at most mostBatches minibatches
	mostBatches  = 4
	probeName    = "probe"
)

// A prober computes the probes of a run at each tick: cheap figures of samples, of D on
// held-out examples, and of gradients. It reads the state of the training and does not
// change it. Its figures depend only on this state.
type prober struct {
	sampler   *Sampler // nil: the samples cannot be compared with the data
	n         int
	inputs    Inputs
	columns   int // of classes with the same latents; 0: no classes
	within    []float64
	reference *referee.Reference
	previous  []float32 // the samples of the tick before; nil: none yet
	training  *Sampler  // the same output in training mode; nil: it is no different

	train, heldOut *game.Evaluation // nil: no evaluation
	gradients      *game.Evaluation // with training examples
	batches        int              // of an evaluation
	restart        func() error     // sets the sources of the evaluations to their beginning
}

// newProber prepares the probes of a session. Without data, or with an output that cannot be
// compared with them, there are fewer probes.
func (s *Session) newProber(device *engine.Device) (*prober, error) {
	if !s.Config.Train.Probes {
		return nil, nil
	}
	p := &prober{}
	if err := p.prepareSamples(s, device); err != nil {
		return nil, fmt.Errorf("recipe %s: probes: %w", s.Config.Recipe.Name, err)
	}
	if err := p.prepareEvaluations(s, device); err != nil {
		return nil, fmt.Errorf("recipe %s: probes: %w", s.Config.Recipe.Name, err)
	}
	return p, nil
}

// prepareSamples chooses the samples of the first output that resembles the data.
func (p *prober) prepareSamples(s *Session, device *engine.Device) error {
	output, ok := s.system.Samples()
	role := cmp.Or(output.Like, recipe.Main)
	set := s.sets[role]
	if !ok || set == nil || !output.Makes.Same(set.Info().First()) || set.Info().HasMissing() {
		return nil
	}
	p.sampler = s.galleries[0].sampler
	p.n = probedImages
	if output.Makes.Size() <= fewNumbers {
		p.n = probedPoints
	}
	seed := s.Config.Train.Seed
	if class, ok := rowClass(output); ok && class.Classes >= 2 && 2*class.Classes <= p.n {
		p.inputs, p.columns = p.sampler.classRows(class, p.n, seed)
		p.n = p.columns * class.Classes
	} else {
		conditions, err := p.sampler.conditions(s.sets, p.n, seed)
		if err != nil {
			return err
		}
		p.inputs = p.sampler.Latents(0, p.n, seed).with(conditions)
	}
	if err := p.prepareReference(s, role, set); err != nil {
		return err
	}
	if !hasBuffers(output.Networks) || output.Unaveraged {
		return nil
	}
	var err error
	p.training, err = NewSampler(device, s.trainer.Store(), s.trainer.TrainingContext(probeName), output)
	return err
}

// prepareReference reads the real examples with which samples are compared.
func (p *prober) prepareReference(s *Session, role string, set data.Set) error {
	pixels := set.Info().First().Kind == data.Pixels
	real, err := measure.FromData(data.Draw(set, int64(p.n), s.Config.Train.Seed, probeName), probeName, int64(p.n))
	if err != nil {
		return err
	}
	var train, heldOut []float32
	if set.Len() <= referee.MostTrain {
		all, err := measure.FromData(set, probeName, set.Len())
		if err != nil {
			return err
		}
		out, err := s.heldOut(role)
		if err != nil {
			return err
		}
		if out != nil && out.Len() > 0 {
			some, err := measure.FromData(out, probeName, int64(p.n))
			if err != nil {
				return err
			}
			train, heldOut = all.Values, some.Values
		}
	}
	p.reference = referee.NewReference(set.Info().First().Shape, pixels, real.Values, train, heldOut)
	if p.columns > 0 && p.columns*real.Classes == p.n {
		p.within = p.reference.Within(real.Values, real.Labels, real.Classes)
	}
	return nil
}

// heldOut returns the validation part of the data of a role, nil if there is none.
func (s *Session) heldOut(role string) (data.Set, error) {
	set, err := s.Config.OpenData(context.Background(), role, data.Validation)
	if errors.Is(err, data.ErrEmpty) || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return set, err
}

func hasBuffers(networks []*nn.Network) bool {
	for _, n := range networks {
		if len(n.Trainable()) < len(n.Params) {
			return true
		}
	}
	return false
}

// prepareEvaluations compiles a play with training examples and one with held-out ones.
func (p *prober) prepareEvaluations(s *Session, device *engine.Device) error {
	sources := func(sets recipe.Sets) ([]game.Source, error) {
		if s.system.Sources == nil {
			return nil, nil
		}
		return s.system.Sources(sets, s.Config.Train.Seed)
	}
	held := recipe.Sets{}
	for role := range s.sets {
		set, err := s.heldOut(role)
		if err != nil {
			return err
		}
		if set == nil || set.Len() < 1 {
			held = nil
			break
		}
		held[role] = set
	}
	p.batches = min(max(probedByD/s.system.Game.Batch, 1), mostBatches)
	seed := s.Config.Train.Seed
	trained, err := sources(s.sets)
	if err != nil {
		return err
	}
	if p.train, err = s.trainer.NewEvaluation(device, trained, seed, false); err != nil {
		return err
	}
	if p.gradients, err = s.trainer.NewEvaluation(device, trained, seed, true); err != nil {
		return err
	}
	all := trained
	if len(held) > 0 {
		out, err := sources(held)
		switch {
		case errors.Is(err, data.ErrTooFew): // of a class: no figures of D on held-out examples
		case err != nil:
			return err
		default:
			if p.heldOut, err = s.trainer.NewEvaluation(device, out, seed, false); err != nil {
				return err
			}
			all = append(all, out...)
		}
	}
	p.restart = func() error {
		for _, source := range all {
			if err := source.SetPosition(0); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// remember makes the samples of the present state those of the tick before.
func (p *prober) remember() error {
	if p == nil || p.sampler == nil {
		return nil
	}
	samples, err := p.draw(p.sampler)
	p.previous = samples
	return err
}

// draw makes the samples of the probe, pixels from 0 to 1.
func (p *prober) draw(sampler *Sampler) ([]float32, error) {
	made, err := sampler.Make(context.Background(), p.n, p.inputs)
	if err != nil {
		return nil, err
	}
	return made.Set(probeName).Values, nil
}

// probe adds the figures of the present state to r.
func (p *prober) probe(r *Record) error {
	if p == nil {
		return nil
	}
	r.Probes = Figures{}
	if p.train != nil {
		if err := p.evaluate(r); err != nil { // a source of the probes has failed; that of the training may still work
			r.ProbeError = err.Error()
			p.train = nil
		}
	}
	if p.sampler == nil {
		return nil
	}
	samples, err := p.draw(p.sampler)
	if err != nil {
		return err
	}
	c := p.reference.Compare(samples)
	if p.columns > 0 {
		p.reference.CompareClasses(&c, samples, p.columns, p.within)
	}
	if p.previous != nil {
		c.Figures[referee.Drift] = p.reference.Distance(samples, p.previous)
	}
	if p.training != nil {
		other, err := p.draw(p.training)
		if err != nil {
			return err
		}
		c.Figures[referee.Modes] = p.reference.Distance(samples, other)
	}
	p.previous = samples
	for name, v := range c.Figures {
		r.Probes[name] = v
	}
	r.Covered = packBits(c.Covered)
	return nil
}

// evaluate adds the figures of D's answers and of gradients.
func (p *prober) evaluate(r *Record) error {
	if err := p.restart(); err != nil {
		return err
	}
	train, err := p.means(p.train)
	if err != nil {
		return err
	}
	if _, err := p.gradients.Run(); err != nil {
		return err
	}
	dead := 0.0
	for _, l := range p.gradients.Layers() {
		r.Probes[referee.GradientPrefix+l.Weight] = l.Norm
		dead = max(dead, l.Dead)
	}
	r.Probes[referee.Dead] = dead
	real, fake := referee.DReal, referee.DFake
	if _, ok := train[real]; !ok {
		real, fake = referee.ScoreReal, referee.ScoreFake
	}
	x, hasReal := train[real]
	made, hasFake := train[fake]
	if !hasReal || !hasFake {
		return nil
	}
	r.Probes[referee.Gap] = x - made
	if p.heldOut == nil {
		return nil
	}
	held, err := p.means(p.heldOut)
	if err != nil {
		return err
	}
	if gap := x - made; gap > 0 {
		r.Probes[referee.Overfit] = (x - held[real]) / gap
	}
	if real == referee.DReal {
		r.Probes[referee.HeldOut] = held[real]
	}
	return nil
}

// means returns the means of the statistics of several minibatches.
func (p *prober) means(e *game.Evaluation) (map[string]float64, error) {
	sums := map[string]float64{}
	for range p.batches {
		statistics, err := e.Run()
		if err != nil {
			return nil, err
		}
		for name, v := range statistics {
			sums[name] += v / float64(p.batches)
		}
	}
	return sums, nil
}

// packBits writes bits as hexadecimal digits, the first bit of four as the highest.
func packBits(bits []bool) string {
	const digits = "0123456789abcdef"
	text := make([]byte, (len(bits)+3)/4)
	for i := range text {
		d := 0
		for k := range 4 {
			if 4*i+k < len(bits) && bits[4*i+k] {
				d |= 8 >> k
			}
		}
		text[i] = digits[d]
	}
	return string(text)
}
