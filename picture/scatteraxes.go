package picture

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// Writing at a scatter plot is in a bitmap font, so that all machines draw the same.
var (
	letters  = inconsolata.Regular8x16
	textInk  = color.Gray{Y: 60}
	noteInk  = color.Gray{Y: 120}
	gridLine = color.Gray{Y: 236}
)

const (
	letterWidth = 8  // pixels
	tickLength  = 5  // pixels
	mostLetters = 28 // of a name
)

// drawAxes draws the lines, the numbers and the names of the axes, and the note.
func (c canvas) drawAxes(m *image.RGBA, axes Axes) {
	bottom, right := plotArea.Max.Y, plotArea.Max.X
	if axes.X != "" {
		for _, t := range ticks(axes.Left, axes.Right) {
			x := plotLeft + pixelOf(t.at, axes.Left, axes.Right)
			c.fill(image.Rect(x, plotTop, x+1, bottom), gridLine)
			c.fill(image.Rect(x, bottom, x+1, bottom+tickLength), frameLine)
			write(m, t.text, x-len(t.text)*letterWidth/2, bottom+19, textInk)
		}
	}
	if axes.Y != "" {
		for _, t := range ticks(axes.Bottom, axes.Top) {
			y := plotTop + pixelOf(t.at, axes.Top, axes.Bottom)
			c.fill(image.Rect(plotLeft, y, right, y+1), gridLine)
			c.fill(image.Rect(plotLeft-tickLength, y, plotLeft, y+1), frameLine)
			write(m, t.text, plotLeft-tickLength-4-len(t.text)*letterWidth, y+6, textInk)
		}
	}
	x := shorten(axes.X)
	write(m, x, plotLeft+(plotSide-width(x))/2, bottom+41, textInk)
	write(m, shorten(axes.Y), plotLeft, plotTop-12, textInk)
	note := axes.Note
	write(m, note, right-width(note), bottom+41, noteInk)
}

// pixelOf returns the pixel of v between from and to on a side of the plot.
func pixelOf(v, from, to float64) int {
	return min(max(int(math.Round(plotSide*((v-from)/(to-from)))), 0), plotSide-1)
}

// legend writes the name of a layer, with its dot, above the plot. The text ends left pixels
// before the right side of the plot. It returns the width of the dot and the text.
func (c canvas) legend(m *image.RGBA, name string, i ink, left int) int {
	x := plotArea.Max.X - left - width(name)
	write(m, name, x, plotTop-12, textInk)
	c.dot((x-10)*subpixels, (plotTop-17)*subpixels, ink{i.RGBA, 255})
	return width(name) + 32
}

// write writes a text with its left end at x and its base line at y.
func write(m *image.RGBA, text string, x, y int, ink color.Color) {
	d := font.Drawer{Dst: m, Src: image.NewUniform(ink), Face: letters, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// width returns the width of a text in pixels.
func width(text string) int { return len([]rune(text)) * letterWidth }

// shorten returns a name of at most mostLetters letters.
func shorten(name string) string {
	if letters := []rune(name); len(letters) > mostLetters {
		return string(letters[:mostLetters-3]) + "..."
	}
	return name
}
