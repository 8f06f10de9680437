package picture

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/gander-ml/gander/hint"
)

// Options is the layout of the cells. The zero value is right for most pictures.
type Options struct {
	Pad        int         // pixels between the cells and around them; 0: 2, negative: none
	Scale      int         // side of the square that shows one pixel; 0: the largest that keeps the picture within 900x900
	Background color.Color // nil: dark grey
}

const (
	targetSide = 900     // pixels; a side that fits the screens people have
	maxSide    = 1 << 14 // pixels; a picture of this side already takes a gibibyte
)

// background is dark, so that it does not distract from the samples. It is lighter than
// black, so that the edge of a black sample is visible.
var background = color.Gray{Y: 64}

// Grid arranges the images row by row in the given number of columns. If columns is 0 or
// less, it uses the smallest square that has room for all. The result is an *image.Gray
// for images with one channel, an opaque *image.RGBA for three, and an *image.NRGBA for
// four.
func Grid(images Images, columns int, o Options) (image.Image, error) {
	if err := images.check(); err != nil {
		return nil, err
	}
	if columns <= 0 {
		columns = int(math.Ceil(math.Sqrt(float64(images.N))))
	}
	rows := (images.N + columns - 1) / columns
	l, err := newLayout(images, rows, columns, o)
	if err != nil {
		return nil, err
	}
	c := newCanvas(l, images.Channels, o.Background)
	for i := range images.N {
		c.paint(images, i, l.cell(i/columns, i%columns), l.scale)
	}
	return c.Image, nil
}

// A layout arranges cells of equal size in rows and columns.
type layout struct {
	rows, columns int
	cellSize      image.Point // pixels of the picture
	pad, scale    int
}

func newLayout(images Images, rows, columns int, o Options) (layout, error) {
	l := layout{rows: rows, columns: columns, pad: o.Pad, scale: o.Scale}
	switch {
	case o.Pad == 0:
		l.pad = 2
	case o.Pad < 0:
		l.pad = 0
	}
	if max(rows, columns, l.pad, l.scale) > maxSide {
		return l, fmt.Errorf("a picture of %d rows and %d columns at scale %d is too large", rows, columns, l.scale)
	}
	if l.scale <= 0 {
		l.scale = max(1, min(
			(targetSide-(columns+1)*l.pad)/(columns*images.Width),
			(targetSide-(rows+1)*l.pad)/(rows*images.Height)))
	}
	l.cellSize = image.Pt(images.Width, images.Height).Mul(l.scale)
	if size := l.size(); size.X > maxSide || size.Y > maxSide {
		return l, hint.Add(fmt.Errorf("a picture of %dx%d pixels is too large, want at most %d a side", size.X, size.Y, maxSide),
			"show fewer images, or a smaller scale")
	}
	return l, nil
}

// size returns the size of the whole picture.
func (l layout) size() image.Point {
	return image.Pt(l.columns*(l.cellSize.X+l.pad)+l.pad, l.rows*(l.cellSize.Y+l.pad)+l.pad)
}

// cell returns the rectangle of a cell.
func (l layout) cell(row, column int) image.Rectangle {
	at := image.Pt(column*(l.cellSize.X+l.pad)+l.pad, row*(l.cellSize.Y+l.pad)+l.pad)
	return image.Rectangle{Min: at, Max: at.Add(l.cellSize)}
}
