package plot

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/gander-ml/gander/hint"
)

// A Series is one line, Y over X. X must be finite and must not decrease. If a Y is not
// finite, the line has a gap there and a cross at the edge of the plot: the upper edge for
// positive infinity, the lower edge otherwise.
type Series struct {
	Name   string    // in the legend; "": not in the legend
	X, Y   []float64 // of equal length
	StdErr []float64 // nil, or the standard error of each Y, shown as a band Y +- StdErr
	Faint  bool      // a thin dotted line that other lines are compared with: black, or the colour of the series before if it has no name
}

// Curves are lines over the same axis. The zero value is right for every field except
// Series.
type Curves struct {
	XLabel, YLabel string // with the unit: "time (s)"
	Series         []Series
	LogX, LogY     bool       // only for numbers above 0
	XRange, YRange [2]float64 // that the axes cover, or more
	Width, Height  float64    // mm; 0: 160 and half the width
}

// Figure returns the drawing. It returns an error if a series cannot be drawn: its lengths
// differ, a position decreases or is not finite, or a number on a logarithmic axis is not
// above 0.
func (c Curves) Figure() (*Figure, error) {
	if len(c.Series) == 0 {
		return nil, errors.New("curves: no series to draw")
	}
	for _, s := range c.Series {
		if err := c.check(s); err != nil {
			return nil, fmt.Errorf("curves: series %q: %w", s.Name, err)
		}
	}
	width := c.Width
	if width == 0 {
		width = PageWidth
	}
	return newFigure(width, c.Height, width, width/2, c.draw)
}

func (c Curves) check(s Series) error {
	switch {
	case len(s.X) != len(s.Y):
		return fmt.Errorf("%d positions for %d numbers", len(s.X), len(s.Y))
	case s.StdErr != nil && len(s.StdErr) != len(s.Y):
		return fmt.Errorf("%d standard errors for %d numbers", len(s.StdErr), len(s.Y))
	}
	for i, x := range s.X {
		switch {
		case !finite(x):
			return fmt.Errorf("position %d is %g", i, x)
		case i > 0 && x < s.X[i-1]:
			return fmt.Errorf("positions fall from %g to %g", s.X[i-1], x)
		case c.LogX && x <= 0:
			return hint.Add(fmt.Errorf("position %g on a logarithmic axis, want more than 0", x), "use a linear one")
		case c.LogY && finite(s.Y[i]) && s.Y[i] <= 0:
			return hint.Add(fmt.Errorf("number %g on a logarithmic axis, want more than 0", s.Y[i]), "use a linear one")
		}
	}
	return nil
}

// finite reports whether v can be drawn. Numbers so large that their differences overflow
// count as infinite.
func finite(v float64) bool { return math.Abs(v) <= 1e300 }

func (c Curves) draw(canvas draw.Canvas) {
	p := newPlot()
	size := canvas.Size()
	p.X.Tick.Marker, p.Y.Tick.Marker = even(size.X/(20*millimetre)), even(size.Y/(10*millimetre))
	if c.LogX {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, decades(size.X/(20*millimetre))
	}
	if c.LogY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decades(size.Y/(10*millimetre))
	}
	lines, entries := c.lines()
	p.Add(gridLines{})
	for _, l := range lines {
		p.Add(l)
	}
	c.cover(p)
	drawPlot(drawLegend(canvas, entries), p, c.XLabel, c.YLabel)
}

// lines returns the series with their styles, and their entries in the legend.
func (c Curves) lines() (lines []curve, entries []entry) {
	strong := -1
	for _, s := range c.Series {
		if !s.Faint {
			strong++
		}
		style := lineStyle(max(strong, 0))
		if s.Faint {
			style.Width, style.Dashes = faintWidth, dotted
			if s.Name != "" {
				style.Color = ink
			}
		}
		lines = append(lines, curve{thin(s), style, c.LogY})
		entries = append(entries, entry{name: s.Name, sign: lineSign(style)})
	}
	return lines, entries
}

