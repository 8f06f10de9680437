package plot

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Panel is the state of a game in one dimension at one step, as in Figure 1 of
// Goodfellow et al. 2014: the densities of data and generator, the output of the
// discriminator, and the images of a few latents under the generator.
type Panel struct {
	Title string    // above the panel: "(a) step 0"
	X     []float64 // where the three functions are evaluated, rising
	Data  []float64 // p_data(x)
	Model []float64 // p_g(x)
	D     []float64 // D(x), 0 to 1
	Z     []float64 // latents, rising
	G     []float64 // G(z) of each
}

// Figure1 shows panels next to each other, as the paper does: p_data dotted, p_g solid, D
// dashed. Below them is the line of z, with arrows up to x = G(z) on the line of x. The
// left axis is for the densities, the right axis for D.
type Figure1 struct {
	Panels        []Panel
	Top           float64 // of the axis of densities; higher ones are clipped. 0: the highest density, but at most 2.5 times that of the data
	Width, Height float64 // mm; 0: 160 for more than one panel, 90 for one; and 65
}

// Figure returns the drawing. It returns an error if the lengths of a panel differ or a
// position is not finite.
func (f Figure1) Figure() (*Figure, error) {
	if len(f.Panels) == 0 {
		return nil, errors.New("figure 1: no panel to draw")
	}
	for i, p := range f.Panels {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("figure 1: panel %d: %w", i+1, err)
		}
	}
	width := PageWidth
	if len(f.Panels) == 1 {
		width = 90
	}
	return newFigure(f.Width, f.Height, width, 65, f.draw)
}

func (p Panel) check() error {
	n := len(p.X)
	if n < 2 || len(p.Data) != n || len(p.Model) != n || len(p.D) != n {
		return fmt.Errorf("%d positions, %d and %d densities, %d of D: want the same number, at least 2", n, len(p.Data), len(p.Model), len(p.D))
	}
	if len(p.Z) < 2 || len(p.Z) != len(p.G) {
		return fmt.Errorf("%d latents and %d of G(z): want the same number, at least 2", len(p.Z), len(p.G))
	}
	for name, list := range map[string][]float64{"x": p.X, "z": p.Z} {
		for i, v := range list {
			if !finite(v) || i > 0 && v < list[i-1] || i == len(list)-1 && v == list[0] {
				return fmt.Errorf("%s of %g at %d: want finite numbers that rise", name, v, i)
			}
		}
	}
	return nil
}

// The three lines, with the line styles of the paper and colours for colour-blind people.
var (
	dataLine  = draw.LineStyle{Color: ink, Width: 1.6, Dashes: []vg.Length{1.4, 1.8}}
	modelLine = draw.LineStyle{Color: green, Width: 1.6}
	dLine     = draw.LineStyle{Color: blue, Width: 1.4, Dashes: dashed}
	arrowLine = draw.LineStyle{Color: color.NRGBA{A: 0xB0}, Width: 0.5}
)

func (f Figure1) draw(c draw.Canvas) {
	c = drawLegend(c, []entry{
		{name: "p", below: "data", after: "(x)", sign: lineSign(dataLine)},
		{name: "p", below: "g", after: "(x)", sign: lineSign(modelLine)},
		{name: "D(x)", sign: lineSign(dLine)},
	})
	top := f.top()
	left := f.left(top)
	const rightMargin, gap = 9 * millimetre, 3 * millimetre
	each := (c.Size().X - left - rightMargin - gap*vg.Length(len(f.Panels)-1)) / vg.Length(len(f.Panels))
	for i, p := range f.Panels {
		from := left + vg.Length(i)*(each+gap)
		panel := newPanelDrawing(p, draw.Crop(c, from, from+each-c.Size().X, 0, 0), top)
		panel.draw()
		if i == 0 {
			panel.leftAxis()
		}
		if i == len(f.Panels)-1 {
			panel.rightAxis()
		}
	}
}

