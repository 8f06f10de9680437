package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/gander-ml/gander/hint"
)

func init() {
	define(Measure{
		Name:   "1nn-error",
		Title:  "error on real examples of a nearest-neighbour classifier of samples with classes",
		Source: "Radford, Metz and Chintala 2016 (DCGAN), section on MNIST",
		N:      10000, MinSamples: 2, Kinds: anything, Labelled: true,
		run: oneNNError,
	})
}

// mostClasses is the largest number of classes for which the errors of each are reported.
const mostClasses = 100

// oneNNError gives each real example the class of the nearest sample, and counts the
// wrong ones. The baseline has real training examples instead of the samples.
func oneNNError(ctx context.Context, t *Task, r *Result) error {
	switch {
	case t.Reference == nil:
		return hint.Add(errors.New("there are no real examples to classify"), "set Task.Reference: name the data")
	case t.Reference.Labels == nil:
		return hint.Add(fmt.Errorf("the classes of %s are not known", t.Reference.Name), "it is for data with classes")
	case t.Reference.Classes != t.Samples.Classes:
		return fmt.Errorf("%s are of %d classes, %s of %d", t.Samples.Name, t.Samples.Classes, t.Reference.Name, t.Reference.Classes)
	}
	r.Protocol = "each real example gets the class of its nearest sample, the first one if several are equally near; " +
		"the distance is Euclidean, and pixels are compared as bytes, so those of samples are rounded; " +
		"the error is the share of real examples that get a wrong class; for the baseline, real training examples replace the samples"
	got, err := t.misclassified(ctx, t.Samples)
	if err != nil {
		return err
	}
	mean, stdErr := meanSE(got)
	value := Value{Name: "error", Value: Number(mean), StdErr: number(stdErr), StdErrOf: "standard error over real examples", Better: Lower}
	var real []float64
	if t.Train == nil || t.Train.Labels == nil || t.Train.Len() < t.N {
		r.warn("no baseline: there are fewer than %d training examples with classes to use instead of the samples", t.N)
	} else {
		train := t.baselineDraw(r, t.Train, "training")
		type key struct{ train, reference *Set }
		real, err = memo(t.Cache, key{train, t.Reference}, func() ([]float64, error) { return t.misclassified(ctx, train) })
		if err != nil {
			return err
		}
		mean, _ := meanSE(real)
		value.Baseline = number(mean)
	}
	r.Values = []Value{value}
	if t.Reference.Classes <= mostClasses && real != nil {
		r.Groups = []Group{t.errorsOfClasses(got, real)}
	}
	return nil
}

// errorsOfClasses returns the number of wrong examples of each class.
func (t *Task) errorsOfClasses(got, real []float64) Group {
	g := Group{Name: "errors of class"}
	for class := range t.Reference.Classes {
		g.Of = append(g.Of, strconv.Itoa(class))
	}
	g.Samples, g.Real = make([]Number, len(g.Of)), make([]Number, len(g.Of))
	for i, class := range t.Reference.Labels {
		g.Samples[class] += Number(got[i])
		g.Real[class] += Number(real[i])
	}
	return g
}

// misclassified returns, for each example of the reference, 1 if the nearest example of
// known has another class, else 0.
func (t *Task) misclassified(ctx context.Context, known *Set) ([]float64, error) {
	nearest, err := t.nearestOf(ctx, "nearest of "+known.Name, t.Reference.wholeBytes(), known.wholeBytes())
	if err != nil {
		return nil, err
	}
	wrong := make([]float64, len(nearest))
	for i, k := range nearest {
		if known.Labels[k] != t.Reference.Labels[i] {
			wrong[i] = 1
		}
	}
	return wrong, nil
}

// wholeBytes returns a copy of s with pixels as whole numbers from 0 to 255. A set of
// numbers is returned unchanged.
func (s *Set) wholeBytes() *Set {
	if !s.isPixels() {
		return s
	}
	whole := *s
	whole.Values = make([]float32, len(s.Values))
	for i, v := range s.Values {
		whole.Values[i] = float32(math.Round(float64(v) * 255))
	}
	return &whole
}

// nearTie is the relative difference of two distances that rounding may turn round. It is
// several times the largest error of [Task.distances].
const nearTie = 1e-4

// nearestOf returns, for each example of s, the index of the nearest example of known, the
// smallest of equally near ones. The comparison of distances is exact for whole numbers
// below 2^20: those that float32 cannot tell apart are computed again in float64.
func (t *Task) nearestOf(ctx context.Context, what string, s, known *Set) ([]int, error) {
	all := make([]contenders, s.Len())
	for i := range all {
		all[i].limit = float32(math.Inf(1))
	}
	visit := func(i, j int, squared []float32) {
		c := &all[i]
		for k, d := range squared {
			if d <= c.limit {
				c.add(j+k, d)
			}
		}
	}
	if err := t.distances(ctx, what, s, known, visit, nil); err != nil {
		return nil, err
	}
	nearest := make([]int, s.Len())
	for i := range all {
		least := math.Inf(1)
		all[i].drop()
		for _, c := range all[i].list {
			if d := squaredDistance(s.At(i), known.At(c.index)); d < least {
				nearest[i], least = c.index, d
			}
		}
	}
	return nearest, nil
}

// contenders are the examples that may be the nearest one.
type contenders struct {
	limit float32 // of the squared distance
	list  []contender
}

type contender struct {
	index   int
	squared float32
}

// add adds an example with a distance up to the limit, which it may lower.
func (c *contenders) add(index int, squared float32) {
	if len(c.list) == cap(c.list) {
		c.drop()
	}
	c.list = append(c.list, contender{index, squared})
	c.limit = min(c.limit, squared*(1+nearTie))
}

// drop drops the examples with a distance over the limit.
func (c *contenders) drop() {
	kept := c.list[:0]
	for _, v := range c.list {
		if v.squared <= c.limit {
			kept = append(kept, v)
		}
	}
	c.list = kept
}

// squaredDistance returns the squared Euclidean distance of a and b, in float64.
func squaredDistance(a, b []float32) float64 {
	sum := 0.0
	for k, v := range a {
		d := float64(v) - float64(b[k])
		sum += d * d
	}
	return sum
}
