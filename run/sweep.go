package run

import (
	"context"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
)

// A Sweep changes one number of a latent or of a condition along the rows of a picture, as
// Chen et al. 2016 (InfoGAN), Figure 2, do with the codes.
type Sweep struct {
	Name     string  // of the latent or the condition
	Number   int     // which of its numbers, from 0; 0 for a class
	From, To float64 // the first and the last value; not used for a class
}

// sweepColumns is the number of samples in a row of a sweep of numbers.
const sweepColumns = 10

// Sweep draws rows of samples of an output, at most n samples, but at least one row. In the
// columns of a row the number of sweep has evenly spaced values; if it is a class, each
// class has a column. All other inputs of a row are the same.
//
// If the output has another condition of classes, which is not given, each class has a row,
// and these rows have the same latents. Otherwise the rows have different latents. given
// contains the other conditions, with one value for all samples, in the form of
// [Sampler.Given]; conditions that can be drawn need not be given. The second result is the
// number of columns.
func (g *Generator) Sweep(ctx context.Context, output string, sweep Sweep, n int, seed uint64, given map[string]any) (s *Samples, columns int, err error) {
	sampler, err := g.Sampler(output)
	if err != nil {
		return nil, 0, err
	}
	swept, err := sampler.sweptField(sweep)
	if err != nil {
		return nil, 0, err
	}
	if _, ok := given[sweep.Name]; ok {
		return nil, 0, hint.Add(fmt.Errorf("output %s: %s is given, and the columns have its values", sampler.Output.Name, sweep.Name), "leave one of them out")
	}
	columns = sweepColumns
	if swept.Kind == data.Class {
		columns = swept.Classes
	}
	in, rows, err := sampler.sweepRows(sweep.Name, max(n/columns, 1), seed, given)
	if err != nil {
		return nil, 0, err
	}
	all := Inputs{}
	for name, v := range in {
		all[name] = repeatRows(v, sampler.Size(name), columns)
	}
	if swept.Kind == data.Class {
		all[sweep.Name] = data.Values{Ints: make([]int32, rows*columns)}
	}
	size := sampler.Size(sweep.Name)
	for i := range rows * columns {
		if column := i % columns; swept.Kind == data.Class {
			all[sweep.Name].Ints[i] = int32(column)
		} else {
			at := float64(column) / float64(columns-1)
			all[sweep.Name].Floats[i*size+sweep.Number] = float32((1-at)*sweep.From + at*sweep.To)
		}
	}
	s, err = sampler.Make(ctx, rows*columns, all)
	return s, columns, err
}

// sweptField describes the latent or the condition of a sweep.
func (s *Sampler) sweptField(sweep Sweep) (data.Field, error) {
	var known []string
	field := data.Field{}
	for _, l := range s.Output.Latents {
		known = append(known, l.Name)
		if l.Name == sweep.Name {
			field = data.Field{Name: l.Name, Kind: data.Numbers, Shape: []int{s.Size(l.Name)}}
		}
	}
	for _, c := range s.Output.Given {
		if c.Kind == data.Class || c.Kind == data.Numbers {
			known = append(known, c.Name)
		}
		if c.Name == sweep.Name {
			field = c.Field
		}
	}
	choices := "it has none"
	if len(known) > 0 {
		choices = "choose one of " + strings.Join(known, ", ")
	}
	switch {
	case field.Kind == 0:
		return field, hint.Add(fmt.Errorf("output %s has no latent and no condition called %q to sweep", s.Output.Name, sweep.Name), "%s", choices)
	case field.Kind != data.Class && field.Kind != data.Numbers:
		return field, hint.Add(fmt.Errorf("output %s: %s is %v, and only classes and numbers can be swept", s.Output.Name, sweep.Name, field), "%s", choices)
	case field.Kind == data.Numbers && (sweep.Number < 0 || sweep.Number >= s.Size(sweep.Name)):
		return field, hint.Add(fmt.Errorf("output %s: number %d of %s is swept", s.Output.Name, sweep.Number, sweep.Name), "its numbers are 0 to %d", s.Size(sweep.Name)-1)
	}
	return field, nil
}

// sweepRows returns the inputs of each row of a sweep of the input called but: one row for
// each class, if there is another condition of classes that is not given; otherwise rows.
// They contain the swept input too, as numbers if it is a condition without a Draw.
func (s *Sampler) sweepRows(but string, rows int, seed uint64, given map[string]any) (in Inputs, n int, err error) {
	class, byClass := s.rowsOfSweep(but, given)
	different := rows // rows with different latents
	if byClass {
		rows, different = class.Classes, 1
	}
	conditions, err := s.given(1, given, class.Name, but)
	if err != nil {
		return nil, 0, err
	}
	in = s.Latents(0, different, seed).with(s.Drawn(0, different, seed, nil))
	if _, ok := in[but]; !ok {
		in[but] = data.Values{Floats: make([]float32, different*s.Size(but))}
	}
	for name, v := range in {
		in[name] = repeatRows(v, s.Size(name), rows/different)
	}
	for name, v := range conditions {
		in[name] = repeatRows(v, s.Size(name), rows)
	}
	if byClass {
		classes := make([]int32, rows)
		for i := range classes {
			classes[i] = int32(i)
		}
		in[class.Name] = data.Values{Ints: classes}
	}
	return in, rows, nil
}

// rowsOfSweep returns the condition of classes that have a row each.
func (s *Sampler) rowsOfSweep(but string, given map[string]any) (recipe.Condition, bool) {
	class, ok := ClassOf(s.Output)
	if _, is := given[class.Name]; !ok || is || class.Name == but {
		return recipe.Condition{}, false
	}
	return class, true
}
