package measure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
	"github.com/gander-ml/gander/random"
)

// A comparison is two sets in one feature space.
type comparison struct{ samples, reference *Set }

// comparisons returns what a measure compares in its feature space: the samples
// with the reference and, for the floor, real examples in place of the samples:
// as many as standIns has, or if it has too few, one half of the reference with the
// other. The floor is nil, and a warning says so, if the halves have less than least
// examples.
func (t *Task) comparisons(ctx context.Context, r *Result, least int) (measured comparison, floor *comparison, err error) {
	if t.Reference == nil {
		return measured, nil, hint.Add(errors.New("there are no real examples to compare with"), "set Task.Reference: name the data")
	}
	if n := t.Reference.Len(); n < least {
		return measured, nil, fmt.Errorf("%s: %d real examples are too few, it takes at least %d", t.Reference.Name, n, least)
	}
	if measured.samples, err = t.features(ctx, t.Samples); err != nil {
		return measured, nil, err
	}
	if measured.reference, err = t.knownFeatures(ctx, t.Reference, t.Reference.Len()); err != nil {
		return measured, nil, err
	}
	from := t.standIns(r)
	if from == nil || from.Len() < t.N {
		return measured, t.halves(r, measured.reference, least, "training"), nil
	}
	real, err := t.knownFeatures(ctx, from, t.N)
	if err != nil {
		return measured, nil, err
	}
	return measured, &comparison{real, measured.reference}, nil
}

// standIns returns the set whose examples stand for the samples in the floor: the
// training set, but before a classifier that may have learned it the validation set.
func (t *Task) standIns(r *Result) *Set {
	if !strings.HasPrefix(r.Space, lenet.Version) {
		return t.Train
	}
	if t.heldOut() >= t.N {
		return t.Validation
	}
	if t.Train != nil && t.Train.Len() >= t.N {
		r.warn("the floor is of training examples, which the classifier may have learned: it is a little better than of others")
	}
	return t.Train
}

// heldOut returns how many validation examples there are besides the reference.
func (t *Task) heldOut() int {
	if t.Validation == nil || t.Validation == t.Reference {
		return 0
	}
	return t.Validation.Len()
}

// knownFeatures returns the features of the first n examples of a real set: the
// same set for the same question, if the task has a Known.
func (t *Task) knownFeatures(ctx context.Context, s *Set, n int) (*Set, error) {
	type key struct {
		of    *Set
		n     int
		space string
	}
	return once(t.Known, key{s, n, t.Space}, func() (*Set, error) { return t.features(ctx, s.Slice(0, n)) })
}

// halves returns the halves of real, drawn at random, the first cut to the
// number of samples, or nil if they have less than least examples. A warning
// says which examples they stand for.
func (t *Task) halves(r *Result, real *Set, least int, lacking string) *comparison {
	n := real.Len() / 2
	if n < least {
		r.warn("no floor: there are no %d %s examples to put in place of the samples, and too few real examples to halve", t.N, lacking)
		return nil
	}
	first, second := t.drawHalves(real, min(n, t.N))
	r.warn("the floor compares %d real examples with %d others, as there are no %d %s examples to put in place of the samples",
		first.Len(), second.Len(), t.N, lacking)
	return &comparison{first, second}
}

// drawHalves returns n examples of one half of real, and the other half.
func (t *Task) drawHalves(real *Set, n int) (first, second *Set) {
	type key struct {
		of   *Set
		n    int
		seed uint64
	}
	halves, _ := once(t.Known, key{real, n, t.Seed}, func() ([2]*Set, error) {
		order := make([]int, real.Len())
		for i, k := range random.New(t.Seed, "measure: halves").Perm(make([]int32, len(order))) {
			order[i] = int(k)
		}
		return [2]*Set{real.Pick(order[:n]), real.Pick(order[len(order)/2:])}, nil
	})
	return halves[0], halves[1]
}
