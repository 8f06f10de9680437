package plot

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// line draws a horizontal line of the panel, with tick marks and numbers below.
func (d panelDrawing) line(y vg.Length, ticks []plot.Tick, at func(float64) vg.Length) {
	const mark = 3
	d.c.StrokeLine2(inkLine(), d.c.Min.X, y, d.c.Max.X, y)
	style := textStyle(tickSize)
	style.YAlign = text.YTop
	for _, t := range ticks {
		x := at(t.Value)
		d.c.StrokeLine2(inkLine(), x, y, x, y-mark)
		// Numbers at the ends are moved into the panel.
		half := style.Width(t.Label) / 2
		left := min(max(x-half, d.c.Min.X), d.c.Max.X-2*half)
		d.c.FillText(style, vg.Point{X: left, Y: y - mark - 1}, t.Label)
	}
}

// arrow draws an arrow from a latent to its image under G.
func (d panelDrawing) arrow(fromX, toX vg.Length) {
	const length, halfWidth = 3.2, 1.1
	from, to := vg.Point{X: fromX, Y: d.zLine}, vg.Point{X: toX, Y: d.xLine}
	d.c.StrokeLine2(arrowLine, from.X, from.Y, to.X, to.Y)
	way := to.Sub(from)
	way = way.Scale(1 / vg.Length(math.Hypot(float64(way.X), float64(way.Y))))
	back, side := to.Sub(way.Scale(length)), vg.Point{X: -way.Y, Y: way.X}.Scale(halfWidth)
	var head vg.Path
	head.Move(to)
	head.Line(back.Add(side))
	head.Line(back.Sub(side))
	head.Close()
	d.c.SetColor(arrowLine.Color)
	d.c.Fill(head)
}

// leftAxis draws the axis of densities and the names of the lines below.
func (d panelDrawing) leftAxis() {
	height := d.upper - d.base
	x := d.c.Min.X - 3
	d.c.StrokeLine2(inkLine(), x, d.base, x, d.upper)
	style := textStyle(tickSize)
	style.XAlign, style.YAlign = text.XRight, text.YCenter
	widest := vg.Length(0)
	for _, t := range densities.Ticks(0, d.top) {
		y := d.base + vg.Length(t.Value/d.top)*height
		d.c.StrokeLine2(inkLine(), x, y, x-3, y)
		d.c.FillText(style, vg.Point{X: x - 4.5, Y: y}, t.Label)
		widest = max(widest, style.Width(t.Label))
	}
	d.along(x-8-widest, text.YBottom, "density")
	name := textStyle(textSize)
	name.XAlign, name.YAlign = text.XRight, text.YCenter
	d.c.FillText(name, vg.Point{X: x - 1.5, Y: d.xLine}, "x")
	d.c.FillText(name, vg.Point{X: x - 1.5, Y: d.zLine}, "z")
}

// rightAxis draws the axis of D.
func (d panelDrawing) rightAxis() {
	x := d.c.Max.X + 3
	d.c.StrokeLine2(inkLine(), x, d.base, x, d.upper)
	style := textStyle(tickSize)
	style.YAlign = text.YCenter
	widest := vg.Length(0)
	for _, t := range []plot.Tick{{Value: 0, Label: "0"}, {Value: .5, Label: "½"}, {Value: 1, Label: "1"}} {
		y := d.base + vg.Length(t.Value)*(d.upper-d.base)
		d.c.StrokeLine2(inkLine(), x, y, x+3, y)
		d.c.FillText(style, vg.Point{X: x + 4.5, Y: y}, t.Label)
		widest = max(widest, style.Width(t.Label))
	}
	d.along(x+6+widest, text.YTop, "D(x)")
}

// along writes text upwards, next to the middle of the curves.
func (d panelDrawing) along(x vg.Length, align text.YAlignment, words string) {
	style := textStyle(textSize)
	style.XAlign, style.YAlign, style.Rotation = text.XCenter, align, math.Pi/2
	d.c.FillText(style, vg.Point{X: x, Y: (d.base + d.upper) / 2}, words)
}
