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
//	numbers    []float32 of one sample, or [][]float32
//	pixels     an image.Image of the condition's size, or []image.Image
//
// Given returns an error if a condition is missing, unknown or has an impossible
// value. The hint of the error lists the possible values.
func (s *Sampler) Given(n int, given map[string]any) (Inputs, error) { return s.given(n, given, "") }

// GivenOrDrawn is Given, except that a condition with a Draw may be missing. It is then
// drawn with seed. The first values do not depend on n.
func (s *Sampler) GivenOrDrawn(n int, seed uint64, given map[string]any) (Inputs, error) {
	in, err := s.converted(n, given)
	if err != nil {
		return nil, err
	}
	for name, values := range s.drawn.rows(0, n, seed) {
		if _, ok := in[name]; !ok {
			in[name] = values
		}
	}
	return in, s.complete(in, "")
}

// given is Given without the condition called but. given must not contain that
// condition.
func (s *Sampler) given(n int, given map[string]any, but string) (Inputs, error) {
	if _, ok := given[but]; ok {
		return nil, hint.Add(fmt.Errorf("output %s: %s is given, and each of its classes has a row", s.Output.Name, but), "leave it out")
	}
	in, err := s.converted(n, given)
	if err != nil {
		return nil, err
	}
	return in, s.complete(in, but)
}

// converted converts the conditions that are given.
func (s *Sampler) converted(n int, given map[string]any) (Inputs, error) {
	in := Inputs{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(s.Output.Given, func(c recipe.Condition) bool { return c.Name == name })
		if at < 0 {
			return nil, s.unknown(name)
		}
		c := s.Output.Given[at]
		values, err := conditionValues(c, n, given[name])
		if err != nil {
			return nil, hint.Add(fmt.Errorf("output %s: %s: %w", s.Output.Name, name, err), "%s is %s", name, Choices(c))
		}
		in[name] = values
	}
	return in, nil
}

// complete returns an error if a condition is missing, except the one called but.
func (s *Sampler) complete(in Inputs, but string) error {
	for _, c := range s.Output.Given {
		if _, ok := in[c.Name]; !ok && c.Name != but {
			return s.missing(c.Name)
		}
	}
	return nil
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
		return count(c.Size(), "number")
	}
	return fmt.Sprintf("an image of %v (channels, height, width)", c.Field)
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
		return classesNamed(c, n, []string{v})
	case []string:
		return classesNamed(c, n, v)
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
