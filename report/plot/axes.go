package plot

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// newPlot returns axes without content. The background is that of the figure.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle = inkLine()
		axis.Padding = 3
		axis.Tick.LineStyle = inkLine()
		axis.Tick.Length = 4
		style := textStyle(tickSize)
		style.XAlign, style.YAlign = axis.Tick.Label.XAlign, axis.Tick.Label.YAlign
		axis.Tick.Label = style
	}
	return p
}

// labelRoom is the space that a label next to an axis needs, in points.
const labelRoom = textSize * 1.6

// inside returns the part of a canvas that remains for a plot when its axes have labels.
func inside(c draw.Canvas) draw.Canvas { return draw.Crop(c, labelRoom, 0, labelRoom-3, 0) }

// drawPlot draws a plot inside the canvas, and the labels next to it. Gonum does not draw
// the labels: it would reserve their space in the wrong place for a logarithmic axis.
func drawPlot(c draw.Canvas, p *plot.Plot, xLabel, yLabel string) {
	p.Draw(inside(c))
	between := p.DataCanvas(inside(c))
	middle := between.Center()
	style := textStyle(textSize)
	style.XAlign = text.XCenter
	c.FillText(style, vg.Point{X: middle.X, Y: c.Min.Y}, shorten(style, clean(xLabel), c.Size().X))
	words := shorten(style, clean(yLabel), c.Size().Y)
	style.YAlign, style.Rotation = text.YTop, math.Pi/2
	c.FillText(style, vg.Point{X: c.Min.X, Y: middle.Y}, words)
}
