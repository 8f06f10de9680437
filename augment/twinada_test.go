package augment_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/tensor"
)

// The twins of ADA follow training/augment.py line by line: products of homogeneous
// matrices, then one loop over pixels.

// A matrix is square, by rows.
type matrix [][]float64

func identity(size int) matrix {
	m := make(matrix, size)
	for i := range m {
		m[i] = make([]float64, size)
		m[i][i] = 1
	}
	return m
}

func (m matrix) times(o matrix) matrix {
	y := make(matrix, len(m))
	for i := range y {
		y[i] = make([]float64, len(m))
		for j := range y {
			for k := range m {
				y[i][j] += m[i][k] * o[k][j]
			}
		}
	}
	return y
}

func translate2d(x, y float64) matrix { return matrix{{1, 0, x}, {0, 1, y}, {0, 0, 1}} }
func scale2d(x, y float64) matrix     { return matrix{{x, 0, 0}, {0, y, 0}, {0, 0, 1}} }
func rotate2d(a float64) matrix {
	return matrix{{math.Cos(a), -math.Sin(a), 0}, {math.Sin(a), math.Cos(a), 0}, {0, 0, 1}}
}

// only restricts a twin to the operations whose names are in list.
func (w *twin) only(list string) *twin { w.list = list; return w }

func (w *twin) has(name string) bool {
	for word := range strings.FieldsSeq(w.list) {
		if word == name {
			return true
		}
	}
	return false
}

// normal draws standard normal numbers.
func (w *twin) normal() []float64 { return w.values(w.c.Normal(w.n)) }

// strength returns v where the operation applies and 0 elsewhere.
func (w *twin) strength(v []float64) []float64 {
	for i, yes := range w.applies() {
		if !yes {
			v[i] = 0
		}
	}
	return v
}

// each multiplies the matrix of each image by f(i) on the right.
func each(ms []matrix, f func(i int) matrix) {
	for i := range ms {
		ms[i] = ms[i].times(f(i))
	}
}

func floored(v []float64, n float64) []float64 {
	for i := range v {
		v[i] = math.Floor(v[i] * n)
	}
	return v
}

func (w *twin) geometry() {
	g := make([]matrix, w.n)
	for i := range g {
		g[i] = identity(3)
	}
	if w.has("xflip") {
		v := w.strength(floored(w.uniform(), 2))
		each(g, func(i int) matrix { return scale2d(1-2*v[i], 1) })
	}
	if w.has("rotate90") {
		v := w.strength(floored(w.uniform(), 4))
		each(g, func(i int) matrix { return rotate2d(math.Pi / 2 * v[i]) })
	}
	if w.has("xint") {
		x, y, yes := w.uniform(), w.uniform(), w.applies()
		each(g, func(i int) matrix {
			if !yes[i] {
				return identity(3)
			}
			return translate2d(-math.Round((2*x[i]-1)*.125*float64(w.w)), -math.Round((2*y[i]-1)*.125*float64(w.h)))
		})
	}
	if w.has("scale") {
		v := w.strength(w.normal())
		each(g, func(i int) matrix { s := math.Exp2(.2 * v[i]); return scale2d(1/s, 1/s) })
	}
	if w.has("rotate") {
		w.turn(g)
	}
	if w.has("aniso") {
		v := w.strength(w.normal())
		each(g, func(i int) matrix { s := math.Exp2(.2 * v[i]); return scale2d(1/s, s) })
	}
	if w.has("rotate") {
		w.turn(g)
	}
	if w.has("xfrac") {
		x, y, yes := w.normal(), w.normal(), w.applies()
		each(g, func(i int) matrix {
			if !yes[i] {
				return identity(3)
			}
			return translate2d(-x[i]*.125*float64(w.w), -y[i]*.125*float64(w.h))
		})
	}
	w.resample(g)
}

// turn is one of the two rotations.
func (w *twin) turn(g []matrix) {
	v, p := w.uniform(), w.p
	if p >= 0 {
		w.p = 1 - math.Sqrt(max(0, 1-p))
	}
	for i, yes := range w.applies() {
		if yes {
			g[i] = g[i].times(rotate2d((2*v[i] - 1) * math.Pi))
		}
	}
	w.p = p
}

// resample interpolates in images that are reflected at their edges.
func (w *twin) resample(g []matrix) {
	inside := func(i, n int) int {
		for n > 1 && (i < 0 || i >= n) {
			if i < 0 {
				i = -i
			} else {
				i = 2*(n-1) - i
			}
		}
		return i * min(1, n-1)
	}
	cx, cy := float64(w.w-1)/2, float64(w.h-1)/2
	for i := range w.n {
		at, put := w.image(i)
		put(func(c, r, k int) float64 {
			x, y := float64(k)-cx, float64(r)-cy
			px := g[i][0][0]*x + g[i][0][1]*y + g[i][0][2] + cx
			py := g[i][1][0]*x + g[i][1][1]*y + g[i][1][2] + cy
			u, v := px-math.Floor(px), py-math.Floor(py)
			pixel := func(down, right int) float64 {
				return at(c, inside(int(math.Floor(py))+down, w.h), inside(int(math.Floor(px))+right, w.w))
			}
			return (1-v)*((1-u)*pixel(0, 0)+u*pixel(0, 1)) + v*((1-u)*pixel(1, 0)+u*pixel(1, 1))
		})
	}
}