// cover sets the ranges of the axes, with a small margin above and below the lines.
func (c Curves) cover(p *plot.Plot) {
	for _, axis := range []struct {
		*plot.Axis
		log    bool
		wanted [2]float64
	}{{&p.X, c.LogX, c.XRange}, {&p.Y, c.LogY, c.YRange}} {
		if air := (axis.Max - axis.Min) * .03; axis.Axis == &p.Y && !axis.log && air > 0 {
			axis.Min, axis.Max = axis.Min-air, axis.Max+air
		}
		if lo, hi := axis.wanted[0], axis.wanted[1]; lo < hi && (lo > 0 || !axis.log) {
			axis.Min, axis.Max = min(axis.Min, lo), max(axis.Max, hi)
		}
		switch {
		case axis.Min > axis.Max: // nothing is finite
			axis.Min, axis.Max = 0, 1
			if axis.log {
				axis.Min, axis.Max = 1, 10
			}
		case axis.Min == axis.Max && axis.log:
			axis.Min, axis.Max = axis.Min/2, axis.Max*2
		case axis.Min == axis.Max:
			around := max(math.Abs(axis.Min)/10, 1e-9)
			if axis.Min == 0 {
				around = 1
			}
			axis.Min, axis.Max = axis.Min-around, axis.Max+around
		}
	}
}

// A curve draws a series.
type curve struct {
	Series
	style draw.LineStyle
	log   bool
}

// DataRange returns the range of the finite numbers, which the axes must cover.
func (s curve) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, ymin = math.Inf(1), math.Inf(1)
	xmax, ymax = math.Inf(-1), math.Inf(-1)
	for i, x := range s.X {
		xmin, xmax = min(xmin, x), max(xmax, x)
		if lo, hi, ok := s.band(i); ok {
			ymin, ymax = min(ymin, lo), max(ymax, hi)
		}
	}
	return xmin, xmax, ymin, ymax
}

// band returns the ends of the band at point i. They are equal without a standard error.
func (s curve) band(i int) (lo, hi float64, ok bool) {
	y := s.Y[i]
	if !finite(y) {
		return 0, 0, false
	}
	if s.StdErr == nil || !finite(s.StdErr[i]) || s.log && y <= s.StdErr[i] {
		return y, y, true
	}
	return y - s.StdErr[i], y + s.StdErr[i], true
}

// A line of at most fewPoints points also shows the single points.
const fewPoints = 40

// Plot draws the line, one part after the other between gaps.
func (s curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	at := func(i int) vg.Point { return vg.Point{X: x(s.X[i]), Y: y(s.Y[i])} }
	for from := 0; from < len(s.X); {
		if !finite(s.Y[from]) {
			s.cross(c, x(s.X[from]), s.Y[from])
			from++
			continue
		}
		to := from
		var line []vg.Point
		for ; to < len(s.X) && finite(s.Y[to]); to++ {
			line = append(line, at(to))
		}
		s.fillBand(c, x, y, from, to)
		c.StrokeLines(s.style, c.ClipLinesXY(line)...)
		if len(s.X) <= fewPoints && !s.Faint || len(line) == 1 {
			for _, point := range line {
				c.DrawGlyphNoClip(draw.GlyphStyle{Color: s.style.Color, Radius: 1.6, Shape: draw.CircleGlyph{}}, point)
			}
		}
		from = to
	}
}

// fillBand fills the band of points from to to-1.
func (s curve) fillBand(c draw.Canvas, x, y func(float64) vg.Length, from, to int) {
	if s.StdErr == nil || to-from < 2 {
		return
	}
	var upper, lower []vg.Point
	for i := from; i < to; i++ {
		lo, hi, _ := s.band(i)
		upper = append(upper, vg.Point{X: x(s.X[i]), Y: y(hi)})
		lower = append(lower, vg.Point{X: x(s.X[i]), Y: y(lo)})
	}
	for i := len(lower) - 1; i >= 0; i-- {
		upper = append(upper, lower[i])
	}
	r, g, b, _ := s.style.Color.RGBA()
	c.FillPolygon(color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0x33}, c.ClipPolygonXY(upper))
}

// cross draws a cross at the edge of the plot for a number that is not finite.
func (s curve) cross(c draw.Canvas, x vg.Length, v float64) {
	at := vg.Point{X: x, Y: c.Min.Y + 3}
	if v > 0 {
		at.Y = c.Max.Y - 3
	}
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: s.style.Color, Radius: 3, Shape: draw.CrossGlyph{}}, at)
}

// gridLines is a faint line across the plot at each number of the vertical axis.
type gridLines struct{}

// Plot draws the lines.
func (gridLines) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if t.Label != "" {
			c.StrokeLine2(grid, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}
