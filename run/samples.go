package run

import (
	"fmt"
	"image"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
)

// MostSamples bounds what is drawn at a time: a million images of MNIST's size
// are 3 GB of numbers.
const MostSamples = 1_000_000

// Samples are what an output made.
type Samples struct {
	N      int
	Field  data.Field
	Scale  data.Scale // the numbers that are shown black and white
	Like   string     // the role of the set that they should resemble, "" is recipe.Main
	Values []float32  // [N, Field.Shape...]
	Inputs Inputs     // what they were made from

	latents []string // which of Inputs are latents
}

// Latents returns those of Inputs that were drawn at random, by name.
func (s *Samples) Latents() map[string][]float32 {
	latents := map[string][]float32{}
	for _, name := range s.latents {
		latents[name] = s.Inputs[name].Floats
	}
	return latents
}

// Images returns the samples as images of bytes, of as many channels as they have.
// Samples that are no images are an error that wraps [data.ErrKind]. [Shown] makes
// images of any number of channels such that can be shown.
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

// Shown returns images that can be shown: those of 1, 3 and 4 channels (grey, RGB,
// RGBA) as they are, others in grey with the channels below one another, in the same
// memory.
func Shown(m picture.Images) picture.Images {
	if m.Channels != 1 && m.Channels != 3 && m.Channels != 4 {
		m.Height, m.Channels = m.Channels*m.Height, 1
	}
	return m
}

// Set returns the samples as measures take them: pixels from 0 to 1, those beyond
// clamped as in a picture; numbers as they are. A NaN stays one. Pixels are changed
// in place.
func (s *Samples) Set(name string) *measure.Set {
	if s.Field.Kind == data.Pixels {
		span := s.Scale.Hi - s.Scale.Lo
		for i, v := range s.Values {
			s.Values[i] = min(max(float32((float64(v)-s.Scale.Lo)/span), 0), 1)
		}
	}
	return &measure.Set{Name: name, Field: s.Field, Values: s.Values}
}

// setName names the samples of a step of a run.
func setName(step int64, run string) string { return fmt.Sprintf("step %d of %s", step, run) }

// Slice returns samples lo to hi-1, in the same memory, without their inputs.
func (s *Samples) Slice(lo, hi int) *Samples {
	part := *s
	size := s.Field.Size()
	part.N, part.Values, part.Inputs, part.latents = hi-lo, s.Values[lo*size:hi*size], nil, nil
	return &part
}

// Picture shows the samples: images as a grid of so many columns (0: about a
// square), points like those of the data over cloud, points of the data, on axes that are
// the same for all pictures of a run. Of a volume the brightest voxel along its
// depth is shown, of other numbers a row of grey for each sample.
func (c *Config) Picture(s *Samples, cloud []float32, columns int) (image.Image, error) {
	if set := c.SetOf(s.Like); set.isPoints(s.Field) {
		return set.scatter(cloud, s.Values)
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

// shown returns images that stand for the samples.
func (s *Samples) shown() (picture.Images, error) {
	shape, values := s.Field.Shape, s.Values
	channels, height, width := 1, 1, s.Field.Size()
	switch {
	case s.Field.IsImage():
		as := Shown(picture.Images{Channels: shape[0], Height: shape[1]})
		channels, height, width = as.Channels, as.Height, shape[2]
	case s.Field.Kind == data.Pixels && len(shape) == 4:
		height, width = shape[2], shape[3]
		values = brightest(values, shape[0]*shape[1], height*width)
	}
	lo, hi := s.Scale.Lo, s.Scale.Hi
	if lo == hi {
		lo, hi = -1, 1
	}
	return picture.FromFloats(values, s.N, channels, height, width, float32(lo), float32(hi))
}

// brightest returns the greatest over depth of values, [n, depth, area].
func brightest(values []float32, depth, area int) []float32 {
	out := make([]float32, len(values)/depth)
	for i := range out {
		first := i/area*depth*area + i%area
		out[i] = values[first]
		for d := 1; d < depth; d++ {
			out[i] = max(out[i], values[first+d*area])
		}
	}
	return out
}
