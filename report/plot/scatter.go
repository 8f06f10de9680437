package plot

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Cloud is points in the plane. Points that are not finite are not drawn.
type Cloud struct {
	Name string    // in the legend; "": not in the legend
	X, Y []float64 // of equal length
}

// Scatter shows clouds on top of each other. The first, such as the data, is grey squares.
// The others, such as samples, are diamonds with the colours of lines. Both axes have the
// same scale.
type Scatter struct {
	XLabel, YLabel string
	Clouds         []Cloud
	Range          [2]float64 // of both axes, or more; points outside are clipped. Zero: the range of the points
	Width, Height  float64    // mm; 0: 90 and the width and a legend
}

// Figure returns the drawing. Of a cloud with more than 10,000 points, it draws 10,000 at
// equal distances in the list.
func (s Scatter) Figure() (*Figure, error) {
	if len(s.Clouds) == 0 {
		return nil, errors.New("scatter: no points to draw")
	}
	for _, cloud := range s.Clouds {
		if len(cloud.X) != len(cloud.Y) {
			return nil, fmt.Errorf("scatter: cloud %q: %d numbers sideways and %d upwards", cloud.Name, len(cloud.X), len(cloud.Y))
		}
	}
	width := s.Width
	if width == 0 {
		width = 90
	}
	return newFigure(width, s.Height, width, width+5, s.draw)
}

// mostDots is the largest number of points of a cloud that are drawn.
const mostDots = 10_000

func (s Scatter) draw(canvas draw.Canvas) {
	p := newPlot()
	var entries []entry
	for i, cloud := range s.Clouds {
		d := dots{Cloud: cloud, colour: color.Gray{0xA8}, square: true, radius: 1}
		if i > 0 {
			d.colour, d.square, d.radius = inOrder[(i-1)%len(inOrder)], false, .8
		}
		p.Add(d)
		entries = append(entries, entry{name: cloud.Name, sign: d.sign})
	}
	canvas = drawLegend(canvas, entries)
	s.cover(p)
	p.X.Tick.Marker, p.Y.Tick.Marker = even(5), even(5)
	square(p, p.DataCanvas(inside(canvas)).Size())
	drawPlot(canvas, p, s.XLabel, s.YLabel)
}

// cover sets the ranges of both axes.
func (s Scatter) cover(p *plot.Plot) {
	if s.Range[0] < s.Range[1] {
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = s.Range[0], s.Range[1], s.Range[0], s.Range[1]
		return
	}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		if axis.Min > axis.Max {
			axis.Min, axis.Max = -1, 1
		}
		air := max((axis.Max-axis.Min)*.03, math.Abs(axis.Max)*1e-6, 1e-9)
		axis.Min, axis.Max = axis.Min-air, axis.Max+air
	}
}

// square widens one axis until both have the same scale.
func square(p *plot.Plot, size vg.Point) {
	perX, perY := (p.X.Max-p.X.Min)/float64(size.X), (p.Y.Max-p.Y.Min)/float64(size.Y)
	widen := func(axis *plot.Axis, by float64) {
		middle, half := (axis.Min+axis.Max)/2, (axis.Max-axis.Min)/2*by
		axis.Min, axis.Max = middle-half, middle+half
	}
	switch {
	case perX < perY:
		widen(&p.X, perY/perX)
	case perY < perX:
		widen(&p.Y, perX/perY)
	}
}

// dots draws a cloud.
type dots struct {
	Cloud
	colour color.Color
	square bool // squares, not diamonds
	radius vg.Length
}

// DataRange returns the range of the points, which the axes must cover.
func (d dots) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, ymin = math.Inf(1), math.Inf(1)
	xmax, ymax = math.Inf(-1), math.Inf(-1)
	for i, x := range d.X {
		if y := d.Y[i]; finite(x) && finite(y) {
			xmin, xmax, ymin, ymax = min(xmin, x), max(xmax, x), min(ymin, y), max(ymax, y)
		}
	}
	return xmin, xmax, ymin, ymax
}

// Plot draws all dots as one path, which keeps SVG small.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var path vg.Path
	n := min(len(d.X), mostDots)
	for k := range n {
		i := k * len(d.X) / n
		if !finite(d.X[i]) || !finite(d.Y[i]) {
			continue
		}
		if at := (vg.Point{X: x(d.X[i]), Y: y(d.Y[i])}); c.Contains(at) {
			d.add(&path, at)
		}
	}
	c.SetColor(d.colour)
	c.Fill(path)
}

// add adds one dot to a path.
func (d dots) add(path *vg.Path, at vg.Point) {
	r := d.radius
	corners := [4]vg.Point{{X: -r, Y: -r}, {X: r, Y: -r}, {X: r, Y: r}, {X: -r, Y: r}}
	if !d.square {
		r *= math.Sqrt2
		corners = [4]vg.Point{{X: -r}, {Y: -r}, {X: r}, {Y: r}}
	}
	path.Move(at.Add(corners[0]))
	for _, corner := range corners[1:] {
		path.Line(at.Add(corner))
	}
	path.Close()
}

// sign draws the dot before the cloud's name.
func (d dots) sign(c draw.Canvas) {
	var path vg.Path
	d.radius = 2.2
	d.add(&path, vg.Point{X: c.Max.X - 3, Y: c.Center().Y})
	c.SetColor(d.colour)
	c.Fill(path)
}
