package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
	"github.com/gander-ml/gander/random"
)

func init() {
	define(Measure{
		Name:   "class-accuracy",
		Title:  "share of samples in which an independent classifier finds the requested class, and how different the samples of a class are",
		Source: "Shmelkov, Schmid and Alahari 2018, How good is my GAN? (GAN-test), with another classifier",
		N:      10000, MinSamples: 10, Kinds: anything, Spaces: true, PrefersClassifier: true, Labelled: true,
		run: classAccuracy,
	})
}

// mostWithinClass is the greatest number of examples of a class with distances that are
// computed, drawn at random if there are more.
const mostWithinClass = 1000

// classAccuracy classifies the samples by a classifier that was trained on real examples
// alone: that of the feature space, or the nearest training example. The baseline is the
// figure of real examples with their own classes.
func classAccuracy(ctx context.Context, t *Task, r *Result) error {
	if err := t.checkClasses(); err != nil {
		return err
	}
	got, err := t.classified(ctx, t.Samples)
	if err != nil {
		return err
	}
	var real *classified
	if t.Reference.Labels == nil {
		r.warn("no baseline: the classes of %s are not known", t.Reference.Name)
	} else {
		drawn := t.cachedDraw(t.Reference, t.N, "class accuracy")
		r.addDraw(t.N, t.Reference.Len(), "real examples for the baseline")
		type key struct {
			of    *Set
			space string
			seed  uint64
			train *Set
		}
		if real, err = memo(t.Cache, key{drawn, t.Space, t.Seed, t.Train}, func() (*classified, error) { return t.classified(ctx, drawn) }); err != nil {
			return err
		}
	}
	r.Values = []Value{
		meanValue("accuracy", Higher, got, real, func(c *classified) []float64 { return c.right }),
		meanValue("accuracy with shuffled classes", NearBaseline, got, real, func(c *classified) []float64 { return c.shuffled }),
		got.distanceValue(real),
	}
	if t.Samples.Classes <= mostClasses && real != nil {
		r.Groups = t.groupsOfClasses(got, real)
	}
	r.Protocol = fmt.Sprintf("an example is right if the classifier finds its own class: %s; with shuffled classes, these are permuted at random among the examples; "+
		"the distance within a class is the mean Euclidean distance of the pairs of a class, of the examples themselves, averaged over the classes, of at most %d examples each; "+
		"the baseline has real examples with their own classes", t.classifier(), mostWithinClass)
	return nil
}

// checkClasses returns an error if the classes of the samples cannot be compared.
func (t *Task) checkClasses() error {
	classes := t.Samples.Classes
	switch {
	case t.Reference == nil:
		return hint.Add(errors.New("there are no real examples to compare with"), "set Task.Reference: name the data")
	case t.Reference.Labels != nil && t.Reference.Classes != classes:
		return fmt.Errorf("%s are of %d classes, %s of %d", t.Samples.Name, classes, t.Reference.Name, t.Reference.Classes)
	case t.hasClassifier() && classes != lenet.Classes:
		return hint.Add(fmt.Errorf("%s are of %d classes, and the classifier %s knows %d", t.Samples.Name, classes, t.Space, lenet.Classes), "set Task.Space to %s: then the nearest training example classifies", t.Samples.space())
	case !t.hasClassifier() && (t.Train == nil || t.Train.Labels == nil):
		return hint.Add(errors.New("there are no training examples with classes, and the nearest of them classifies the samples"), "use data with classes and a training part")
	case !t.hasClassifier() && t.Train.Classes != classes:
		return fmt.Errorf("%s are of %d classes, %s of %d", t.Samples.Name, classes, t.Train.Name, t.Train.Classes)
	}
	return nil
}

// hasClassifier reports whether the feature space is that of a classifier.
func (t *Task) hasClassifier() bool { return strings.HasPrefix(t.Space, lenet.Version) }

// classifier describes the classifier for the protocol.
func (t *Task) classifier() string {
	if t.hasClassifier() {
		return "the most probable of " + t.Space
	}
	return "that of the nearest training example"
}

// A classified is what the classifier finds in n examples with classes.
type classified struct {
	labels          []int32   // [n]
	right, shuffled []float64 // [n]: 1 if the classifier finds the class, or that after shuffling; else 0
	distance        []float64 // [classes]: the mean distance of the pairs of a class; NaN without pairs
	distanceSE      []float64 // [classes]: its standard error
}

// classified classifies the examples of s, which has labels.
func (t *Task) classified(ctx context.Context, s *Set) (*classified, error) {
	found, err := t.classesOf(ctx, s)
	if err != nil {
		return nil, err
	}
	n := s.Len()
	c := &classified{labels: s.Labels, right: make([]float64, n), shuffled: make([]float64, n)}
	for i, k := range random.New(t.Seed, "measure: shuffled classes").Perm(make([]int32, n)) {
		if found[i] == s.Labels[i] {
			c.right[i] = 1
		}
		if found[i] == s.Labels[k] {
			c.shuffled[i] = 1
		}
	}
	for class := range s.Classes {
		mean, se, err := t.withinClass(ctx, s, int32(class))
		if err != nil {
			return nil, err
		}
		c.distance, c.distanceSE = append(c.distance, mean), append(c.distanceSE, se)
	}
	return c, nil
}

