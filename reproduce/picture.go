package reproduce

import (
	"context"
	"image"
	"io"
	"strconv"

	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// drawImages draws n samples of the first output.
func drawImages(ctx context.Context, g *run.Generator, n int, seed uint64) (picture.Images, error) {
	samples, err := g.Draw(ctx, "", n, seed, nil)
	if err != nil {
		return picture.Images{}, err
	}
	return samples.Images()
}

// drawDigits writes a picture with a row for each class.
func (j *job) drawDigits(ctx context.Context, g *run.Generator) error {
	samples, columns, err := g.ClassRows(ctx, "", 100, 1, nil)
	if err != nil {
		return err
	}
	m, err := g.Config.Picture(samples, nil, columns)
	if err != nil {
		return err
	}
	return j.writePNG("digits.png", m, nil)
}

// alternating draws images of several sets: a row of the first set, then the same row of the
// next one. Pixels are from 0 to 1.
func alternating(columns int, sets ...*measure.Set) (image.Image, error) {
	shape := sets[0].Field.Shape
	var values []float32
	n := sets[0].Len() / columns * columns
	for first := 0; first < n; first += columns {
		for _, s := range sets {
			values = append(values, s.Slice(first, first+columns).Values...)
		}
	}
	images, err := picture.FromFloats(values, n*len(sets), shape[0], shape[1], shape[2], 0, 1)
	if err != nil {
		return nil, err
	}
	return picture.Grid(run.Shown(images), columns, picture.Options{})
}

// writePNG writes a picture. texts, which may be nil, are kept in its file.
func (j *job) writePNG(name string, m image.Image, texts map[string]string) error {
	return j.write(name, func(w io.Writer) error { return picture.EncodePNG(w, m, texts) })
}

// pictureTexts returns the texts of a picture of samples: the name of the run, the seed of the
// latents and the step of the checkpoint.
func pictureTexts(run string, seed uint64, step int64) map[string]string {
	return map[string]string{"gander:run": run, "gander:seed": strconv.FormatUint(seed, 10), "gander:step": strconv.FormatInt(step, 10)}
}

// writeRows writes a picture of images from 0 to 1.
func (j *job) writeRows(name string, set *measure.Set, columns int) error {
	m, err := alternating(columns, set)
	if err != nil {
		return err
	}
	return j.writePNG(name, m, nil)
}
