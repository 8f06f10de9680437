package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Kind is the kind of the values of a field.
type Kind uint8

// The kinds of fields.
const (
	Pixels  Kind = 1 + iota // bytes, 0 black to 255 white
	Numbers                 // float32, finite
	Class                   // int32 in [0, Classes)
	Tokens                  // a sequence of int32 in [0, Classes), such as the words of a caption
)

var kindNames = []string{Pixels: "pixels", Numbers: "numbers", Class: "class", Tokens: "tokens"}

// String returns "pixels", "numbers", "class" or "tokens", and "no kind" for 0.
func (k Kind) String() string {
	if k == 0 {
		return "no kind"
	}
	if k < Pixels || k > Tokens {
		return fmt.Sprintf("Kind(%d)", uint8(k))
	}
	return kindNames[k]
}

// A Field is one of the named parts of an example, such as an image or its label.
type Field struct {
	Name string
	Kind Kind

	// Shape is the shape of the values of one example. It must not be changed.
	//   - Pixels of an image: [channels, height, width], top row first; of a
	//     volume: [1, x, y, z], with z upwards;
	//   - Numbers of a point or a row: [numbers];
	//   - Class: empty; Tokens: [length].
	Shape []int

	Classes int // of Class and Tokens: the number of classes or tokens; 0 for other kinds

	// Names for people, nil if they are not known. They must not be changed.
	Names  []string // of the numbers of a point or a row, [Size], such as the header of a table
	Labels []string // of the classes, [Classes], such as the names of folders of pictures

	// Text computed the numbers from texts, such as captions. It is nil for other fields. It
	// must not be changed.
	Text *TextEncoder
}

// The usual names of fields. An input of a game is filled from the field with the same
// name.
const (
	ExampleField = "x"     // the values that a generator learns to make
	ClassField   = "class" // the label of an example

	// ObservedField tells which numbers of the first field are known: its shape is the
	// same, and its values are 1 for a known number and 0 for a missing one, which is 0 in
	// the first field. Only sets with missing numbers have it; see [Info.HasMissing].
	ObservedField = "observed"
)

// Image returns a field of images with the usual name.
func Image(channels, height, width int) Field {
	return Field{Name: ExampleField, Kind: Pixels, Shape: []int{channels, height, width}}
}

// Volume returns a field of volumes with the usual name. The z axis is upwards.
func Volume(x, y, z int) Field {
	return Field{Name: ExampleField, Kind: Pixels, Shape: []int{1, x, y, z}}
}

// Point returns a field of points, which are rows of numbers, with the usual name.
func Point(numbers int) Field {
	return Field{Name: ExampleField, Kind: Numbers, Shape: []int{numbers}}
}

// Label returns a field of labels with the usual name.
func Label(classes int) Field { return Field{Name: ClassField, Kind: Class, Classes: classes} }

// Size returns the number of values in one example.
func (f Field) Size() int {
	size := 1
	for _, d := range f.Shape {
		size *= d
	}
	return size
}

// IsImage reports whether the values are those of an image.
func (f Field) IsImage() bool { return f.Kind == Pixels && len(f.Shape) == 3 }

// IsVolume reports whether the values are those of a volume.
func (f Field) IsVolume() bool { return f.Kind == Pixels && len(f.Shape) == 4 }

// Same reports whether f and g are equal except for Text and for names: of the fields, of
// their numbers and of their classes.
func (f Field) Same(g Field) bool {
	return f.Kind == g.Kind && f.Classes == g.Classes && slices.Equal(f.Shape, g.Shape)
}

// String describes the values: "1x28x28" (channels, height, width), "2 numbers",
// "one of 10 classes", "20 tokens of 1000", and "nothing" for the zero Field.
func (f Field) String() string {
	switch {
	case f.Kind == 0 && len(f.Shape) == 0:
		return "nothing"
	case f.Kind == Class:
		return fmt.Sprintf("one of %d classes", f.Classes)
	case f.Kind == Tokens:
		return fmt.Sprintf("%d tokens of %d", f.Size(), f.Classes)
	case f.Kind == Numbers && len(f.Shape) == 1 && f.Shape[0] == 1:
		return "1 number"
	case f.Kind == Numbers && len(f.Shape) == 1:
		return fmt.Sprintf("%d numbers", f.Shape[0])
	}
	return dimensions(f.Shape)
}

// dimensions returns a shape as text, "1x28x28".
func dimensions(shape []int) string {
	sizes := make([]string, len(shape))
	for i, d := range shape {
		sizes[i] = strconv.Itoa(d)
	}
	return strings.Join(sizes, "x")
}

