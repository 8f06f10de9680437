package run

import (
	"fmt"
	"image"
	"image/draw"
	"maps"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
)

// Given turns conditions as a program gives them into the inputs of n samples. A
// value is for all samples, or a slice with one for each:
//
//	class      int or []int
//	tokens     []int of one sample, or [][]int
//	numbers    []float32 of one sample, or [][]float32
//	pixels     an image.Image of the condition's size, or []image.Image
//
// A condition that is missing or unknown, and a value that it cannot have, is one
// error whose hint tells the choices.
func (s *Sampler) Given(n int, given map[string]any) (Inputs, error) {
	in := Inputs{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(s.Output.Given, func(c recipe.Condition) bool { return c.Name == name })
		if at < 0 {
			return nil, s.unknown(name)
		}
		c := s.Output.Given[at]
		values, err := conditionValues(c, n, given[name])
		if err != nil {
			return nil, hint.Add(fmt.Errorf("output %s: %s: %w", s.Output.Name, name, err), "%s is %s", name, choices(c))
		}
		in[name] = values
	}
	for _, c := range s.Output.Given {
		if _, ok := in[c.Name]; !ok {
			return nil, s.missing(c.Name)
		}
	}
	return in, nil
}

// missing returns the error for an input that was not given.
func (s *Sampler) missing(name string) error {
	err := fmt.Errorf("output %s is made from %s, which is not given", s.Output.Name, name)
	for _, c := range s.Output.Given {
		if c.Name == name {
			return hint.Add(err, "give %s, %s", name, choices(c))
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
		known = append(known, fmt.Sprintf("%s, %s", c.Name, choices(c)))
	}
	return hint.Add(err, "it takes %s", strings.Join(known, "; "))
}

// choices says what values a condition may have.
func choices(c recipe.Condition) string {
	switch c.Kind {
	case data.Class:
		return fmt.Sprintf("a class from 0 to %d", c.Classes-1)
	case data.Tokens:
		return fmt.Sprintf("%d tokens from 0 to %d", c.Size(), c.Classes-1)
	case data.Numbers:
		return fmt.Sprintf("%d numbers", c.Size())
	}
	return fmt.Sprintf("an image of %v (channels, height, width)", c.Field)
}

// conditionValues returns the values of a condition for n samples.
func conditionValues(c recipe.Condition, n int, given any) (data.Values, error) {
	switch v := given.(type) {
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
		values.Floats = append(values.Floats, v)
		return nil
	})
	return values, err
}

// repeat calls add with the values of n samples, from rows of one value each, or
// from the one row for all.
func repeat[T any](c recipe.Condition, n int, rows [][]T, add func(T) error) error {
	if len(rows) != 1 && len(rows) != n {
		return fmt.Errorf("%d values for %d samples", len(rows), n)
	}
	for i := range n {
		row := rows[i%len(rows)]
		if len(row) != c.Size() {
			return fmt.Errorf("%d numbers are given for one sample", len(row))
		}
		for _, v := range row {
			if err := add(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// images returns the scaled planes of images.
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

// grey returns an image without its colours.
func grey(m image.Image) image.Image {
	g := image.NewGray(m.Bounds())
	draw.Draw(g, g.Bounds(), m, m.Bounds().Min, draw.Src)
	return g
}
