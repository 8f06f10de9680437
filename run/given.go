package run

import (
	"fmt"
	"image"
	"image/draw"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
)

// Given converts conditions from the values of a Go program to the inputs of n
// samples. A value is either one value for all samples, or a slice with one value for
// each sample:
//
//	class      int or []int
//	tokens     []int of one sample, or [][]int
//	numbers    []float32 of one sample, or [][]float32; of texts also a string, or []string
//	pixels     an image.Image of the condition's size, or []image.Image
//
// A value with a name can also be given by its name, as a string or a []string: a class of
// which the names are known, or one of the condition's Named.
//
// Given returns an error if a condition is missing, unknown or has an impossible
// value. The hint of the error lists the possible values. A condition with a Draw need not
// be given: then the result lacks it, see [Sampler.Drawn].
func (s *Sampler) Given(n int, given map[string]any) (Inputs, error) { return s.given(n, given) }

// Conditions returns the conditions of n samples: those that are given, see
// [Sampler.Given], and those that are drawn from seed.
func (s *Sampler) Conditions(n int, given map[string]any, seed uint64) (Inputs, error) {
	in, err := s.Given(n, given)
	if err != nil {
		return nil, err
	}
	return in.with(s.Drawn(0, n, seed, in)), nil
}

// given is Given without the conditions called but. given must not contain these.
func (s *Sampler) given(n int, given map[string]any, but ...string) (Inputs, error) {
	in := Inputs{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(s.Output.Given, func(c recipe.Condition) bool { return c.Name == name })
		if at < 0 {
			return nil, s.unknown(name)
		}
		if slices.Contains(but, name) {
			return nil, hint.Add(fmt.Errorf("output %s: %s is given, and each of its classes has a row", s.Output.Name, name), "leave it out")
		}
		c := s.Output.Given[at]
		values, err := conditionValues(c, n, given[name])
		if err != nil {
			return nil, hint.Add(fmt.Errorf("output %s: %s: %w", s.Output.Name, name, err), "%s is %s", name, Choices(c))
		}
		in[name] = values
	}
	for _, c := range s.Output.Given {
		if _, ok := in[c.Name]; !ok && c.Draw == nil && !slices.Contains(but, c.Name) {
			return nil, s.missing(c.Name)
		}
	}
	return in, nil
}

// missing returns the error for a missing input.
func (s *Sampler) missing(name string) error {
	err := fmt.Errorf("output %s is made from %s, which is not given", s.Output.Name, name)
	for _, c := range s.Output.Given {
		if c.Name == name {
			return hint.Add(err, "give %s, %s", name, Choices(c))
		}
	}
	return err
}

// unknown returns the error for a condition that the output does not have.
func (s *Sampler) unknown(name string) error {
	err := fmt.Errorf("output %s is not made from %s", s.Output.Name, name)
	if len(s.Output.Given) == 0 {
		return hint.Add(err, "it takes no conditions")
	}
	var known []string
	for _, c := range s.Output.Given {
		known = append(known, fmt.Sprintf("%s, %s", c.Name, Choices(c)))
	}
	return hint.Add(err, "it takes %s", strings.Join(known, "; "))
}

// Choices describes the possible values of a condition.
func Choices(c recipe.Condition) string {
	switch c.Kind {
	case data.Class:
		return fmt.Sprintf("a class from 0 to %d", c.Classes-1) + labelsText(c.Labels)
	case data.Tokens:
		return fmt.Sprintf("%s from 0 to %d", count(c.Size(), "token"), c.Classes-1)
	case data.Numbers:
		if c.Text != nil {
			return "a text"
		}
		return count(c.Size(), "number") + namesText(c.Named)
	}
	return fmt.Sprintf("an image of %v (channels, height, width)", c.Field) + namesText(c.Named)
}

// namesText lists the names of values: ", or one of a, b".
func namesText(named []recipe.NamedValue) string {
	if len(named) == 0 {
		return ""
	}
	var names []string
	for _, v := range named {
		names = append(names, v.Name)
	}
	return ", or one of " + strings.Join(names, ", ")
}

// mostNamed is the greatest number of class names in a message.
const mostNamed = 12

// labelsText lists the first names of classes in brackets.
func labelsText(labels []string) string {
	switch {
	case len(labels) == 0:
		return ""
	case len(labels) > mostNamed:
		labels = append(slices.Clone(labels[:mostNamed]), "...")
	}
	return " (" + strings.Join(labels, ", ") + ")"
}

// count writes a number with its noun: "1 number", "2 numbers".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// conditionValues converts the value of a condition for n samples.
func conditionValues(c recipe.Condition, n int, given any) (data.Values, error) {
	switch v := given.(type) {
	case string:
		return conditionValues(c, n, []string{v})
	case []string:
		if c.Text != nil {
			return texts(c, n, v)
		}
		return valuesNamed(c, n, v)
	case int:
		return integers(c, n, [][]int{{v}})
	case []int:
		if c.Kind == data.Class {
			return integers(c, n, slices.Collect(slices.Chunk(v, 1)))
		}
		return integers(c, n, [][]int{v})
	case [][]int:
		return integers(c, n, v)
	case []float32:
		return floats(c, data.Numbers, n, [][]float32{v})
	case [][]float32:
		return floats(c, data.Numbers, n, v)
	case image.Image:
		return images(c, n, []image.Image{v})
	case []image.Image:
		return images(c, n, v)
	}
	return data.Values{}, fmt.Errorf("a value of type %T", given)
}

