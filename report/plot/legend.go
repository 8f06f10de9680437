package plot

import (
	"unicode/utf8"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// An entry of a legend is a name and a function that draws the sign before it on a canvas
// of the sign's size.
type entry struct {
	name         string
	below, after string // a subscript to the name, and the text after it
	sign         func(draw.Canvas)
}

const (
	signWidth = 7 * millimetre
	signGap   = 1.5 * millimetre
	entryGap  = 4 * millimetre
	rowHeight = 14 // points
)

// drawLegend writes the entries in rows above the plot, where they do not overlap it. It
// returns the rest of the canvas.
func drawLegend(c draw.Canvas, entries []entry) draw.Canvas {
	style := textStyle(textSize)
	style.YAlign = text.YCenter
	subscript := textStyle(textSize * .7)
	subscript.YAlign = text.YCenter
	width := c.Max.X - c.Min.X
	x, y := vg.Length(0), c.Max.Y-rowHeight/2
	rows := 0
	for _, e := range entries {
		if e.name == "" {
			continue
		}
		name := shorten(style, clean(e.name), width-signWidth-signGap)
		need := signWidth + signGap + style.Width(name) + subscript.Width(e.below) + style.Width(e.after)
		if rows == 0 {
			rows = 1
		} else if x+need > width {
			x, y, rows = 0, y-rowHeight, rows+1
		}
		left := c.Min.X + x
		e.sign(draw.Crop(c, x, left+signWidth-c.Max.X, y-rowHeight/2-c.Min.Y, y+rowHeight/2-c.Max.Y))
		at := vg.Point{X: left + signWidth + signGap, Y: y + 1} // the middle of small letters
		c.FillText(style, at, name)
		at.X += style.Width(name)
		c.FillText(subscript, at.Sub(vg.Point{Y: textSize * .25}), e.below)
		at.X += subscript.Width(e.below)
		c.FillText(style, at, e.after)
		x += need + entryGap
	}
	if rows == 0 {
		return c
	}
	return draw.Crop(c, 0, 0, 0, -vg.Length(rows)*rowHeight-4)
}

// lineSign returns a sign that is a short line.
func lineSign(style draw.LineStyle) func(draw.Canvas) {
	return func(c draw.Canvas) {
		y := c.Center().Y
		c.StrokeLine2(style, c.Min.X, y, c.Max.X, y)
	}
}

// shorten removes the end of a name that is too wide.
func shorten(style text.Style, name string, width vg.Length) string {
	if style.Width(name) <= width {
		return name
	}
	for name != "" && style.Width(name+"…") > width {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	return name + "…"
}