// top returns the upper end of the axis of densities.
func (f Figure1) top() float64 {
	if f.Top > 0 {
		return f.Top
	}
	data, model := 0.0, 0.0
	for _, p := range f.Panels {
		for i := range p.X {
			if finite(p.Data[i]) {
				data = max(data, p.Data[i])
			}
			if finite(p.Model[i]) {
				model = max(model, p.Model[i])
			}
		}
	}
	top := max(data, min(model, 2.5*data)) * 1.05
	if !(top > 0) {
		return 1
	}
	return top
}

// densities is the tick marks of the axis of densities.
const densities = even(4)

// left returns the width that the axis of densities needs.
func (f Figure1) left(top float64) vg.Length {
	widest := vg.Length(0)
	for _, t := range densities.Ticks(0, top) {
		widest = max(widest, textStyle(tickSize).Width(t.Label))
	}
	return widest + labelRoom + 8
}

// A panelDrawing is the positions of the parts of a panel.
type panelDrawing struct {
	Panel
	c            draw.Canvas
	top          float64   // density at the upper end
	base, upper  vg.Length // of the curves
	xLine, zLine vg.Length
	xFrom, xPer  float64 // smallest x, points per unit
	zFrom, zPer  float64
}

// numbersRoom is the height of the numbers below a line, with their tick marks.
const numbersRoom = tickSize + 4

func newPanelDrawing(p Panel, c draw.Canvas, top float64) panelDrawing {
	d := panelDrawing{Panel: p, c: c, top: top}
	d.zLine = c.Min.Y + numbersRoom + 2
	d.xLine = d.zLine + 11*millimetre
	d.base = d.xLine + numbersRoom + 8
	d.upper = c.Max.Y - textSize*1.5
	width := float64(c.Size().X)
	d.xFrom, d.xPer = p.X[0], width/(p.X[len(p.X)-1]-p.X[0])
	d.zFrom, d.zPer = p.Z[0], width/(p.Z[len(p.Z)-1]-p.Z[0])
	return d
}

func (d panelDrawing) atX(x float64) vg.Length { return d.c.Min.X + vg.Length((x-d.xFrom)*d.xPer) }
func (d panelDrawing) atZ(z float64) vg.Length { return d.c.Min.X + vg.Length((z-d.zFrom)*d.zPer) }

func (d panelDrawing) draw() {
	title := textStyle(textSize)
	title.YAlign = text.YTop
	d.c.FillText(title, vg.Point{X: d.c.Min.X, Y: d.c.Max.Y}, shorten(title, clean(d.Title), d.c.Size().X+3))
	d.curve(dLine, d.D, 1)
	d.curve(dataLine, d.Data, d.top)
	d.curve(modelLine, d.Model, d.top)
	d.line(d.base, even(4).Ticks(d.X[0], d.X[len(d.X)-1]), d.atX)
	d.c.StrokeLine2(inkLine(), d.c.Min.X, d.xLine, d.c.Max.X, d.xLine)
	d.line(d.zLine, even(3).Ticks(d.Z[0], d.Z[len(d.Z)-1]), d.atZ)
	for i, z := range d.Z {
		if finite(d.G[i]) && d.G[i] >= d.X[0] && d.G[i] <= d.X[len(d.X)-1] {
			d.arrow(d.atZ(z), d.atX(d.G[i]))
		}
	}
}

// curve draws a function. Values above top, the end of the axis, are clipped.
func (d panelDrawing) curve(style draw.LineStyle, values []float64, top float64) {
	clip := d.c
	clip.Rectangle = vg.Rectangle{Min: vg.Point{X: d.c.Min.X, Y: d.base}, Max: vg.Point{X: d.c.Max.X, Y: d.upper}}
	var line []vg.Point
	flush := func() {
		d.c.StrokeLines(style, clip.ClipLinesXY(line)...)
		line = nil
	}
	for i, v := range values {
		if !finite(v) {
			flush()
			continue
		}
		line = append(line, vg.Point{X: d.atX(d.X[i]), Y: d.base + vg.Length(v/top)*(d.upper-d.base)})
	}
	flush()
}
