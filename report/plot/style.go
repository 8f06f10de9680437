package plot

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// millimetre is the unit of widths and heights.
const millimetre = vg.Centimeter / 10

// PageWidth is the width of a figure that fills the text of an A4 page, in mm.
const PageWidth = 160.0

// Sizes at which a figure is legible when it is printed at its width.
const (
	textSize   = 10 // points, as all of these
	tickSize   = 9
	lineWidth  = 1.3
	faintWidth = 1
	thinWidth  = 0.6
	margin     = 4   // points around a figure, for what ends at its edge
	pngDPI     = 200 // dots per inch: 1260 pixels for a page's width
	gifDPI     = 110
)

// The colours that Okabe and Ito (2008) chose so that colour-blind people can distinguish
// them. The colours with the least contrast to white are last. Yellow is left out.
var (
	ink       = color.Gray16{}
	blue      = color.RGBA{0x00, 0x72, 0xB2, 0xFF}
	vermilion = color.RGBA{0xD5, 0x5E, 0x00, 0xFF}
	green     = color.RGBA{0x00, 0x9E, 0x73, 0xFF}
	purple    = color.RGBA{0xCC, 0x79, 0xA7, 0xFF}
	orange    = color.RGBA{0xE6, 0x9F, 0x00, 0xFF}
	sky       = color.RGBA{0x56, 0xB4, 0xE9, 0xFF}

	inOrder = []color.RGBA{blue, vermilion, green, purple, orange, sky}
)

// Lines also have different dashes, so that they can be distinguished in grey.
var (
	solid   []vg.Length
	dashed  = []vg.Length{5, 2.5}
	dotted  = []vg.Length{1.2, 2}
	dashDot = []vg.Length{6, 2, 1.2, 2}
	long    = []vg.Length{9, 3}
	double  = []vg.Length{6, 2, 1.2, 2, 1.2, 2}

	dashesInOrder = [][]vg.Length{solid, dashed, dashDot, dotted, long, double}
)

// grid is the style of the grid lines.
var grid = draw.LineStyle{Color: color.NRGBA{A: 0x22}, Width: 0.5}

// lineStyle returns the style of the i-th line of a figure.
func lineStyle(i int) draw.LineStyle {
	return draw.LineStyle{
		Color: inOrder[i%len(inOrder)], Width: lineWidth,
		Dashes: dashesInOrder[i%len(dashesInOrder)],
	}
}

// inkLine returns the style of axes and tick marks.
func inkLine() draw.LineStyle { return draw.LineStyle{Color: ink, Width: thinWidth} }

// textStyle returns the style of text: sans serif, with the widths of Helvetica and
// Arial.
func textStyle(points float64) text.Style {
	return text.Style{
		Color:   ink,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: font.Points(points)},
		XAlign:  text.XLeft,
		YAlign:  text.YBottom,
		Handler: plot.DefaultTextHandler,
	}
}
