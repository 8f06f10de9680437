package gander

import (
	"fmt"
	"image"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// A Field describes what a sample or a condition is.
type Field struct {
	Name    string
	Kind    string // "pixels", "numbers", "class" or "tokens"
	Shape   []int  // of an image [channels, height, width], of a volume [1, depth, height, width]; of numbers [numbers]; of a class empty; of tokens [length]
	Classes int    // of a class or of tokens: how many there are
}

// Size returns the number of values in one sample.
func (f Field) Size() int {
	size := 1
	for _, d := range f.Shape {
		size *= d
	}
	return size
}

func fieldOf(f data.Field) Field {
	return Field{Name: f.Name, Kind: f.Kind.String(), Shape: slices.Clone(f.Shape), Classes: f.Classes}
}

// Samples are what a generator made.
type Samples struct {
	made *run.Samples
}

// Len returns the number of samples.
func (s *Samples) Len() int { return s.made.N }

// Field describes a sample.
func (s *Samples) Field() Field { return fieldOf(s.made.Field) }

// Numbers returns all samples as the generator made them, [n, Field().Shape...]:
// points as they are, pixels in the range that [Samples.Range] tells, those beyond
// it included. It is the samples' own memory.
func (s *Samples) Numbers() []float32 { return s.made.Values }

// Range returns the numbers that are black and white. Points have none: both are 0.
func (s *Samples) Range() (black, white float64) { return s.made.Scale.Lo, s.made.Scale.Hi }

// Row returns sample i as the generator made it. It panics if i is out of range.
func (s *Samples) Row(i int) []float32 {
	size := s.made.Field.Size()
	return s.made.Values[i*size : (i+1)*size : (i+1)*size]
}

// Pixels returns all images as bytes, 0 black and 255 white, [n, channels, height,
// width]. Samples that are no images are an error.
func (s *Samples) Pixels() ([]byte, error) {
	if s.Len() == 0 && s.made.Field.IsImage() {
		return nil, nil
	}
	m, err := s.made.Images()
	if err != nil {
		return nil, fmt.Errorf("gander: %w", err)
	}
	return m.Pixels, nil
}

// Image returns sample i as an image of the standard library: grey, RGB or RGBA if it
// has 1, 3 or 4 channels, else grey with the channels below one another. Samples that
// are no images are an error, and so is an i out of range.
func (s *Samples) Image(i int) (image.Image, error) {
	if i < 0 || i >= s.Len() {
		return nil, fmt.Errorf("gander: image %d of %d", i, s.Len())
	}
	m, err := s.made.Slice(i, i+1).Images()
	if err != nil {
		return nil, fmt.Errorf("gander: %w", err)
	}
	return picture.Grid(run.Shown(m), 1, picture.Options{Pad: -1, Scale: 1})
}

// Latents returns what the samples were made from: by name, the numbers of one
// sample after those of another. The option [Latents] takes it.
func (s *Samples) Latents() map[string][]float32 {
	latents := map[string][]float32{}
	for name, values := range s.made.Latents() {
		latents[name] = slices.Clone(values)
	}
	return latents
}
