package run

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// rowClass returns the class condition of an output if its pictures have a row for each
// class: all other conditions can be drawn.
func rowClass(output recipe.Output) (c recipe.Condition, ok bool) {
	c, ok = ClassOf(output)
	for _, g := range output.Given {
		ok = ok && (g.Name == c.Name || g.Draw != nil)
	}
	return c, ok
}

// ClassOf returns the class condition of an output. It is the condition with the name
// [data.ClassField], or else the only condition of kind class.
func ClassOf(output recipe.Output) (c recipe.Condition, ok bool) {
	n := 0
	for _, g := range output.Given {
		if g.Kind != data.Class {
			continue
		}
		if g.Name == data.ClassField {
			return g, true
		}
		c, n = g, n+1
	}
	return c, n == 1
}

// labelClasses returns the number of classes if a condition of an output is the class of
// the data that its samples resemble. Otherwise it returns 0.
func labelClasses(output recipe.Output) int {
	c, ok := ClassOf(output)
	if !ok || c.Name != data.ClassField || cmp.Or(c.Role, recipe.Main) != cmp.Or(output.Like, recipe.Main) {
		return 0
	}
	return c.Classes
}

// classRows returns latents and values of the class condition c for a picture of at
// most n samples, but at least one sample for each class. Each class has a row, and
// each latent has a column, with conditions that can be drawn. A reader of the picture
// can thus separate the effect of the class from the effect of the latent.
func (s *Sampler) classRows(c recipe.Condition, n int, seed uint64) (in Inputs, columns int) {
	columns = max(1, n/c.Classes)
	column := s.Latents(0, columns, seed).with(s.Drawn(0, columns, seed, nil))
	delete(column, c.Name)
	in = Inputs{c.Name: {Ints: make([]int32, 0, columns*c.Classes)}}
	for class := range c.Classes {
		for range columns {
			in[c.Name] = data.Values{Ints: append(in[c.Name].Ints, int32(class))}
		}
		for name, v := range column {
			in[name] = data.Values{Floats: append(in[name].Floats, v.Floats...), Ints: append(in[name].Ints, v.Ints...)}
		}
	}
	return in, columns
}

// conditions returns the conditions of n samples. If the set of the condition's role
// has the field, the values are those of real examples, in an order that depends on
// seed. If not, they are drawn at random: by the condition's Draw, or uniformly for
// classes and tokens. The first values do not depend on n.
func (s *Sampler) conditions(sets recipe.Sets, n int, seed uint64) (Inputs, error) {
	in, drawn := Inputs{}, s.drawn.rows(0, n, seed)
	read := map[string][]data.Destination{} // by role
	for _, c := range s.Output.Given {
		role := cmp.Or(c.Role, recipe.Main)
		integers := c.DType() == tensor.Int32
		switch {
		case hasField(sets[role], c):
			d := data.Destination{Field: c.Name, Scale: c.Scale}
			if integers {
				d.Ints = make([]int32, n*c.Size())
			} else {
				d.Floats = make([]float32, n*c.Size())
			}
			in[c.Name] = data.Values{Floats: d.Floats, Ints: d.Ints}
			read[role] = append(read[role], d)
		case c.Draw != nil:
			in[c.Name] = drawn[c.Name]
		case integers:
			in[c.Name] = data.Values{Ints: drawIntegers(c, n, seed)}
		default:
			return nil, noField(sets[role], s.Output, c)
		}
	}
	for role, destinations := range read {
		batches, err := data.NewBatches(sets[role], n, seed)
		if err == nil {
			err = batches.Next(destinations...)
		}
		if err != nil {
			return nil, err
		}
	}
	return in, nil
}

// hasField reports whether the examples of set have the condition as a field. set may
// be nil.
func hasField(set data.Set, c recipe.Condition) bool {
	if set == nil {
		return false
	}
	f, ok := set.Info().Field(c.Name)
	return ok && f.Same(c.Field)
}

// noField returns the error for a condition that is not a field of set.
func noField(set data.Set, output recipe.Output, c recipe.Condition) error {
	if set == nil {
		return hint.Add(fmt.Errorf("output %s is made from %s, and the run has no data to take it from", output.Name, c.Name),
			"only classes, tokens and conditions with a Draw can be drawn without data")
	}
	return hint.Add(fmt.Errorf("output %s is made from %s, %v, and dataset %s has no such field", output.Name, c.Name, c.Field, set.Info().Name),
		"its fields are %s", strings.Join(fieldTexts(set.Info().Fields), ", "))
}

// drawIntegers draws the classes or tokens of n samples uniformly.
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

// with returns in and the inputs of more together.
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
