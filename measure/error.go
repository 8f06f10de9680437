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
		Name:   "error",
		Title:  "error of the classifiers of a run on real examples that it has not seen",
		Source: "Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference, for the interval",
		N:      10000, MinSamples: 1, Kinds: anything, Classifies: true,
		run: classifierError,
	})
}

// A Classifier is a classifier of a run, which the measure error judges.
type Classifier struct {
	Name    string // its source: "step 12000 of 0003-sgan-mnist"
	Output  string // its name within the run
	Classes int

	// Classify returns the class of each example of a set.
	Classify func(ctx context.Context, examples *Set) ([]int32, error)
}

// checkClassifiers returns an error if the task has no classifiers, or no examples with known
// classes.
func (t *Task) checkClassifiers() error {
	switch {
	case len(t.Classifiers) == 0:
		return hint.Add(errors.New("there is no classifier to judge"), "it is for the runs of recipes that train a classifier")
	case t.Reference == nil:
		return hint.Add(errors.New("there are no real examples to classify"), "set Task.Reference: name the data")
	case t.Reference.Labels == nil:
		return hint.Add(fmt.Errorf("the classes of %s are not known", t.Reference.Name), "it is for data with classes")
	}
	for _, c := range t.Classifiers {
		if c.Classes != t.Reference.Classes {
			return fmt.Errorf("output %s knows %d classes, %s has %d", c.Output, c.Classes, t.Reference.Name, t.Reference.Classes)
		}
	}
	return nil
}

// classifierError counts the examples that get another class than their own.
func classifierError(ctx context.Context, t *Task, r *Result) error {
	r.Samples, r.Reference, r.M = t.Classifiers[0].Name, t.Samples.Name, t.Samples.Len()
	r.Protocol = "share of the real examples that get another class than their own; low and high are the ends of Wilson's 95% interval"
	for k, c := range t.Classifiers {
		classes, err := c.Classify(ctx, t.Samples)
		if err != nil {
			return err
		}
		of := ""
		if k > 0 {
			of = " of " + c.Output
		}
		wrong, ofClass := 0, make([]Number, t.Samples.Classes)
		for i, class := range classes {
			if class != t.Samples.Labels[i] {
				wrong++
				ofClass[t.Samples.Labels[i]]++
			}
		}
		n := len(classes)
		share := float64(wrong) / float64(n)
		low, high := Wilson(wrong, n)
		r.Values = append(r.Values,
			Value{Name: "error" + of, Value: Number(share), StdErr: number(math.Sqrt(share * (1 - share) / float64(n))), StdErrOf: "standard error over real examples", Better: Lower},
			Value{Name: "low" + of, Value: Number(low), Better: Lower},
			Value{Name: "high" + of, Value: Number(high), Better: Lower})
		if len(ofClass) <= mostClasses {
			g := Group{Name: "errors of class" + of, Samples: ofClass}
			for class := range ofClass {
				g.Of = append(g.Of, strconv.Itoa(class))
			}
			r.Groups = append(r.Groups, g)
		}
	}
	return nil
}

// Wilson returns the ends of Wilson's 95% interval for a share that was observed as k of n
// (Wilson 1927): the shares from which the observed one is at most 1.96 of their
// standard deviations away. It panics unless 0 <= k <= n and n > 0.
func Wilson(k, n int) (low, high float64) {
	if n <= 0 || k < 0 || k > n {
		panic(fmt.Sprintf("measure: Wilson(%d, %d)", k, n))
	}
	const z = 1.959963984540054 // the 97.5% quantile of the normal distribution
	share, m := float64(k)/float64(n), float64(n)
	middle := share + z*z/(2*m)
	half := z * math.Sqrt(share*(1-share)/m+z*z/(4*m*m))
	low, high = (middle-half)/(1+z*z/m), (middle+half)/(1+z*z/m)
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}