// classesOf returns the classes that the classifier finds in the examples of s.
func (t *Task) classesOf(ctx context.Context, s *Set) ([]int32, error) {
	found := make([]int32, s.Len())
	if t.hasClassifier() {
		p, err := t.predict(ctx, s)
		if err != nil {
			return nil, err
		}
		for i, class := range p.class {
			found[i] = int32(class)
		}
		return found, nil
	}
	nearest, err := t.nearestOf(ctx, "nearest of "+s.Name, s.wholeBytes(), t.Train.wholeBytes())
	for i, k := range nearest {
		found[i] = t.Train.Labels[k]
	}
	return found, err
}

// withinClass returns the mean distance of the pairs of a class and its standard error, both
// NaN if there are no pairs. The error is that of a U-statistic (Hoeffding 1948): of the
// mean distances of each example to the others, twice the standard error of their mean.
func (t *Task) withinClass(ctx context.Context, s *Set, class int32) (mean, se float64, err error) {
	var of []int
	for i, label := range s.Labels {
		if label == class {
			of = append(of, i)
		}
	}
	if len(of) > mostWithinClass {
		some := drawIndices(len(of), mostWithinClass, t.Seed, "pairs of a class")
		for k, i := range some {
			some[k] = of[i]
		}
		of = some
	}
	if len(of) < 2 {
		return math.NaN(), math.NaN(), nil
	}
	examples := s.Pick(of)
	toOthers := make([]float64, len(of))
	visit := func(i, _ int, squared []float32) {
		sum := 0.0
		for _, d := range squared {
			if !math.IsInf(float64(d), 1) { // the distance to itself
				sum += math.Sqrt(max(float64(d), 0))
			}
		}
		toOthers[i] += sum / float64(len(of)-1)
	}
	if err := t.distances(ctx, "distances within classes of "+s.Name, examples, examples, visit, nil); err != nil {
		return 0, 0, err
	}
	mean, se = meanSE(toOthers)
	return mean, 2 * se, nil
}

// meanValue returns the mean of the numbers of the examples. real is nil if there is no
// baseline.
func meanValue(name string, better Better, got, real *classified, numbers func(*classified) []float64) Value {
	mean, stdErr := meanSE(numbers(got))
	v := Value{Name: name, Value: Number(mean), StdErr: number(stdErr), StdErrOf: "standard error over samples", Better: better}
	if real != nil {
		mean, _ := meanSE(numbers(real))
		v.Baseline = number(mean)
	}
	return v
}

// distanceValue returns the mean of the distances within the classes that have pairs.
func (c *classified) distanceValue(real *classified) Value {
	mean := func(c *classified) (mean, se float64) {
		var means []float64
		for k, d := range c.distance {
			if !math.IsNaN(d) {
				means = append(means, d)
				se += c.distanceSE[k] * c.distanceSE[k]
			}
		}
		mean, _ = meanSD(means)
		return mean, math.Sqrt(se) / float64(len(means))
	}
	value, se := mean(c)
	v := Value{Name: "distance within a class", Value: Number(value), StdErr: number(se), StdErrOf: "standard error of a U-statistic", Better: NearBaseline}
	if real != nil {
		baseline, _ := mean(real)
		v.Baseline = number(baseline)
	}
	return v
}

// groupsOfClasses returns the accuracy and the distance of each class.
func (t *Task) groupsOfClasses(got, real *classified) []Group {
	accuracies := Group{Name: "accuracy of class"}
	for class := range t.Samples.Classes {
		accuracies.Of = append(accuracies.Of, strconv.Itoa(class))
	}
	if names, err := classNames(t.Space); t.hasClassifier() && err == nil && len(names) > 0 {
		accuracies.Of = names
	}
	distances := Group{Name: "distance within class", Of: slices.Clone(accuracies.Of)}
	for _, c := range []struct {
		of           *classified
		right, apart *[]Number
	}{{got, &accuracies.Samples, &distances.Samples}, {real, &accuracies.Real, &distances.Real}} {
		sums, counts := make([]float64, t.Samples.Classes), make([]float64, t.Samples.Classes)
		for i, label := range c.of.labels {
			sums[label] += c.of.right[i]
			counts[label]++
		}
		for class := range sums {
			sums[class] /= counts[class] // NaN for a class without examples
		}
		*c.right, *c.apart = numbers(sums), numbers(c.of.distance)
	}
	return []Group{accuracies, distances}
}
