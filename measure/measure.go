package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
)

// A Measure computes figures of samples.
type Measure struct {
	Name       string // on the command line
	Title      string // one line: what it finds
	Source     string // the paper with its protocol
	N          int    // default number of samples
	MinSamples int    // least number of samples
	Spaces     bool   // it works in any feature space; otherwise it uses the examples themselves

	// PrefersClassifier reports whether the default feature space is that of a classifier
	// for the data. Without such a classifier it is pixels or points.
	PrefersClassifier bool

	Classifies bool // it judges classifiers, [Task.Classifiers], on the reference, and needs no samples

	Labelled bool // it needs the classes of the samples, [Set.Labels]

	Kinds      []data.Kind // what it can judge; must not be changed
	ImagesOnly bool        // examples of pixels must be images: [channels, height, width]

	// run computes the result. Task.Run first fills in and checks what all measures
	// have in common.
	run func(ctx context.Context, t *Task, r *Result) error
}

// A Task is the input of a measure: the samples and the real examples to compare them
// with.
type Task struct {
	Samples    *Set // of the generator; for a measure with Classifies, Run sets it
	Train      *Set // real: what the generator learned from; nil if unknown
	Validation *Set // real: for choosing constants; nil if there is none
	Reference  *Set // real: what the samples are compared with, disjoint from Train
	Mixture    *Mixture

	Classifiers []Classifier // of the run: for measures with Classifies

	N        int                                // number of samples, drawn if there are more; 0: the number of the measure's protocol
	Space    string                             // name of the feature space, one of Spaces; "": the measure's default
	Fine     bool                               // parzen only: also search sigma on a fine grid
	Seed     uint64                             // of every random draw
	Device   *engine.Device                     // nil: all processors, for this task only
	Cache    *Cache                             // of values computed from the real sets; nil: one for this task only
	Progress func(what string, done, total int) // unless nil, called now and then
}

// A Mixture is a known distribution of points: round Gaussians with equal
// probability.
type Mixture struct {
	Means [][]float64 // [modes, dimensions]
	SD    float64
}

var measures []Measure

// define adds a measure. The file of each measure calls it.
func define(m Measure) { measures = append(measures, m) }

// List returns all measures in order of their names.
func List() []Measure {
	sorted := slices.Clone(measures)
	slices.SortFunc(sorted, func(a, b Measure) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// Names returns the names of all measures, separated by commas.
func Names() string {
	var names []string
	for _, m := range List() {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

// Find returns the measure and the number of samples n that spec names, such as
// "prdc@2000". If spec has no number, n is 0, and [Task].N = 0 means the default of the
// measure.
func Find(spec string) (m Measure, n int, err error) {
	name, count, counted := strings.Cut(spec, "@")
	if counted {
		if n, err = strconv.Atoi(count); err != nil || n < 1 {
			return m, 0, hint.Add(fmt.Errorf("measure %q: %q is no number of samples", spec, count), "write %s@2000", name)
		}
	}
	var names []string
	for _, m := range List() {
		if m.Name == name {
			return m, n, nil
		}
		names = append(names, m.Name)
	}
	return m, 0, hint.Add(fmt.Errorf("unknown measure %q", name), "%s", suggest.Hint(name, names))
}

// Run measures. It returns an error for a set that the measure cannot take. If the
// figures are doubtful but not wrong, the result has a warning.
func (m Measure) Run(ctx context.Context, t Task) (*Result, error) {
	r := &Result{Measure: m.Name, Seed: t.Seed}
	if t.Cache == nil {
		t.Cache = &Cache{} // a set may be used more than once
	}
	if err := m.prepare(&t, r); err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	r.Space, r.Samples, r.N = t.Space, t.Samples.Name, t.Samples.Len()
	if t.Reference != nil {
		r.Reference, r.M = t.Reference.Name, t.Reference.Len()
	}
	if t.Device == nil {
		t.Device = engine.NewDevice(0)
		defer t.Device.Close()
	}
	if err := m.run(ctx, &t, r); err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	r.dropNonFinite()
	return r, nil
}

// prepare checks the task and draws the samples that are measured.
func (m Measure) prepare(t *Task, r *Result) error {
	if m.Classifies {
		if err := t.checkClassifiers(); err != nil {
			return err
		}
		t.Samples, t.Reference, t.Train, t.Validation = t.Reference, nil, nil, nil
	}
	if t.Samples == nil {
		return hint.Add(errors.New("there are no samples to judge"), "set Task.Samples")
	}
	if err := t.Samples.checkShape(); err != nil { // before samples are drawn
		return err
	}
	if err := m.checkField(t.Samples); err != nil {
		return err
	}
	if m.Labelled && t.Samples.Labels == nil {
		return hint.Add(fmt.Errorf("the classes of %s are not known", t.Samples.Name), "it is for the samples of a generator whose condition is the class")
	}
	n, have := t.N, t.Samples.Len()
	if n == 0 || m.Classifies {
		n = min(cmp.Or(n, m.N), have)
	}
	switch {
	case n < m.MinSamples:
		return hint.Add(fmt.Errorf("%d samples are too few, want at least %d", n, m.MinSamples), "its protocol asks for %d", m.N)
	case have < n:
		return hint.Add(fmt.Errorf("%s: %d samples, want %d", t.Samples.Name, have, n), "give more samples, or set Task.N to %d", have)
	case n != m.N && !m.Classifies:
		r.warn("%d samples and not the %d of the protocol: compare the figures only with figures of %d samples", n, m.N, n)
	}
	r.addDraw(n, have, "samples")
	samples := *t.Samples.draw(n, t.Seed, "samples") // a copy: see Task.baselineDraw
	t.N, t.Samples = n, &samples
	if err := t.checkSets(r); err != nil {
		return err
	}
	return t.chooseSpace(m)
}

// checkSets checks the sets and warns of samples that are copies of real examples. It
// does not read real sets again that the cache knows.
func (t *Task) checkSets(r *Result) error {
	if err := t.Samples.check(); err != nil {
		return err
	}
	samples := indexOf(t.Samples)
	var checked []*Set
	for _, s := range []*Set{t.Train, t.Validation, t.Reference} {
		if s == nil || slices.Contains(checked, s) {
			continue
		}
		hashes, err := t.cachedHashes(s)
		if err != nil {
			return err
		}
		if err := sameExamples(t.Samples, s); err != nil {
			return err
		}
		if n := samples.copiesOf(s, hashes); n > 0 {
			r.warn("%d of the %d samples are exact copies of examples of %s", n, t.Samples.Len(), s.Name)
		}
		checked = append(checked, s)
	}
	if n := len(checked); n > 0 && t.Samples.isPixels() && tooDark(t.Samples, checked[n-1]) {
		r.warn("the brightest pixel of %s is %.2g: bytes go from 0 to 255, and other numbers from 0 to 1 and not to 1/255", t.Samples.Name, slices.Max(t.Samples.Values))
	}
	return nil
}

// progress reports how far a measure is.
func (t *Task) progress(what string, done, total int) {
	if t.Progress != nil {
		t.Progress(what, done, total)
	}
}
