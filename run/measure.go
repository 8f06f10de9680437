package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/referee"
)

// A plan lists the measures of a run during training.
type plan struct {
	measures []planned
	figure   figureName // the figure that chooses the best checkpoint; empty: none
}

// A planned is a measure that takes n samples.
type planned struct {
	measure.Measure
	n int
}

// reference returns the set with which the measure compares samples during training.
// This is the validation part, except for Parzen. Parzen gets no reference, and
// reports the score of the validation part. The protocol of the 2014 paper stops
// early on that score.
func (m planned) reference(real *measure.Real) *measure.Set {
	if m.Name == "parzen" {
		return nil
	}
	return real.Validation
}

// plan reads the settings about measures.
func (c *Config) plan() (*plan, error) {
	p := &plan{figure: parseFigureName(c.Train.Best)}
	var names []string
	for _, spec := range strings.Fields(strings.Join(c.Train.Measure, " ")) {
		m, n, err := measure.Find(spec)
		if err != nil {
			return nil, fmt.Errorf("train.measure: %w", err)
		}
		if n == 0 {
			n = m.N
		}
		switch {
		case p.has(m.Name):
			return nil, hint.Add(fmt.Errorf("train.measure has %s twice", m.Name), "name each measure once")
		case n < m.MinSamples:
			return nil, hint.Add(fmt.Errorf("train.measure: %s of %d samples, it takes at least %d", m.Name, n, m.MinSamples), "its protocol asks for %d", m.N)
		case n > MostSamples:
			return nil, hint.Add(fmt.Errorf("train.measure: %s of %d samples, want at most %d", m.Name, n, MostSamples), "its protocol asks for %d", m.N)
		}
		p.measures, names = append(p.measures, planned{m, n}), append(names, m.Name)
	}
	switch {
	case c.Train.Best != "" && len(names) == 0:
		return nil, hint.Add(fmt.Errorf("train.best = %q: the run measures nothing", c.Train.Best), "--set train.measure=%s", cmp.Or(p.figure.measure, "MEASURE"))
	case c.Train.Best != "" && !p.has(p.figure.measure):
		return nil, hint.Add(fmt.Errorf("train.best = %q: the run does not measure that, train.measure is %q", c.Train.Best, strings.Join(names, ",")),
			"name one of these")
	case c.Train.Patience > 0 && c.Train.Best == "":
		return nil, hint.Add(errors.New("train.patience needs train.best, the figure that it waits for"), "--set train.best=MEASURE:FIGURE")
	}
	return p, nil
}

func (p *plan) has(name string) bool {
	for _, m := range p.measures {
		if m.Name == name {
			return true
		}
	}
	return false
}

// samples returns the greatest number of samples that a measure takes. It is 0 if all
// measures judge classifiers.
func (p *plan) samples() int {
	most := 0
	for _, m := range p.measures {
		if !m.Classifies {
			most = max(most, m.n)
		}
	}
	return most
}

// A meter measures the generator of a session. It compares samples only with the
// validation part. If the test part chose the checkpoint, the test part could no
// longer judge it fairly.
type meter struct {
	*plan
	device  *engine.Device
	sampler *Sampler // nil: no measure needs samples
	real    *measure.Real

	classifiers []measure.Classifier
	seed        uint64
	known       *measure.Cache // results for the real examples, reused by the next measuring
	inputs      Inputs         // the same for every measuring
	best        Best
}

