package run

import (
	"context"
	"fmt"
	"image"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
)

// Examples are examples to invert, in the numbers of an output.
type Examples struct {
	N          int
	Values     []float32 // [N, Makes.Shape...]
	Conditions Inputs    // those conditions of the output that are known
}

// ReadExamples reads n examples of a set, or all if it has fewer, in an order that depends
// on seed. It reads the conditions of the output that the set has under the same names. It
// is an error if the first field of the set is not what the output makes.
func (v *Inverter) ReadExamples(set data.Set, n int, seed uint64) (*Examples, error) {
	o, info := v.Sampler.Output, set.Info()
	field := info.First()
	if !field.Same(o.Makes) {
		return nil, hint.Add(fmt.Errorf("examples of %s are %v, and output %s makes %v", info.Name, field, o.Name, o.Makes), "choose data like those of the run")
	}
	n = int(min(int64(n), set.Len()))
	e := &Examples{N: n, Values: make([]float32, n*field.Size()), Conditions: Inputs{}}
	destinations := []data.Destination{{Field: field.Name, Scale: o.Scale, Floats: e.Values}}
	for _, c := range o.Given {
		if !hasField(set, c) {
			continue
		}
		values := data.NewValues(c.Field, n)
		if c.Kind == data.Pixels {
			values = data.Values{Floats: make([]float32, n*c.Size())}
		}
		e.Conditions[c.Name] = values
		destinations = append(destinations, data.Destination{Field: c.Name, Scale: c.Scale, Floats: values.Floats, Ints: values.Ints})
	}
	batches, err := data.NewBatches(set, n, seed)
	if err == nil {
		err = batches.Next(destinations...)
	}
	return e, err
}

// TakeSamples converts examples with pixels from 0 to 1 to the numbers of the output.
func (v *Inverter) TakeSamples(s *measure.Set) *Examples {
	o := v.Sampler.Output
	e := &Examples{N: s.Len(), Values: append([]float32(nil), s.Values...), Conditions: Inputs{}}
	if o.Makes.Kind == data.Pixels {
		for i, x := range e.Values {
			e.Values[i] = float32(o.Scale.Lo + float64(x)*(o.Scale.Hi-o.Scale.Lo))
		}
	}
	return e
}

// TakeNumbers returns examples in the numbers of the output.
func (v *Inverter) TakeNumbers(values []float32) (*Examples, error) {
	o := v.Sampler.Output
	size := o.Makes.Size()
	if len(values)%size != 0 {
		return nil, fmt.Errorf("%d numbers are not whole examples of %v, which have %d", len(values), o.Makes, size)
	}
	for i, x := range values {
		if x-x != 0 {
			return nil, fmt.Errorf("number %d of example %d is %v, want finite numbers", i%size, i/size, x)
		}
	}
	return &Examples{N: len(values) / size, Values: slices.Clone(values), Conditions: Inputs{}}, nil
}

// TakeImages returns images of the size of the samples as examples.
func (v *Inverter) TakeImages(list []image.Image) (*Examples, error) {
	o := v.Sampler.Output
	if !o.Makes.IsImage() {
		return nil, fmt.Errorf("images are given, and output %s makes %v", o.Name, o.Makes)
	}
	values, err := images(recipe.Condition{Field: o.Makes, Scale: o.Scale}, len(list), list)
	return &Examples{N: len(list), Values: values.Floats, Conditions: Inputs{}}, err
}

// A Recovery describes how well the latents of samples are found again.
type Recovery struct {
	N         int
	Encoded   map[string][]float64 // by latent: the correlation of each of its numbers, from E
	Found     map[string][]float64 // after the descent
	Distance  float64              // mean distance of a sample from G of the latents found
	Inversion *Inversion
}

