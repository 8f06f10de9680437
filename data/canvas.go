package data

import (
	"math"

	"github.com/gander-ml/gander/random"
)

const (
	knotJitter = 0.07 // the most that a knot is shifted, in glyph units
	spanPieces = 5    // straight pieces between two knots
	edgeWidth  = 1.2  // pixels over which the ink fades
)

// A canvas keeps, for every pixel of a digit, the square of its distance to the
// nearest stroke so far, in pixels, where that is within the reach of the ink.
type canvas struct {
	near  [digitPixels]float64
	reach float64 // pixels from the middle of a stroke to where its ink ends
}

// clear makes c an empty page for a pen with strokes of half a width.
func (c *canvas) clear(halfWidth float64) {
	c.reach = halfWidth + edgeWidth/2
	for i := range c.near {
		c.near[i] = math.MaxFloat64
	}
}

// write draws the strokes, deformed as f says and a little at random.
func (c *canvas) write(strokes []stroke, f Factors, numbers *random.Stream) {
	sin, cos := math.Sincos(f.Rotation)
	unit := f.Scale * (digitBox/2 - f.Thickness) // pixels: thick strokes fit the box too
	var path [maxKnots]knot
	for _, s := range strokes {
		for i, k := range s {
			x := k.x + numbers.Uniform(-knotJitter, knotJitter)
			y := k.y + numbers.Uniform(-knotJitter, knotJitter)
			x -= f.Slant * y
			path[i] = knot{
				x:      digitSide/2 + f.ShiftX + unit*(cos*x-sin*y),
				y:      digitSide/2 + f.ShiftY + unit*(sin*x+cos*y),
				corner: k.corner || i == 0 || i == len(s)-1,
			}
		}
		c.curve(path[:len(s)])
	}
}

// curve draws the smooth path through the knots, of which the first and the last
// are corners. Its spans are cubic Hermite curves.
func (c *canvas) curve(path []knot) {
	for i := range path[1:] {
		p, q := path[i], path[i+1]
		ux, uy := q.x-p.x, q.y-p.y // velocity at p
		vx, vy := ux, uy           // velocity at q
		if !p.corner {
			ux, uy = (q.x-path[i-1].x)/2, (q.y-path[i-1].y)/2
		}
		if !q.corner {
			vx, vy = (path[i+2].x-p.x)/2, (path[i+2].y-p.y)/2
		}
		x, y := p.x, p.y
		for j := 1; j <= spanPieces; j++ {
			t := float64(j) / spanPieces
			a := t * (1 - t) * (1 - t) // weight of the velocity at p
			b := t * t * (t - 1)       // weight of the velocity at q
			h := t * t * (3 - 2*t)     // how far from p to q
			nx := p.x + h*(q.x-p.x) + a*ux + b*vx
			ny := p.y + h*(q.y-p.y) + a*uy + b*vy
			c.line(x, y, nx, ny)
			x, y = nx, ny
		}
	}
}

// line draws a straight piece from (ax, ay) to (bx, by).
func (c *canvas) line(ax, ay, bx, by float64) {
	dx, dy := bx-ax, by-ay
	scale := 0.0 // a piece without length is a point
	if length2 := dx*dx + dy*dy; length2 > 0 {
		scale = 1 / length2
	}
	left, right := c.pixelRange(ax, bx)
	top, bottom := c.pixelRange(ay, by)
	for row := top; row < bottom; row++ {
		py := float64(row) + 0.5 - ay // of the pixel's centre, from a
		near := c.near[row*digitSide : (row+1)*digitSide]
		for col := left; col < right; col++ {
			px := float64(col) + 0.5 - ax
			t := min(max((px*dx+py*dy)*scale, 0), 1)
			ex, ey := px-t*dx, py-t*dy
			if d := ex*ex + ey*ey; d < near[col] {
				near[col] = d
			}
		}
	}
}

// pixelRange returns the rows or columns lo to hi-1 whose centres lie within
// reach of the stretch between a and b.
func (c *canvas) pixelRange(a, b float64) (lo, hi int) {
	lo = int(math.Ceil(min(a, b) - c.reach - 0.5))
	hi = int(math.Floor(max(a, b)+c.reach-0.5)) + 1
	return max(lo, 0), min(hi, digitSide)
}

// develop turns distances into ink: white along the stroke, fading to black over
// the last edgeWidth pixels of its reach.
func (c *canvas) develop(dst []byte) {
	for i, d := range c.near {
		dst[i] = 0
		if d < c.reach*c.reach {
			dst[i] = byte(255*min((c.reach-math.Sqrt(d))/edgeWidth, 1) + 0.5)
		}
	}
}
