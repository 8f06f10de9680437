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

// comparisons returns what a measure compares in its feature space. The first result
// is the samples and the reference. The second is for the baseline: it has real
// examples instead of the samples. They are t.N examples that baselineSource has, or
// one half of the reference, compared with the other half, if it has too few. If a half
// has fewer than minimum examples, the baseline is nil and there is a warning.
func (t *Task) comparisons(ctx context.Context, r *Result, minimum int) (measured comparison, baseline *comparison, err error) {
	if t.Reference == nil {
		return measured, nil, hint.Add(errors.New("there are no real examples to compare with"), "set Task.Reference: name the data")
	}
	if n := t.Reference.Len(); n < minimum {
		return measured, nil, fmt.Errorf("%s: %d real examples are too few, want at least %d", t.Reference.Name, n, minimum)
	}
	if measured.samples, err = t.features(ctx, t.Samples); err != nil {
		return measured, nil, err
	}
	if measured.reference, err = t.cachedFeatures(ctx, t.Reference); err != nil {
		return measured, nil, err
	}
	from, what := t.baselineSource(r)
	if from == nil || from.Len() < t.N {
		return measured, t.halves(r, measured.reference, minimum, "training"), nil
	}
	real, err := t.cachedFeatures(ctx, t.baselineDraw(r, from, what))
	if err != nil {
		return measured, nil, err
	}
	return measured, &comparison{real, measured.reference}, nil
}

// baselineDraw returns t.N examples of a real set, which replace the samples in the
// baseline. The result is never from itself, because [Task.distances] treats a set in
// another way when it is compared with itself.
func (t *Task) baselineDraw(r *Result, from *Set, what string) *Set {
	r.addDraw(t.N, from.Len(), what+" examples for the baseline")
	type key struct {
		of   *Set
		n    int
		seed uint64
	}
	drawn, _ := memo(t.Cache, key{from, t.N, t.Seed}, func() (*Set, error) {
		drawn := *from.draw(t.N, t.Seed, "baseline")
		return &drawn, nil
	})
	return drawn
}

// baselineSource returns the set of the examples that replace the samples in the baseline,
// and the name of these examples. It is the training set. In the feature space of a
// classifier, which may have learned the training set, it is the validation set.
func (t *Task) baselineSource(r *Result) (from *Set, what string) {
	if !strings.HasPrefix(r.Space, lenet.Version) {
		return t.Train, "training"
	}
	if t.heldOut() >= t.N {
		return t.Validation, "validation"
	}
	if t.Train != nil && t.Train.Len() >= t.N {
		r.warn("the baseline is of training examples, which the classifier may have learned: it is a little better than that of other real examples")
	}
	return t.Train, "training"
}

// heldOut returns the number of validation examples that are not the reference.
func (t *Task) heldOut() int {
	if t.Validation == nil || t.Validation == t.Reference {
		return 0
	}
	return t.Validation.Len()
}

// cachedFeatures returns the features of a real set. With a Cache, the same question
// has the same set as its answer.
func (t *Task) cachedFeatures(ctx context.Context, s *Set) (*Set, error) {
	type key struct {
		of    *Set
		space string
	}
	return memo(t.Cache, key{s, t.Space}, func() (*Set, error) { return t.features(ctx, s) })
}

// halves returns two random halves of real, and reduces the first to the number of
// samples. It returns nil if a half has fewer than minimum examples. The warning names the
// missing kind of examples.
func (t *Task) halves(r *Result, real *Set, minimum int, missing string) *comparison {
	n := real.Len() / 2
	if n < minimum {
		r.warn("no baseline: there are fewer than %d %s examples to use instead of the samples, and too few real examples to halve", t.N, missing)
		return nil
	}
	first, second := t.drawHalves(real, min(n, t.N))
	r.warn("the baseline compares %d real examples with %d others: there are fewer than %d %s examples to use instead of the samples",
		first.Len(), second.Len(), t.N, missing)
	return &comparison{first, second}
}

// drawHalves returns n examples of one half of real, and the other half.
func (t *Task) drawHalves(real *Set, n int) (first, second *Set) {
	type key struct {
		of   *Set
		n    int
		seed uint64
	}
	halves, _ := memo(t.Cache, key{real, n, t.Seed}, func() ([2]*Set, error) {
		order := make([]int, real.Len())
		for i, k := range random.New(t.Seed, "measure: halves").Perm(make([]int32, len(order))) {
			order[i] = int(k)
		}
		return [2]*Set{real.Pick(order[:n]), real.Pick(order[len(order)/2:])}, nil
	})
	return halves[0], halves[1]
}