// adaColor multiplies matrices of 4x4 for three channels and uses their mean row for one
// channel, as published. For other numbers of channels, which the published code
// refuses, it treats luma and chroma separately.
func (w *twin) adaColor() {
	var b, k, flip, angle, s []float64
	draw := func(to *[]float64, name string, v func() []float64, some bool) {
		*to = make([]float64, w.n)
		if w.has(name) && some {
			*to = w.strength(v())
		}
	}
	draw(&b, "ada-brightness", w.normal, true)
	draw(&k, "ada-contrast", w.normal, true)
	draw(&flip, "luma-flip", func() []float64 { return floored(w.uniform(), 2) }, true)
	draw(&angle, "hue", w.uniform, w.ch == 3)
	if w.has("hue") && w.ch == 3 {
		for i := range angle {
			if angle[i] != 0 {
				angle[i] = (2*angle[i] - 1) * math.Pi
			}
		}
	}
	draw(&s, "ada-saturation", w.normal, w.ch > 1)
	for i := range w.n {
		w.recolor(i, .2*b[i]*w.half, math.Exp2(.5*k[i]), flip[i], angle[i], math.Exp2(s[i]))
	}
}

func (w *twin) recolor(image int, b, k, flip, angle, s float64) {
	at, put := w.image(image)
	m := colorMatrix(b, k, flip, angle, s)
	put(func(c, r, col int) float64 {
		switch w.ch {
		case 1:
			var y float64
			for row := range 3 {
				y += (m[row][0]+m[row][1]+m[row][2])*(at(0, r, col)-w.middle)/3 + m[row][3]/3
			}
			return y + w.middle
		case 3:
			y := m[c][3]
			for from := range 3 {
				y += m[c][from] * (at(from, r, col) - w.middle)
			}
			return y + w.middle
		}
		luma := w.meanOf(at, r, col)
		return w.middle + k*(1-2*flip)*(luma-w.middle+b) + k*s*(at(c, r, col)-luma)
	})
}

// colorMatrix returns the product of the published matrices, the last factor first.
func colorMatrix(b, k, flip, angle, s float64) matrix {
	v := 1 / math.Sqrt(3)
	outer := func(i, j int) float64 { // of the luma axis
		if i == 3 || j == 3 {
			return 0
		}
		return v * v
	}
	from := func(f func(i, j int) float64) matrix {
		m := identity(4)
		for i := range m {
			for j := range m {
				m[i][j] = f(i, j)
			}
		}
		return m
	}
	one := identity(4)
	sin, cos := math.Sin(angle), math.Cos(angle)
	rest := v * v * (1 - cos)
	m := matrix{{1, 0, 0, b}, {0, 1, 0, b}, {0, 0, 1, b}, {0, 0, 0, 1}}
	m = matrix{{k, 0, 0, 0}, {0, k, 0, 0}, {0, 0, k, 0}, {0, 0, 0, 1}}.times(m)
	m = from(func(i, j int) float64 { return one[i][j] - 2*outer(i, j)*flip }).times(m)
	m = matrix{
		{rest + cos, rest - v*sin, rest + v*sin, 0},
		{rest + v*sin, rest + cos, rest - v*sin, 0},
		{rest - v*sin, rest + v*sin, rest + cos, 0},
		{0, 0, 0, 1},
	}.times(m)
	return from(func(i, j int) float64 { return outer(i, j) + (one[i][j]-outer(i, j))*s }).times(m)
}

// TestTwinsOfADA compares each operation with its twin, and then all of them together.
func TestTwinsOfADA(t *testing.T) {
	for _, name := range augment.ADAOperations {
		for _, shape := range shapes {
			for _, prob := range []float64{always, .5} {
				for _, span := range [][2]float64{{-1, 1}, {0, 255}} {
					x := images(shape...)
					w := newTwin(t, x, prob, span[0], span[1], 7).only(name)
					w.operations()[name]()
					got := applied(t, augment.Only(name), x, prob, span[0], span[1], 7)
					wantNear(t, name, got, w.x, 2e-6*max(span[1], 5))
				}
			}
		}
	}
	for _, shape := range shapes {
		x := images(shape...)
		w := newTwin(t, x, .8, -1, 1, 3).only(strings.Join(augment.ADAOperations, " "))
		w.geometry()
		w.adaColor()
		wantNear(t, "bgc", applied(t, parse(t, "bgc"), x, .8, -1, 1, 3), w.x, 1e-4)
	}
}

// TestBlitIsExact compares blit with moved pixels: every number of the result is a number
// of the image, to the bit, in a square image of float32.
func TestBlitIsExact(t *testing.T) {
	for _, side := range []int{7, 8, 32} {
		x := tensor.Const(images(8, 1, side, side)).Convert(tensor.Float32)
		both := run(t, x, parse(t, "blit").Apply(seeded(1), x, nil, -1, 1))
		size := side * side
		for i := range 8 {
			known := map[float32]bool{}
			for _, v := range both[0][i*size : (i+1)*size] {
				known[v] = true
			}
			for _, v := range both[1][i*size : (i+1)*size] {
				if !known[v] {
					t.Fatalf("side %d: blit of image %d makes the number %v", side, i, v)
				}
			}
		}
	}
}