// Recover draws n samples, inverts them, and compares the latents that are found with the
// true ones. A number that is the same in all samples is left out.
func (v *Inverter) Recover(ctx context.Context, n int, seed uint64, progress func(done, total int)) (*Recovery, error) {
	made, err := v.drawn(ctx, n, seed)
	if err != nil {
		return nil, err
	}
	conditions := Inputs{}
	for _, c := range v.Sampler.Output.Given {
		conditions[c.Name] = made.Inputs[c.Name]
	}
	found, err := v.Invert(ctx, n, made.Values, conditions, progress)
	if err != nil {
		return nil, err
	}
	r := &Recovery{N: n, Encoded: map[string][]float64{}, Found: map[string][]float64{}, Inversion: found}
	for name, z := range made.Latents() {
		size := v.Sampler.Size(name)
		r.Encoded[name] = correlations(z, found.Encoded.Inputs[name].Floats, size)
		r.Found[name] = correlations(z, found.Found.Inputs[name].Floats, size)
	}
	for _, d := range found.Distance {
		r.Distance += d / float64(n)
	}
	return r, nil
}

// correlations returns the correlation of each column of a and b. Columns in which one of
// them is constant are left out.
func correlations(a, b []float32, columns int) []float64 {
	var list []float64
	rows := len(a) / columns
	for k := range columns {
		var ma, mb float64
		for i := range rows {
			ma += float64(a[i*columns+k]) / float64(rows)
			mb += float64(b[i*columns+k]) / float64(rows)
		}
		var aa, bb, ab float64
		for i := range rows {
			da, db := float64(a[i*columns+k])-ma, float64(b[i*columns+k])-mb
			aa, bb, ab = aa+da*da, bb+db*db, ab+da*db
		}
		if aa > 0 && bb > 0 {
			list = append(list, ab/math.Sqrt(aa*bb))
		}
	}
	return list
}

// Given replaces conditions that were read with the examples. given has the form of
// [Sampler.Given]. It returns an error if a condition of the output is missing
// then.
func (v *Inverter) Given(e *Examples, given map[string]any) error {
	known := map[string]any{}
	for _, c := range v.Sampler.Output.Given {
		if value, ok := given[c.Name]; ok {
			known[c.Name] = value
		}
	}
	for name := range given {
		if _, ok := known[name]; !ok {
			return v.Sampler.unknown(name)
		}
	}
	for _, c := range v.Sampler.Output.Given {
		value, ok := known[c.Name]
		if !ok {
			if _, ok := e.Conditions[c.Name]; !ok {
				return hint.Add(fmt.Errorf("output %s is made from %s, which the examples do not have", v.Sampler.Output.Name, c.Name), "give %s of the examples, %s", c.Name, Choices(c))
			}
			continue
		}
		values, err := conditionValues(c, e.N, value)
		if err != nil {
			return hint.Add(fmt.Errorf("output %s: %s: %w", v.Sampler.Output.Name, c.Name, err), "%s is %s", c.Name, Choices(c))
		}
		e.Conditions[c.Name] = values
	}
	return nil
}

// inversionColumns is the largest number of examples in a row of the picture.
const inversionColumns = 16

// Picture draws an inversion. Images are rows of examples, each above the row of G(E(x))
// and the row of G(z) after the descent. Points that are found are drawn over the
// examples.
func (v *Inverter) Picture(i *Inversion) (image.Image, error) {
	c, field := v.generator.Config, v.Sampler.Output.Makes
	if c.SetOf(v.Sampler.Output.Like).isPoints(field) {
		return c.Picture(i.Found, i.Original.Values, 0)
	}
	columns, size := min(i.N, inversionColumns), field.Size()
	all := *i.Original
	all.Values = nil
	for first := 0; first < i.N; first += columns {
		last := min(first+columns, i.N)
		for _, s := range []*Samples{i.Original, i.Encoded, i.Found} {
			all.Values = append(all.Values, s.Values[first*size:last*size]...)
			for range first + columns - last { // the rest of the row is black
				for range size {
					all.Values = append(all.Values, float32(min(s.Scale.Lo, s.Scale.Hi)))
				}
			}
		}
	}
	all.N = len(all.Values) / size
	return c.Picture(&all, nil, columns)
}
