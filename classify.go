package gander

import (
	"context"
	"fmt"
	"image"

	"github.com/gander-ml/gander/run"
)

// A Prediction is the class that a classifier gives to an example.
type Prediction struct {
	Class         int       // the most probable class
	Name          string    // its name; its number if the classes of the run's data have no names
	Probabilities []float64 // of all classes
}

// Classify classifies examples with the first classifier of the run, or with the one that
// [From] names. Recipes such as ssl-feature-matching train a classifier: an output that
// makes a class. x is one example or several: an image.Image or []image.Image with the
// size of the images of the run, or []float32 or [][]float32 for rows of numbers. There is
// a prediction for each example.
//
// It is an error if the run has no such classifier, or if the examples do not fit it.
// Otherwise Classify is like [Generator.Draw].
func (g *Generator) Classify(ctx context.Context, x any, options ...Option) ([]Prediction, error) {
	predictions, err := g.classify(ctx, x, options)
	if err != nil {
		return nil, fmt.Errorf("gander: %w", err)
	}
	return predictions, nil
}

func (g *Generator) classify(ctx context.Context, x any, options []Option) ([]Prediction, error) {
	o := drawOptions{given: map[string]any{}}
	for _, set := range options {
		set(&o)
	}
	output, err := g.run.FindClassifier(o.output)
	if err != nil {
		return nil, err
	}
	n := 1
	switch x := x.(type) {
	case []image.Image:
		n = len(x)
	case [][]float32:
		n = len(x)
	}
	o.output = output.Name
	o.given[output.Given[0].Name] = x
	s, err := g.drawer.draw(ctx, n, o)
	if err != nil {
		return nil, err
	}
	p := run.Predictions{Field: output.Makes, Scores: s.Numbers()}
	list := make([]Prediction, n)
	for i := range list {
		class := p.Class(i)
		list[i] = Prediction{class, p.Name(class), p.Probabilities(i)}
	}
	return list, nil
}