// newMeter loads the data that the planned measures need. sampler is that of the samples,
// nil if the run makes none. newMeter returns nil if no measures are planned.
func newMeter(device *engine.Device, c *Config, sets recipe.Sets, sampler *Sampler, classifiers []*Sampler) (*meter, error) {
	p, err := c.plan()
	if err != nil || len(p.measures) == 0 {
		return nil, err
	}
	m := &meter{plan: p, device: device, seed: c.Train.Seed, best: noBest}
	like := recipe.Main
	if p.samples() > 0 {
		if m.sampler, like, err = comparable(c, sets, sampler); err != nil {
			return nil, err
		}
	} else if len(classifiers) > 0 {
		like = cmp.Or(classifiers[0].Output.Like, recipe.Main)
	}
	name := c.SetOf(like).Name
	for _, s := range classifiers {
		m.classifiers = append(m.classifiers, s.judged(""))
	}
	if err := p.checkClassifiers(c, len(classifiers)); err != nil {
		return nil, err
	}
	if m.real, err = c.LoadReal(context.Background(), like); err != nil {
		return nil, err
	}
	if m.real.Validation == nil {
		return nil, hint.Add(fmt.Errorf("dataset %s has no validation part, with which training compares its samples", name), "leave train.measure empty, and measure the run afterwards")
	}
	for _, p := range m.measures {
		if !p.Judges(m.real.Validation.Field) {
			return nil, hint.Add(fmt.Errorf("train.measure: %s cannot measure the examples of %s", p.Name, name), "known are %s", measure.Names())
		}
		if p.Labelled && labelClasses(sampler.Output) == 0 {
			return nil, hint.Add(fmt.Errorf("train.measure: %s needs samples with classes, and output %s of recipe %s has no class as its condition", p.Name, sampler.Output.Name, c.Recipe.Name), "name another measure")
		}
	}
	if err := m.rehearse(); err != nil {
		return nil, err
	}
	m.known = &measure.Cache{} // set after rehearse, which uses other sets
	if m.sampler == nil {
		return m, nil
	}
	conditions, err := sampler.conditions(sets, p.samples(), c.Train.Seed)
	if err != nil {
		return nil, err
	}
	m.inputs = sampler.Latents(0, p.samples(), c.Train.Seed).with(conditions)
	return m, nil
}

// comparable returns the sampler and the role of the set that its samples should resemble.
// It is an error if the samples cannot be compared with that set.
func comparable(c *Config, sets recipe.Sets, sampler *Sampler) (*Sampler, string, error) {
	role := recipe.Main
	if sampler != nil {
		role = cmp.Or(sampler.Output.Like, recipe.Main)
	}
	if set := sets[role]; sampler != nil && set != nil && sampler.Output.Makes.Same(set.Info().First()) {
		return sampler, role, nil
	}
	return nil, "", hint.Add(fmt.Errorf("recipe %s makes nothing that can be compared with its data, and train.measure is %q",
		c.Recipe.Name, strings.Join(c.Train.Measure, ",")), "leave train.measure empty")
}

// checkClassifiers returns an error if a measure judges classifiers and the run has none.
func (p *plan) checkClassifiers(c *Config, classifiers int) error {
	for _, m := range p.measures {
		if m.Classifies && classifiers == 0 {
			return hint.Add(fmt.Errorf("train.measure: %s judges a classifier, and recipe %s trains none", m.Name, c.Recipe.Name), "name another measure")
		}
	}
	return nil
}

// rehearsed is the number of real examples in a rehearsal. If a measure needs more,
// it gets its minimum. They are used as both the samples and the real examples.
const rehearsed = 200

// rehearse runs each measure on a few random training examples. It finds a measure
// that cannot take the data, or a figure that the measure does not have, before hours
// of training.
func (m *meter) rehearse() error {
	if m.real.Train == nil {
		return nil
	}
	var results []*measure.Result
	for _, p := range m.measures {
		few := max(p.MinSamples, rehearsed)
		cut := func(s *measure.Set) *measure.Set { return drawFew(s, few, m.seed) }
		p.n = min(p.n, few, m.real.Train.Len())
		r, err := m.run(p, cut(m.real.Train), &measure.Real{Train: cut(m.real.Train), Validation: cut(m.real.Validation), Mixture: m.real.Mixture}, nil)
		if err != nil {
			return fmt.Errorf("train.measure: %w", err)
		}
		results = append(results, r)
	}
	_, err := m.choose(results)
	return err
}

