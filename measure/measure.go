package measure

import (
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

// A Measure judges samples.
type Measure struct {
	Name   string // on the command line
	Title  string // one line: what it tells
	Source string // the paper whose protocol it follows
	N      int    // samples it takes by default
	Least  int    // and at the least
	Spaces bool   // it works in any feature space; otherwise on the examples themselves
	Seen   bool   // where none is named, in that of the classifier for the data, if there is one

	Kinds  []data.Kind // what it can judge; not to be changed
	Images bool        // of pixels, it can judge images alone: [channels, height, width]

	// run computes the result. What is common to all measures is filled in and
	// checked before: see Task.Run.
	run func(ctx context.Context, t *Task, r *Result) error
}

// A Task is what is measured, and against what.
type Task struct {
	Samples    *Set // of the generator
	Train      *Set // real: what it learned from; nil if unknown
	Validation *Set // real: for choosing constants; nil if there is none
	Reference  *Set // real: what the samples are compared with, disjoint from Train
	Mixture    *Mixture

	N        int                                // samples to take, the first; 0: as many as the measure's protocol says
	Space    string                             // the feature space by name, one of Spaces; "": the measure's default
	Fine     bool                               // parzen alone: search sigma on a fine grid, too
	Seed     uint64                             // of every draw
	Device   *engine.Device                     // nil: all processors, for this task alone
	Known    *Known                             // what is found of the real sets is kept there; nil: for this task alone
	Progress func(what string, done, total int) // unless nil, called now and then
}

// A Mixture is a known distribution of points: equally likely round Gaussians.
type Mixture struct {
	Means [][]float64 // [modes, dimensions]
	SD    float64
}

var measures []Measure

// define adds a measure; each file of one calls it.
func define(m Measure) { measures = append(measures, m) }

// List returns all measures by name.
func List() []Measure {
	sorted := slices.Clone(measures)
	slices.SortFunc(sorted, func(a, b Measure) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// Names returns the names of all measures, in a list for reading.
func Names() string {
	var names []string
	for _, m := range List() {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

// Find returns the measure that spec names, and the number of samples it asks
// for: "prdc" or "prdc@2000"; 0: the measure's own number.
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

// Run measures. A set that the measure cannot take is an error; what makes
// figures doubtful but not wrong is a warning of the result.
func (m Measure) Run(ctx context.Context, t Task) (*Result, error) {
	warnings, err := m.prepare(&t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	r := &Result{
		Measure: m.Name, Space: t.Space, Samples: t.Samples.Name,
		N: t.Samples.Len(), Seed: t.Seed, Warnings: warnings,
	}
	if t.Reference != nil {
		r.Reference, r.M = t.Reference.Name, t.Reference.Len()
	}
	if t.Known == nil {
		t.Known = &Known{} // the reference may be that of the floor, too
	}
	if t.Device == nil {
		t.Device = engine.NewDevice(0)
		defer t.Device.Close()
	}
	if err := m.run(ctx, &t, r); err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	r.settle()
	return r, nil
}

// prepare checks the task and cuts the samples to the number that is measured.
func (m Measure) prepare(t *Task) (warnings []string, err error) {
	if t.Samples == nil {
		return nil, hint.Add(errors.New("there are no samples to judge"), "set Task.Samples")
	}
	if err := t.Samples.checkShape(); err != nil { // whole, before it is cut
		return nil, err
	}
	if err := m.checkField(t.Samples); err != nil {
		return nil, err
	}
	n, have := t.N, t.Samples.Len()
	if n == 0 {
		n = min(m.N, have)
	}
	switch {
	case n < m.Least:
		return nil, hint.Add(fmt.Errorf("%d samples are too few, it takes at least %d", n, m.Least), "its protocol asks for %d", m.N)
	case have < n:
		return nil, hint.Add(fmt.Errorf("%s: %d samples, want %d", t.Samples.Name, have, n), "give more samples, or set Task.N to %d", have)
	case n != m.N:
		warnings = append(warnings, fmt.Sprintf("%d samples and not the %d of the protocol: figures are comparable with their like alone", n, m.N))
	}
	t.N, t.Samples = n, t.Samples.Slice(0, n)
	copied, err := t.examine()
	if err != nil {
		return nil, err
	}
	if err := t.enter(m); err != nil {
		return nil, err
	}
	return append(warnings, copied...), nil
}

// examine checks the sets and warns of samples that are copies of real examples.
// Of real sets that are known it reads nothing again.
func (t *Task) examine() (warnings []string, err error) {
	if err := t.Samples.check(); err != nil {
		return nil, err
	}
	samples := indexOf(t.Samples)
	var seen []*Set
	for _, s := range []*Set{t.Train, t.Validation, t.Reference} {
		if s == nil || slices.Contains(seen, s) {
			continue
		}
		hashes, err := t.knownHashes(s)
		if err != nil {
			return nil, err
		}
		if err := alike(t.Samples, s); err != nil {
			return nil, err
		}
		if n := samples.copiesOf(s, hashes); n > 0 {
			warnings = append(warnings, fmt.Sprintf("%d of the %d samples are exact copies of examples of %s", n, t.Samples.Len(), s.Name))
		}
		seen = append(seen, s)
	}
	if n := len(seen); n > 0 && t.Samples.isPixels() && dim(t.Samples, seen[n-1]) {
		warnings = append(warnings, fmt.Sprintf("the brightest pixel of %s is %.2g: bytes go from 0 to 255, and other numbers from 0 to 1 and not to 1/255", t.Samples.Name, slices.Max(t.Samples.Values)))
	}
	return warnings, nil
}

// progress tells how far a measure is.
func (t *Task) progress(what string, done, total int) {
	if t.Progress != nil {
		t.Progress(what, done, total)
	}
}
