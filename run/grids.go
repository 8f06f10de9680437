package run

import (
	"context"
	"fmt"
	"image"
	"io"
	"math"
	"path/filepath"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/picture"
)

// writeGrid writes the picture of samples from the run's fixed latents.
func (s *Session) writeGrid(name string) error {
	samples, err := s.sampler.Decode(context.Background(), s.latents)
	if err != nil {
		return err
	}
	what := "a pixel of the samples"
	if s.Config.Data.Dims > 0 {
		what = "a number of the samples"
	}
	for _, x := range samples {
		if math.IsNaN(float64(x)) || s.Config.Data.Dims > 0 && math.IsInf(float64(x), 0) {
			return &game.DivergedError{Step: s.trainer.Step(), Statistic: what}
		}
	}
	drawn, err := s.draw(samples)
	if err != nil {
		return fmt.Errorf("samples of step %d: %w", s.trainer.Step(), err)
	}
	return s.writePicture(name, drawn)
}

// draw shows samples as a grid, or over the data if they are points.
func (s *Session) draw(samples []float32) (image.Image, error) {
	if s.Config.Data.Dims > 0 {
		return s.Config.Scatter(s.cloud, samples)
	}
	images, err := s.Config.Pictures(samples, s.system.Scale)
	if err != nil {
		return nil, err
	}
	return picture.Grid(images, 0, picture.Options{})
}

// writeReals writes a picture of real examples alone: the first images of the
// set, or the points that are under the samples of every picture.
func (s *Session) writeReals() error {
	if s.Config.Data.Dims > 0 {
		drawn, err := s.Config.Scatter(s.cloud, nil)
		if err != nil {
			return err
		}
		return s.writePicture("reals", drawn)
	}
	n := int(min(s.set.Len(), int64(s.Config.Train.Grid)))
	images := s.Config.frame(n)
	for i := range n {
		if _, err := s.set.Read(images.Slice(i, i+1).Pixels, int64(i)); err != nil {
			return err
		}
	}
	grid, err := picture.Grid(images, 0, picture.Options{})
	if err != nil {
		return err
	}
	return s.writePicture("reals", grid)
}

func (s *Session) writePicture(name string, drawn image.Image) error {
	text := map[string]string{
		"gander:run":  s.Folder.Name(),
		"gander:seed": strconv.FormatUint(s.Config.Train.Seed, 10),
		"gander:step": strconv.FormatInt(s.trainer.Step(), 10),
	}
	path := filepath.Join(s.Folder.SampleFolder(), name+".png")
	return atomicfile.Write(path, 0o666, func(w io.Writer) error { return picture.EncodePNG(w, drawn, text) })
}

// frame returns n black images of the run's shape.
func (c *Config) frame(n int) picture.Images {
	m := picture.Images{N: n, Channels: c.Data.Channels, Height: c.Data.Height, Width: c.Data.Width}
	m.Pixels = make([]byte, n*m.Channels*m.Height*m.Width)
	return m
}

// Pictures turns a generator's outputs into images.
func (c *Config) Pictures(samples []float32, scale data.Scale) (picture.Images, error) {
	size := c.Data.Channels * c.Data.Height * c.Data.Width
	return picture.FromFloats(samples, len(samples)/size,
		c.Data.Channels, c.Data.Height, c.Data.Width, float32(scale.Lo), float32(scale.Hi))
}