// drawFew returns n random examples of a set, or all examples if the set has fewer.
func drawFew(s *measure.Set, n int, seed uint64) *measure.Set {
	var drawn []int
	for _, i := range data.DrawIndices(int64(s.Len()), int64(n), seed, "rehearsal") {
		drawn = append(drawn, int(i))
	}
	return s.Pick(drawn)
}

// run runs one measure on samples.
func (m *meter) run(p planned, samples *measure.Set, real *measure.Real, progress func(string, int, int)) (*measure.Result, error) {
	return p.Run(context.Background(), measure.Task{
		Samples: samples, Train: real.Train, Validation: real.Validation, Reference: p.reference(real), Mixture: real.Mixture,
		Classifiers: m.classifiers, N: p.n, Seed: m.seed, Cache: m.known, Device: m.device, Progress: progress,
	})
}

// choose returns the figure of train.best from results. It returns an empty value if
// train.best is empty.
func (m *meter) choose(results []*measure.Result) (measure.Value, error) {
	if m.figure == (figureName{}) {
		return measure.Value{}, nil
	}
	return m.figure.find(results)
}

// measureDue reports whether the present tick measures.
func (s *Session) measureDue() bool {
	if s.meter == nil {
		return false
	}
	tick := int64(float64(s.trainer.Shown()) / (s.Config.Train.TickKimg * 1000))
	return s.Done() || tick%int64(s.Config.Train.MeasureTicks) == 0
}

// measure measures the present generator, writes the results to r and updates the
// best checkpoint. It changes nothing that the training reads. It cannot be
// interrupted, because a resumed run must find the results.
func (s *Session) measure(r *Record) error {
	name := setName(s.trainer.Step(), s.name)
	var samples *measure.Set
	if s.meter.sampler != nil {
		made, err := s.meter.sampler.Make(context.Background(), s.meter.samples(), s.meter.inputs)
		if err != nil {
			return err
		}
		samples = made.Set(name)
	}
	for i := range s.meter.classifiers {
		s.meter.classifiers[i].Name = name
	}
	for _, p := range s.meter.measures {
		result, err := s.meter.run(p, samples, s.meter.real, s.measuring)
		if err != nil {
			return fmt.Errorf("measuring step %d: %w", s.trainer.Step(), err)
		}
		r.Measures = append(r.Measures, result)
	}
	figure, err := s.meter.choose(r.Measures)
	if err != nil || s.Config.Train.Best == "" {
		return err
	}
	return s.meter.best.update(r.Step, figure)
}

// errEnded ends the training of a run for the reason that Ended returns.
var errEnded = errors.New("ended early")

// impatient reports whether the last train.patience measurings, or more, found no
// better checkpoint.
func (s *Session) impatient() bool {
	patience := s.Config.Train.Patience
	return patience > 0 && s.meter != nil && s.meter.best.Since >= patience
}

// Ended returns the reason why the run ended before its full length. It returns "" if
// the run did not end early.
func (s *Session) Ended() string {
	switch {
	case s.watch.found != nil && s.watch.found.Failure != referee.NotANumber:
		return s.watch.found.Line()
	case !s.impatient():
		return ""
	}
	best := s.Best()
	return fmt.Sprintf("no better %s in %d measurings since step %d, where it was %.5g",
		best.Figure.Name, best.Since, best.Step, float64(best.Figure.Value))
}

// Best returns the best checkpoint so far. Its step is -1 if there is none.
func (s *Session) Best() Best {
	if s.meter == nil {
		return noBest
	}
	return s.meter.best
}

// recallBest reads the best checkpoint of a resumed run from its journal.
func (s *Session) recallBest() (err error) {
	if s.meter != nil && s.Config.Train.Best != "" {
		s.meter.best, err = readBest(s.Folder.JournalFile(), s.Config.Train.Best)
	}
	return err
}
