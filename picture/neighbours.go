package picture

import (
	"fmt"
	"image"
	"image/color"
)

// highlight is the yellow of the outlines in Figure 2 of Goodfellow et al. 2014.
var highlight = color.RGBA{R: 255, G: 214, B: 10, A: 255}

// Neighbours arranges samples in rows, one row for each nearest image. Each row ends with
// that image, outlined in yellow. It is the training image nearest to the sample next to
// it, as in Figure 2 of Goodfellow et al. 2014. The samples must fill the rows, and have
// the size and channels of the nearest images. There are at least 4 pixels between cells,
// for the outline. The result has the type that [Grid] returns, but *image.RGBA for grey
// images.
func Neighbours(samples, nearest Images, o Options) (image.Image, error) {
	if err := checkNeighbours(samples, nearest); err != nil {
		return nil, err
	}
	o.Pad = max(o.Pad, 4)
	rows, columns := nearest.N, samples.N/nearest.N
	l, err := newLayout(samples, rows, columns+1, o)
	if err != nil {
		return nil, err
	}
	c := newCanvas(l, max(samples.Channels, 3), o.Background)
	for i := range samples.N {
		c.paint(samples, i, l.cell(i/columns, i%columns), l.scale)
	}
	for row := range rows {
		cell := l.cell(row, columns)
		c.fill(cell.Inset(-l.pad/2), highlight)
		c.paint(nearest, row, cell, l.scale)
	}
	return c.Image, nil
}

func checkNeighbours(samples, nearest Images) error {
	if err := samples.check(); err != nil {
		return fmt.Errorf("samples: %w", err)
	}
	if err := nearest.check(); err != nil {
		return fmt.Errorf("nearest images: %w", err)
	}
	if samples.N%nearest.N != 0 {
		return fmt.Errorf("%d samples do not fill %d rows, one for each nearest image", samples.N, nearest.N)
	}
	if samples.Channels != nearest.Channels || samples.Height != nearest.Height || samples.Width != nearest.Width {
		return fmt.Errorf("samples have %d channels and %dx%d pixels, the nearest images %d and %dx%d",
			samples.Channels, samples.Width, samples.Height, nearest.Channels, nearest.Width, nearest.Height)
	}
	return nil
}
