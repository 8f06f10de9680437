package run

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
)

// Predictions are the results of a classifier for n examples.
type Predictions struct {
	Field  data.Field // the classes
	Scores []float32  // logits, [n, Field.Classes]
}

// Len returns the number of examples.
func (p *Predictions) Len() int { return len(p.Scores) / p.Field.Classes }

// Class returns the class with the greatest score for example i, the first of equal ones.
func (p *Predictions) Class(i int) int {
	class, scores := 0, p.Scores[i*p.Field.Classes:][:p.Field.Classes]
	for k, v := range scores {
		if v > scores[class] {
			class = k
		}
	}
	return class
}

// Probabilities returns the probabilities of the classes of example i, the softmax of its
// scores: [Field.Classes].
func (p *Predictions) Probabilities(i int) []float64 {
	scores := p.Scores[i*p.Field.Classes:][:p.Field.Classes]
	greatest, sum := float64(scores[p.Class(i)]), 0.0
	probabilities := make([]float64, len(scores))
	for k, v := range scores {
		probabilities[k] = math.Exp(float64(v) - greatest)
		sum += probabilities[k]
	}
	for k := range probabilities {
		probabilities[k] /= sum
	}
	return probabilities
}

// Name returns the name of a class, or its number if it has no name.
func (p *Predictions) Name(class int) string {
	if p.Field.Labels == nil {
		return strconv.Itoa(class)
	}
	return p.Field.Labels[class]
}

// FindClassifier returns the output of the run called name. The name "" means the first
// classifier. It is an error if the run has none, or if the output is no classifier.
func (g *Generator) FindClassifier(name string) (recipe.Output, error) {
	const advice = "gander recipes RECIPE shows what a recipe makes; a classifier makes \"one of N classes\""
	if name == "" {
		o, ok := g.system.Classifier()
		if !ok {
			return o, hint.Add(fmt.Errorf("run %s has no classifier: recipe %s trains none", g.Name, g.Config.Recipe.Name), advice)
		}
		return o, nil
	}
	o, err := findOutput(g.Config, g.system, name)
	if err == nil && !o.Classifies() {
		err = hint.Add(fmt.Errorf("output %s of run %s makes %v: it is no classifier", name, g.Name, o.Makes), advice)
	}
	return o, err
}

// Classifier returns the sampler of the output that [Generator.FindClassifier] finds.
func (g *Generator) Classifier(name string) (*Sampler, error) {
	o, err := g.FindClassifier(name)
	if err != nil {
		return nil, err
	}
	return g.Sampler(o.Name)
}

// Classify classifies the examples of a set with the output of the sampler, which must
// be a classifier with one condition. The examples must be of the kind and the shape of
// that condition. When ctx ends, Classify stops and returns the error of ctx.
func (s *Sampler) Classify(ctx context.Context, set *measure.Set) (*Predictions, error) {
	o := s.Output
	if len(o.Given) != 1 || !o.Classifies() {
		return nil, fmt.Errorf("output %s is no classifier of one condition", o.Name)
	}
	c := o.Given[0]
	if !c.Same(set.Field) {
		return nil, hint.Add(fmt.Errorf("examples of %s are %v, and output %s classifies %v", set.Name, set.Field, o.Name, c.Field),
			"give examples like those that the run learned from")
	}
	values := set.Values
	if c.Kind == data.Pixels {
		values = make([]float32, len(set.Values))
		for i, v := range set.Values {
			values[i] = float32(c.Scale.Lo + (c.Scale.Hi-c.Scale.Lo)*float64(v))
		}
	}
	made, err := s.Make(ctx, set.Len(), Inputs{c.Name: {Floats: values}})
	if err != nil {
		return nil, err
	}
	return &Predictions{o.Makes, made.Values}, nil
}

// judged returns the classifier in the form that measures take. The name is that of the
// network: its run and step.
func (s *Sampler) judged(name string) measure.Classifier {
	return measure.Classifier{Name: name, Output: s.Output.Name, Classes: s.Output.Makes.Classes,
		Classify: func(ctx context.Context, set *measure.Set) ([]int32, error) {
			p, err := s.Classify(ctx, set)
			if err != nil {
				return nil, err
			}
			classes := make([]int32, p.Len())
			for i := range classes {
				classes[i] = int32(p.Class(i))
			}
			return classes, nil
		}}
}

// knowsClass reports whether a classifier finds the class of the data, and not something
// else, such as a code.
func knowsClass(o recipe.Output) bool {
	return cmp.Or(o.Makes.Name, data.ClassField) == data.ClassField
}

// Classifiers returns the classifiers of the run that find the class of the data, in the
// form that measures take, none if it has no such classifier.
func (g *Generator) Classifiers() ([]measure.Classifier, error) {
	var list []measure.Classifier
	for _, o := range g.system.Outputs {
		if !o.Classifies() || !knowsClass(o) {
			continue
		}
		s, err := g.Sampler(o.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, s.judged(setName(g.Step, g.Name)))
	}
	return list, nil
}