// valuesNamed returns values by their names, of a condition that has names.
func valuesNamed(c recipe.Condition, n int, names []string) (data.Values, error) {
	if len(c.Named) == 0 {
		return classesNamed(c, n, names)
	}
	var rows [][]float32
	for _, name := range names {
		at := slices.IndexFunc(c.Named, func(v recipe.NamedValue) bool { return v.Name == name })
		if at < 0 {
			return data.Values{}, fmt.Errorf("%q is given", name)
		}
		rows = append(rows, c.Named[at].Values)
	}
	return floats(c, c.Kind, n, rows)
}

// classesNamed returns classes by their names, of a condition that has names.
func classesNamed(c recipe.Condition, n int, names []string) (data.Values, error) {
	if c.Kind != data.Class || c.Labels == nil {
		return data.Values{}, fmt.Errorf("a value of type string")
	}
	var rows [][]int
	for _, name := range names {
		class := slices.Index(c.Labels, name)
		if class < 0 {
			return data.Values{}, fmt.Errorf("%q is given", name)
		}
		rows = append(rows, []int{class})
	}
	return integers(c, n, rows)
}

// texts returns the vectors of texts.
func texts(c recipe.Condition, n int, list []string) (data.Values, error) {
	var rows [][]float32
	for _, text := range list {
		vector, err := c.Text.Vector(text)
		if err != nil {
			return data.Values{}, err
		}
		rows = append(rows, vector)
	}
	return floats(c, data.Numbers, n, rows)
}

func integers(c recipe.Condition, n int, rows [][]int) (data.Values, error) {
	if c.Kind != data.Class && c.Kind != data.Tokens {
		return data.Values{}, fmt.Errorf("whole numbers are given")
	}
	values := data.Values{Ints: make([]int32, 0, n*c.Size())}
	err := repeat(c, n, rows, func(v int) error {
		if v < 0 || v >= c.Classes {
			return fmt.Errorf("%d is given", v)
		}
		values.Ints = append(values.Ints, int32(v))
		return nil
	})
	return values, err
}

func floats(c recipe.Condition, kind data.Kind, n int, rows [][]float32) (data.Values, error) {
	if c.Kind != kind {
		return data.Values{}, fmt.Errorf("numbers are given")
	}
	values := data.Values{Floats: make([]float32, 0, n*c.Size())}
	err := repeat(c, n, rows, func(v float32) error {
		if v-v != 0 {
			return fmt.Errorf("%v is given, want finite numbers", v)
		}
		values.Floats = append(values.Floats, v)
		return nil
	})
	return values, err
}

// repeat calls add with the values of n samples. rows contains one row for each
// sample, or one row for all.
func repeat[T any](c recipe.Condition, n int, rows [][]T, add func(T) error) error {
	if len(rows) != 1 && len(rows) != n {
		want := fmt.Sprintf("1 or %d", n)
		if n == 1 {
			want = "1"
		}
		return fmt.Errorf("%s for %s, want %s", count(len(rows), "value"), count(n, "sample"), want)
	}
	for i := range n {
		row := rows[i%len(rows)]
		if len(row) != c.Size() {
			return fmt.Errorf("%s for one sample, want %d", count(len(row), "number"), c.Size())
		}
		for _, v := range row {
			if err := add(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// images returns the scaled pixels of images, channel after channel.
func images(c recipe.Condition, n int, list []image.Image) (data.Values, error) {
	if !c.IsImage() {
		return data.Values{}, fmt.Errorf("an image is given")
	}
	if channels := c.Shape[0]; channels != 1 && channels != 3 && channels != 4 {
		return data.Values{}, fmt.Errorf("an image is given, which cannot have %d channels", channels)
	}
	span := c.Scale.Hi - c.Scale.Lo
	var rows [][]float32
	for _, m := range list {
		if isNil(m) {
			return data.Values{}, fmt.Errorf("a nil image is given")
		}
		if c.Shape[0] == 1 {
			m = grey(m)
		}
		if b := m.Bounds(); b.Dy() != c.Shape[1] || b.Dx() != c.Shape[2] {
			return data.Values{}, fmt.Errorf("an image of %dx%d is given", b.Dx(), b.Dy())
		}
		var row []float32
		for _, v := range format.Planes(m, c.Shape[0]) {
			row = append(row, float32(c.Scale.Lo+span*float64(v)/255))
		}
		rows = append(rows, row)
	}
	return floats(c, data.Pixels, n, rows)
}

// isNil reports whether an image is nil or a nil pointer.
func isNil(m image.Image) bool {
	v := reflect.ValueOf(m)
	return m == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

// grey converts an image to grey.
func grey(m image.Image) image.Image {
	g := image.NewGray(m.Bounds())
	draw.Draw(g, g.Bounds(), m, m.Bounds().Min, draw.Src)
	return g
}
