package picture

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

const (
	scatterSide = 640 // pixels
	plotSide    = 540 // pixels, of the part inside the axes
	plotLeft    = 78  // pixels, where the numbers of the y axis are
	plotTop     = 40  // pixels, where the name of the y axis and the legend are
	subpixels   = 8   // positions are rounded to an eighth of a pixel
	dotRadius   = 18  // eighths of a pixel
)

// Colour-blind people can distinguish the colours of a scatter plot (Okabe and Ito 2008).
// The data are fainter, so that the samples over them are visible.
var (
	dataDots   = ink{color.RGBA{R: 230, G: 159, B: 0, A: 255}, 110}
	sampleDots = ink{color.RGBA{G: 114, B: 178, A: 255}, 150}
	frameLine  = color.Gray{Y: 150}
)

// Scatter draws points of the plane as dots on white: samples in blue over data in orange.
// Both are [n, 2], x before y, and may be empty. Right and up are positive. A point outside
// the axes is drawn at the nearest edge, so that no point is missing. Axes with names have
// numbers. The result has 640x640 pixels and no transparency. It is an *image.Paletted if it
// has at most 256 colours, as with few points, and otherwise an *image.RGBA. Numbers that are
// not finite, and axes that do not rise, are errors.
func Scatter(axes Axes, data, samples []float32) (image.Image, error) {
	width, height := axes.Right-axes.Left, axes.Top-axes.Bottom
	if !(width > 0 && height > 0) || math.IsInf(width, 0) || math.IsInf(height, 0) {
		return nil, fmt.Errorf("a scatter plot of x from %g to %g and y from %g to %g: want finite ranges that rise",
			axes.Left, axes.Right, axes.Bottom, axes.Top)
	}
	m := image.NewRGBA(image.Rect(0, 0, scatterSide, scatterSide))
	c := canvas{m, m.Pix, m.Stride, 4}
	c.fill(m.Bounds(), color.White)
	c.fill(plotArea.Inset(-1), frameLine)
	c.fill(plotArea, color.White)
	c.drawAxes(m, axes)
	x := 0
	for _, layer := range []struct {
		name   string
		points []float32
		ink    ink
	}{{"samples", samples, sampleDots}, {"data", data, dataDots}} {
		if len(layer.points) > 0 {
			x += c.legend(m, layer.name, layer.ink, x)
		}
	}
	if err := c.dots(axes, data, dataDots); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if err := c.dots(axes, samples, sampleDots); err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	return withPalette(m), nil
}

// plotArea is the part of the picture inside the axes.
var plotArea = image.Rect(plotLeft, plotTop, plotLeft+plotSide, plotTop+plotSide)

// An ink is a colour and the opacity of a dot, from 0 to 255.
type ink struct {
	color.RGBA
	opacity int
}

func (c canvas) dots(axes Axes, points []float32, i ink) error {
	if len(points)%2 != 0 {
		return fmt.Errorf("%d numbers are not points of the plane", len(points))
	}
	for p := 0; p < len(points); p += 2 {
		x := plotLeft*subpixels + place(points[p], axes.Left, axes.Right)
		y := plotTop*subpixels + place(points[p+1], axes.Top, axes.Bottom)
		if math.IsNaN(x) || math.IsNaN(y) {
			return fmt.Errorf("point %d is (%v, %v), which is not finite", p/2, points[p], points[p+1])
		}
		c.dot(int(math.Round(x)), int(math.Round(y)), i)
	}
	return nil
}

// place returns the position of v between from and to on a side of the plot, in eighths
// of a pixel. It is NaN if v is not finite. It is always so far from the edge that the whole
// dot is in the plot.
func place(v float32, from, to float64) float64 {
	if math.IsInf(float64(v), 0) {
		return math.NaN()
	}
	const side = plotSide * subpixels
	at := side * ((float64(v) - from) / (to - from))
	return min(max(at, dotRadius), side-dotRadius)
}

// dot paints a disc with its centre at (x, y), in eighths of a pixel. Its edge is smooth: a
// pixel is divided into 16 parts, and the colour is mixed in by the share of the parts
// inside the disc. All arithmetic is on integers, so that all machines draw the same.
func (c canvas) dot(x, y int, i ink) {
	for py := (y - dotRadius) / subpixels; py <= (y+dotRadius)/subpixels && py < scatterSide; py++ {
		for px := (x - dotRadius) / subpixels; px <= (x+dotRadius)/subpixels && px < scatterSide; px++ {
			parts := 0
			for part := range 16 {
				dx := px*subpixels + part%4*2 + 1 - x
				dy := py*subpixels + part/4*2 + 1 - y
				if dx*dx+dy*dy < dotRadius*dotRadius {
					parts++
				}
			}
			pixel := c.at(px, py)
			for k, v := range [3]byte{i.R, i.G, i.B} {
				pixel[k] = byte((int(pixel[k])*(16*255-parts*i.opacity) + int(v)*parts*i.opacity + 8*255) / (16 * 255))
			}
		}
	}
}
