package data

import (
	"math"

	"github.com/gander-ml/gander/random"
)

const (
	knotJitter = 0.07 // the largest random shift of a knot, in glyph units
	spanPieces = 5    // number of straight lines between two knots
	edgeWidth  = 1.2  // width of the fading edge of a stroke, in pixels
)

// A distanceMap has, for every pixel of a digit, the square of the distance to the
// nearest stroke, in pixels. Distances larger than reach need not be exact.
type distanceMap struct {
	squared [digitPixels]float64
	reach   float64 // distance from the middle of a stroke to the end of its ink, in pixels
}

// reset removes all strokes. halfWidth is half the width of the following strokes.
func (m *distanceMap) reset(halfWidth float64) {
	m.reach = halfWidth + edgeWidth/2
	for i := range m.squared {
		m.squared[i] = math.MaxFloat64
	}
}

// addStrokes adds the strokes, transformed by the factors f. Each knot is also shifted a
// little at random.
func (m *distanceMap) addStrokes(strokes []stroke, f Factors, numbers *random.Stream) {
	sin, cos := math.Sincos(f.Rotation)
	unit := f.Scale * (digitBox/2 - f.Thickness) // pixels; smaller for thick strokes, so that they fit in the box
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
		m.addCurve(path[:len(s)])
	}
}

// addCurve adds the smooth path through the knots. The first and the last knot are
// corners. Between two knots the path is a cubic Hermite curve.
func (m *distanceMap) addCurve(path []knot) {
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
			h := t * t * (3 - 2*t)     // weight of q
			nx := p.x + h*(q.x-p.x) + a*ux + b*vx
			ny := p.y + h*(q.y-p.y) + a*uy + b*vy
			m.addLine(x, y, nx, ny)
			x, y = nx, ny
		}
	}
}

// addLine adds a straight line from (ax, ay) to (bx, by).
func (m *distanceMap) addLine(ax, ay, bx, by float64) {
	dx, dy := bx-ax, by-ay
	scale := 0.0 // 0 for a line of length 0, which is a point
	if length2 := dx*dx + dy*dy; length2 > 0 {
		scale = 1 / length2
	}
	left, right := m.pixelRange(ax, bx)
	top, bottom := m.pixelRange(ay, by)
	for row := top; row < bottom; row++ {
		py := float64(row) + 0.5 - ay // centre of the pixel relative to a
		squared := m.squared[row*digitSide : (row+1)*digitSide]
		for col := left; col < right; col++ {
			px := float64(col) + 0.5 - ax
			ex, ey := px, py // from the nearest point of the line, which is a, b or between them
			if t := (px*dx + py*dy) * scale; t >= 1 {
				ex, ey = px-dx, py-dy
			} else if t > 0 {
				ex, ey = px-t*dx, py-t*dy
			}
			if d := ex*ex + ey*ey; d < squared[col] {
				squared[col] = d
			}
		}
	}
}

// pixelRange returns the rows or columns with centres between min(a, b) - reach and
// max(a, b) + reach. They are lo to hi-1.
func (m *distanceMap) pixelRange(a, b float64) (lo, hi int) {
	lo = int(math.Ceil(min(a, b) - m.reach - 0.5))
	hi = int(math.Floor(max(a, b)+m.reach-0.5)) + 1
	return max(lo, 0), min(hi, digitSide)
}

// render writes the pixels. A stroke is white, and at its edge it fades to black over
// edgeWidth pixels.
func (m *distanceMap) render(dst []byte) {
	for i, d := range m.squared {
		dst[i] = 0
		if d < m.reach*m.reach {
			dst[i] = byte(255*min((m.reach-math.Sqrt(d))/edgeWidth, 1) + 0.5)
		}
	}
}
