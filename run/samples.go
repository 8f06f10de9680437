package run

import (
	"fmt"
	"image"
	"io"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
)

// MostSamples is the greatest number of samples that can be drawn at a time. A
// million images with the size of MNIST take 3 GB as numbers.
const MostSamples = 1_000_000

// Samples are the results of an output.
type Samples struct {
	N      int
	Field  data.Field
	Scale  data.Scale // the numbers that mean black and white
	Like   string     // the role of the set that they should resemble; "": recipe.Main
	Values []float32  // [N, Field.Shape...]; of a classifier: scores, [N, Field.Classes]
	Inputs Inputs     // the inputs of the samples

	latents []string // the names of the latents in Inputs
	classes int      // the number of classes, if the input [data.ClassField] is the class; otherwise 0
}

// Latents returns the latents in Inputs, by name. It returns none for the result of
// [Samples.Slice].
func (s *Samples) Latents() map[string][]float32 {
	latents := map[string][]float32{}
	for _, name := range s.latents {
		latents[name] = s.Inputs[name].Floats
	}
	return latents
}

// Images converts the samples to images of bytes with the same number of channels. If
// the samples are not images, the error wraps [data.ErrKind]. An image file cannot
// have every number of channels: see [Shown].
func (s *Samples) Images() (picture.Images, error) {
	if !s.Field.IsImage() {
		return picture.Images{}, fmt.Errorf("%w: the samples are %v, not images", data.ErrKind, s.Field)
	}
	shape := s.Field.Shape
	as := Shown(picture.Images{Channels: shape[0], Height: shape[1]})
	m, err := picture.FromFloats(s.Values, s.N, as.Channels, as.Height, shape[2], float32(s.Scale.Lo), float32(s.Scale.Hi))
	m.Channels, m.Height = shape[0], shape[1]
	return m, err
}

// Shown converts images to images that can be displayed. Images with 1, 3 and 4
// channels (grey, RGB, RGBA) do not change. Other images become grey, with one
// channel below the other. The result uses the same memory.
func Shown(m picture.Images) picture.Images {
	if m.Channels != 1 && m.Channels != 3 && m.Channels != 4 {
		m.Height, m.Channels = m.Channels*m.Height, 1
	}
	return m
}

// EncodeNPY writes the samples as an npy file, [N, Field.Shape...]: images as bytes, volumes
// as float32 from 0 (empty) to 1 (occupied), other samples as float32 without a change. Pixels
// outside the scale are clamped. A NaN in pixels is an error.
func (s *Samples) EncodeNPY(w io.Writer) error {
	shape := append([]int{s.N}, s.Field.Shape...)
	switch {
	case s.Field.IsImage():
		images, err := s.Images()
		if err != nil {
			return err
		}
		return format.EncodeNPY(w, shape, images.Pixels)
	case s.Field.Kind == data.Pixels:
		voxels := make([]float32, len(s.Values))
		for i, v := range s.Values {
			if v != v {
				return fmt.Errorf("sample %d has a voxel that is not a number (NaN)", i/s.Size())
			}
			voxels[i] = s.unit(v)
		}
		return format.EncodeNPY(w, shape, voxels)
	}
	return format.EncodeNPY(w, shape, s.Values)
}

// unit scales a pixel to 0 to 1. A value outside is clamped; a NaN stays a NaN.
func (s *Samples) unit(v float32) float32 {
	return min(max(float32((float64(v)-s.Scale.Lo)/(s.Scale.Hi-s.Scale.Lo)), 0), 1)
}

// Set returns the samples in the form that measures take. Pixels are scaled to 0 to
// 1, and values outside are clamped, as in a picture. Numbers do not change. A NaN
// stays a NaN. Set changes pixels in place. If a condition was the class of the data, the
// set has it as labels.
func (s *Samples) Set(name string) *measure.Set {
	if s.Field.Kind == data.Pixels {
		for i, v := range s.Values {
			s.Values[i] = s.unit(v)
		}
	}
	set := &measure.Set{Name: name, Field: s.Field, Values: s.Values}
	if s.classes > 0 {
		set.Labels, set.Classes = s.Inputs[data.ClassField].Ints, s.classes
	}
	return set
}

// setName returns the name of a set of samples of one step of a run.
func setName(step int64, run string) string { return fmt.Sprintf("step %d of %s", step, run) }

// Size returns the number of Values of a sample: see [recipe.Output.Size].
func (s *Samples) Size() int { return recipe.Output{Makes: s.Field}.Size() }

// Slice returns samples lo to hi-1, in the same memory. The result has no Inputs, and
// its [Samples.Latents] are empty.
func (s *Samples) Slice(lo, hi int) *Samples {
	part := *s
	size := s.Size()
	part.N, part.Values, part.Inputs, part.latents = hi-lo, s.Values[lo*size:hi*size], nil, nil
	part.classes = 0
	return &part
}

// Picture draws the samples. Images form a grid with the given number of columns; 0
// means nearly square. Points of the same kind as the data are drawn over cloud,
// which contains points of the data. Their axes are the same for all pictures of a
// run. A volume has three shaded views; see [picture.Volumes]. Other numbers show a row of
// grey pixels for each sample.
func (c *Config) Picture(s *Samples, cloud []float32, columns int) (image.Image, error) {
	if set := c.SetOf(s.Like); set.isPoints(s.Field) {
		return set.scatter(cloud, s.Values)
	}
	if s.Field.IsVolume() {
		return s.volumes(columns)
	}
	images, err := s.shown()
	if err != nil {
		return nil, err
	}
	if !s.Field.IsImage() && s.Field.Kind != data.Pixels {
		columns = 1
	}
	return picture.Grid(images, columns, picture.Options{})
}

// shown converts the samples to images for display.
func (s *Samples) shown() (picture.Images, error) {
	shape, values := s.Field.Shape, s.Values
	channels, height, width := 1, 1, s.Field.Size()
	switch {
	case s.Field.IsImage():
		as := Shown(picture.Images{Channels: shape[0], Height: shape[1]})
		channels, height, width = as.Channels, as.Height, shape[2]
	}
	lo, hi := s.Scale.Lo, s.Scale.Hi
	if lo == hi {
		lo, hi = -1, 1
	}
	return picture.FromFloats(values, s.N, channels, height, width, float32(lo), float32(hi))
}

// The least and the greatest side of a view of a volume, in pixels, and the width of a
// picture of many.
const (
	leastView, mostView = 48, 192
	volumesWidth        = 900
)

// volumes draws volumes in the given number of columns; 0 means that the picture is nearly
// square. A voxel is solid if it is nearer to white than to black.
func (s *Samples) volumes(columns int) (image.Image, error) {
	if columns <= 0 {
		columns = int(math.Ceil(math.Sqrt(float64(s.N) / 3))) // a volume is three times as wide as high
	}
	shape := [3]int(s.Field.Shape[1:])
	side := min(max(volumesWidth/(3*columns), leastView), mostView)
	views, err := picture.Volumes(s.Values, s.N, shape, s.Level(), side)
	if err != nil {
		return nil, err
	}
	return picture.Grid(views, columns, picture.Options{Scale: 1})
}

// Level returns the number of a voxel from which it is solid: the middle of black and
// white.
func (s *Samples) Level() float32 { return float32((s.Scale.Lo + s.Scale.Hi) / 2) }
