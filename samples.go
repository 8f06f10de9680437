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
	Shape   []int  // image: [channels, height, width]; volume: [1, x, y, z]; numbers: [numbers]; class: empty; tokens: [length]
	Classes int    // number of classes, or of different tokens
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

// Samples are the samples of one call of [Generator.Draw].
type Samples struct {
	made *run.Samples
}

// Len returns the number of samples.
func (s *Samples) Len() int { return s.made.N }

// Field returns the description of a sample.
func (s *Samples) Field() Field { return fieldOf(s.made.Field) }

// Numbers returns all samples as the generator made them, [n, Field().Shape...], or the
// scores of a classifier, [n, Field().Classes]. Pixels are in the range that [Samples.Range] returns, but a generator may also make numbers
// outside it. The slice is the memory of the samples, not a copy.
func (s *Samples) Numbers() []float32 { return s.made.Values }

// Range returns the numbers for black and white. For points both are 0.
func (s *Samples) Range() (black, white float64) { return s.made.Scale.Lo, s.made.Scale.Hi }

// Row returns sample i as the generator made it. It panics if i is out of range.
func (s *Samples) Row(i int) []float32 {
	size := s.made.Size()
	return s.made.Values[i*size : (i+1)*size : (i+1)*size]
}

// Pixels returns all images as bytes, 0 black and 255 white, [n, channels, height,
// width]. It is an error if the samples are not images.
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
// has 1, 3 or 4 channels, otherwise grey with the channels below one another. It is an
// error if the samples are not images, or if i is out of range.
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

// Latents returns the latents of the samples by name, for one sample after another.
// They can be given to the option [Latents].
func (s *Samples) Latents() map[string][]float32 {
	latents := map[string][]float32{}
	for name, values := range s.made.Latents() {
		latents[name] = slices.Clone(values)
	}
	return latents
}