// Check returns an error that wraps [ErrFormat] if the field is invalid: it has no name
// or no kind, the shape or the number of classes is wrong for its kind, the number of
// Names or Labels is wrong, or Text does not make its numbers.
func (f Field) Check() error {
	classes := f.Kind == Class || f.Kind == Tokens
	switch {
	case f.Name == "":
		return fmt.Errorf("%w: a field without a name", ErrFormat)
	case f.Kind < Pixels || f.Kind > Tokens:
		return fmt.Errorf("%w: field %s is of %v", ErrFormat, f.Name, f.Kind)
	case (f.Kind == Class) != (len(f.Shape) == 0), slices.ContainsFunc(f.Shape, func(d int) bool { return d < 1 }):
		return fmt.Errorf("%w: field %s: %s of shape %v", ErrFormat, f.Name, f.Kind, f.Shape)
	case f.Kind == Pixels && len(f.Shape) != 3 && (len(f.Shape) != 4 || f.Shape[0] != 1):
		return fmt.Errorf("%w: field %s: pixels of shape %v, want [channels, height, width] or [1, x, y, z]", ErrFormat, f.Name, f.Shape)
	case !f.bounded():
		return fmt.Errorf("%w: field %s: shape %v is too large", ErrFormat, f.Name, f.Shape)
	case classes != (f.Classes > 0):
		return fmt.Errorf("%w: field %s: %s with %d classes", ErrFormat, f.Name, f.Kind, f.Classes)
	case f.Names != nil && (f.Kind != Numbers || len(f.Names) != f.Size()):
		return fmt.Errorf("%w: field %s: %d names for %d values of kind %s", ErrFormat, f.Name, len(f.Names), f.Size(), f.Kind)
	case f.Labels != nil && (!classes || len(f.Labels) != f.Classes):
		return fmt.Errorf("%w: field %s: %d names of %d classes", ErrFormat, f.Name, len(f.Labels), f.Classes)
	case f.Text != nil && f.Kind != Numbers:
		return fmt.Errorf("%w: field %s: an encoder of texts for %s", ErrFormat, f.Name, f.Kind)
	case f.Text != nil:
		if err := f.Text.check(f.Size()); err != nil {
			return fmt.Errorf("field %s: %w", f.Name, err)
		}
	}
	return nil
}

// bounded reports whether the number of values in one example fits in 31 bits.
func (f Field) bounded() bool {
	most := math.MaxInt32
	for _, d := range f.Shape {
		most /= d
	}
	return most > 0
}

// Info describes the examples of a set.
type Info struct {
	Name   string  // the name by which the set was opened: "digits", "mnist", a path
	Fields []Field // the first is the one that a generator learns to make; must not be changed
}

// NewInfo returns the description of a set of the given fields.
func NewInfo(name string, fields ...Field) Info { return Info{name, fields} }

// First returns the first field, which a generator learns to make. If there is none, it
// returns the zero Field.
func (i Info) First() Field {
	if len(i.Fields) == 0 {
		return Field{}
	}
	return i.Fields[0]
}

// Field returns the field called name.
func (i Info) Field(name string) (f Field, ok bool) {
	if k := i.index(name); k >= 0 {
		return i.Fields[k], true
	}
	return Field{}, false
}

// index returns the index of the field called name, -1 if there is none.
func (i Info) index(name string) int {
	return slices.IndexFunc(i.Fields, func(f Field) bool { return f.Name == name })
}

// Classes returns the number of classes of the field [ClassField], 0 if there is none.
func (i Info) Classes() int {
	f, _ := i.Field(ClassField)
	return f.Classes
}

// HasMissing reports whether numbers of the first field may be missing. The field
// [ObservedField] then tells which.
func (i Info) HasMissing() bool {
	f, ok := i.Field(ObservedField)
	first := i.First()
	return ok && f.Kind == Numbers && first.Kind == Numbers && f.Same(first)
}

// Same reports whether two sets have the same fields. The names of the sets may differ.
func (i Info) Same(j Info) bool {
	return slices.EqualFunc(i.Fields, j.Fields, func(f, g Field) bool { return f.Name == g.Name && f.Same(g) })
}

// check returns an error if the description is invalid.
func (i Info) check() error {
	if len(i.Fields) == 0 {
		return fmt.Errorf("dataset %s: %w: its examples have no fields", i.Name, ErrFormat)
	}
	for k, f := range i.Fields {
		if err := f.Check(); err != nil {
			return fmt.Errorf("dataset %s: %w", i.Name, err)
		}
		if i.index(f.Name) != k {
			return fmt.Errorf("dataset %s: %w: two fields are called %s", i.Name, ErrFormat, f.Name)
		}
	}
	return nil
}
