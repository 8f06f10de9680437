package run

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
)

// classRows returns the classes of about n samples, a row for each class, and the
// number of columns; ok is false unless a class is all that the output is given.
func classRows(output recipe.Output, n int) (in Inputs, columns int, ok bool) {
	if len(output.Given) != 1 || output.Given[0].Kind != data.Class {
		return nil, 0, false
	}
	c := output.Given[0]
	columns = max(1, n/c.Classes)
	classes := make([]int32, 0, columns*c.Classes)
	for class := range c.Classes {
		for range columns {
			classes = append(classes, int32(class))
		}
	}
	return Inputs{c.Name: {Ints: classes}}, columns, true
}

// realConditions returns the conditions of n samples: those of real examples of
// set, in an order that seed decides. The first of them do not depend on n.
func realConditions(set data.Set, output recipe.Output, n int, seed uint64) (Inputs, error) {
	in := Inputs{}
	if len(output.Given) == 0 {
		return in, nil
	}
	if set == nil {
		return nil, hint.Add(fmt.Errorf("output %s is made from %s, and the run has no data to take it from", output.Name, output.Given[0].Name),
			"give all conditions")
	}
	batches, err := data.NewBatches(set, n, seed)
	if err != nil {
		return nil, err
	}
	var destinations []data.Destination
	for _, c := range output.Given {
		f, ok := set.Info().Field(c.Name)
		if !ok || !f.Same(c.Field) {
			return nil, hint.Add(fmt.Errorf("output %s is made from %s, %v, and dataset %s has no such field", output.Name, c.Name, c.Field, set.Info().Name),
				"its fields are %s", strings.Join(fieldTexts(set.Info().Fields), ", "))
		}
		d := data.Destination{Field: c.Name, Scale: c.Scale}
		values := data.Values{}
		if c.Kind == data.Class || c.Kind == data.Tokens {
			values.Ints = make([]int32, n*c.Size())
			d.Ints = values.Ints
		} else {
			values.Floats = make([]float32, n*c.Size())
			d.Floats = values.Floats
		}
		in[c.Name] = values
		destinations = append(destinations, d)
	}
	return in, batches.Next(destinations...)
}

// with returns in with the inputs of more added.
func (in Inputs) with(more Inputs) Inputs {
	all := Inputs{}
	for name, v := range in {
		all[name] = v
	}
	for name, v := range more {
		all[name] = v
	}
	return all
}
