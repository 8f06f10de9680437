package run

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
)

// isByClass reports whether an output is given a class and nothing else.
func isByClass(output recipe.Output) bool {
	return len(output.Given) == 1 && output.Given[0].Kind == data.Class
}

// classRows returns the inputs of a picture of at most n samples, but at least one
// for each class: a row for each class, a column for each of the latents, so that
// what the class changes and what the latent changes can be told apart.
func (s *Sampler) classRows(n int, seed uint64) (in Inputs, columns int) {
	c := s.Output.Given[0]
	columns = max(1, n/c.Classes)
	in = Inputs{c.Name: {Ints: make([]int32, 0, columns*c.Classes)}}
	latents := s.Latents(0, columns, seed)
	for class := range c.Classes {
		for range columns {
			in[c.Name] = data.Values{Ints: append(in[c.Name].Ints, int32(class))}
		}
		for name, z := range latents {
			in[name] = data.Values{Floats: append(in[name].Floats, z.Floats...)}
		}
	}
	return in, columns
}

// realConditions returns the conditions of n samples: those of real examples of
// set, in an order that seed decides. Classes and tokens that the set does not have
// are drawn at random, each as likely as another. The first of the conditions do not
// depend on n.
func realConditions(set data.Set, output recipe.Output, n int, seed uint64) (Inputs, error) {
	in := Inputs{}
	var destinations []data.Destination
	for _, c := range output.Given {
		integers := c.Kind == data.Class || c.Kind == data.Tokens
		d := data.Destination{Field: c.Name, Scale: c.Scale}
		switch {
		case !hasField(set, c) && integers:
			in[c.Name] = data.Values{Ints: drawIntegers(c, n, seed)}
			continue
		case !hasField(set, c):
			return nil, noField(set, output, c)
		case integers:
			d.Ints = make([]int32, n*c.Size())
		default:
			d.Floats = make([]float32, n*c.Size())
		}
		in[c.Name] = data.Values{Floats: d.Floats, Ints: d.Ints}
		destinations = append(destinations, d)
	}
	if len(destinations) == 0 {
		return in, nil
	}
	batches, err := data.NewBatches(set, n, seed)
	if err != nil {
		return nil, err
	}
	return in, batches.Next(destinations...)
}

// hasField reports whether the examples of set, which may be nil, have the condition
// as a field.
func hasField(set data.Set, c recipe.Condition) bool {
	if set == nil {
		return false
	}
	f, ok := set.Info().Field(c.Name)
	return ok && f.Same(c.Field)
}

// noField returns the error for a condition that is no field of set.
func noField(set data.Set, output recipe.Output, c recipe.Condition) error {
	if set == nil {
		return hint.Add(fmt.Errorf("output %s is made from %s, and the run has no data to take it from", output.Name, c.Name),
			"only classes and tokens can be drawn without data")
	}
	return hint.Add(fmt.Errorf("output %s is made from %s, %v, and dataset %s has no such field", output.Name, c.Name, c.Field, set.Info().Name),
		"its fields are %s", strings.Join(fieldTexts(set.Info().Fields), ", "))
}

// drawIntegers draws the classes or tokens of n samples.
func drawIntegers(c recipe.Condition, n int, seed uint64) []int32 {
	key, size := random.Key(seed, "condition "+c.Name), c.Size()
	values := make([]int32, n*size)
	for i := range n {
		numbers := random.At(key, uint64(i))
		for k := range size {
			values[i*size+k] = int32(numbers.Intn(c.Classes))
		}
	}
	return values
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
