package session

import (
	"math"

	"github.com/gander-ml/gander/random"
)

// View is half the width of the square around the origin that frames show: both
// coordinates are in [-View, View].
const View = 1.4

// A shape is a distribution in the plane: a mixture of equally likely Gaussians, all with
// the same standard deviation along both axes. A curve is a mixture with many means along
// it. So the density of every shape is known exactly.
type shape struct {
	means [][2]float64
	sd    float64
	modes bool // the Gaussians are few and apart: people count those that G finds
}

// curvePoints is the number of Gaussians along a curve. Neighbours are nearer to each other
// than their standard deviation.
const curvePoints = 240

// shapes are the data by name. They lie within the unit circle or a little outside.
var shapes = map[string]shape{
	"line":       {means: along(func(t float64) (x, y float64) { return 1.6*t - .8, .8*t - .4 }), sd: .03},
	"gaussians2": {means: [][2]float64{{-.5, .4}, {.5, -.4}}, sd: .12, modes: true},
	"gaussians8": {means: circle(8, .9), sd: .05, modes: true},
	"ring":       {means: circle(curvePoints, .8), sd: .03},
	"disjoint":   {means: [][2]float64{{-.8, .7}, {.8, .6}, {0, -.8}}, sd: .06, modes: true},
	"spiral":     {means: along(spiral), sd: .03},
	"moons":      {means: moons(), sd: .05},
	"swissroll":  {means: along(swissRoll), sd: .25 / swissRollSize},
	"grid":       {means: grid(5, .45), sd: .03, modes: true},
}

// along returns the means on a curve with a parameter from 0 to 1.
func along(curve func(t float64) (x, y float64)) [][2]float64 {
	means := make([][2]float64, curvePoints)
	for i := range means {
		x, y := curve((float64(i) + .5) / curvePoints)
		means[i] = [2]float64{x, y}
	}
	return means
}

// circle returns n means on a circle around the origin, the first on the right.
func circle(n int, radius float64) [][2]float64 {
	means := make([][2]float64, n)
	for i := range means {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		means[i] = [2]float64{radius * cos, radius * sin}
	}
	return means
}

// spiral makes one and a half turns. Equal parts of the parameter are equally long.
func spiral(t float64) (x, y float64) {
	const turns = 1.5
	r := math.Sqrt(.01 + .8*t)
	sin, cos := math.Sincos(2 * math.Pi * turns * r / .9)
	return r * cos, r * sin
}

// The swiss roll is that of package data, smaller: the radius equals the angle, from 1.5 pi
// to 4.5 pi, with noise of 0.25, and all is divided by this.
const swissRollSize = 14

func swissRoll(t float64) (x, y float64) {
	angle := 1.5 * math.Pi * (1 + 2*t)
	sin, cos := math.Sincos(angle)
	return angle * cos / swissRollSize, angle * sin / swissRollSize
}

// moons are two half circles; each has an end inside the other.
func moons() [][2]float64 {
	const n, radius = curvePoints / 2, .6
	var means [][2]float64
	for i := range n {
		sin, cos := math.Sincos(math.Pi * (float64(i) + .5) / n)
		means = append(means, [2]float64{radius*cos - .3, radius*sin - .15}, [2]float64{.3 - radius*cos, .15 - radius*sin})
	}
	return means
}

// grid returns side x side means around the origin.
func grid(side int, step float64) [][2]float64 {
	at := func(k int) float64 { return step * (float64(k) - float64(side-1)/2) }
	var means [][2]float64
	for k := range side * side {
		means = append(means, [2]float64{at(k / side), at(k % side)})
	}
	return means
}

// shapeOf returns the shape of the settings. That of own points has a Gaussian at every
// point, so narrow that its draws are the points.
func shapeOf(s Settings, own [][2]float64) shape {
	if s.Data == "own" {
		return shape{means: own, sd: 1e-3}
	}
	return shapes[s.Data]
}

// draw writes points of the shape to dst, [n, 2].
func (s shape) draw(dst []float32, r *random.Stream) {
	for i := 0; i+1 < len(dst); i += 2 {
		mean := s.means[uint64(r.Uint32())*uint64(len(s.means))>>32]
		x, y := normals(r)
		dst[i], dst[i+1] = float32(mean[0]+s.sd*x), float32(mean[1]+s.sd*y)
	}
}

// uniform returns a number in [0, 1) with 32 random bits, enough for float32 points and half
// the work of [random.Stream.Float64].
func uniform(r *random.Stream) float64 { return float64(r.Uint32()) / (1 << 32) }

// normals returns two independent standard normal numbers (Box and Muller 1958), at most 6.7
// from 0.
func normals(r *random.Stream) (x, y float64) {
	radius := math.Sqrt(-2 * math.Log(1-uniform(r)))
	sin, cos := math.Sincos(2 * math.Pi * uniform(r))
	return radius * cos, radius * sin
}

// found returns the number of modes of the shape that points, [n, 2], reach: a mode is
// found if a point is less than three standard deviations from it, as in PacGAN (Lin et
// al. 2018). It returns 0 for a shape without modes.
func (s shape) found(points []float32) int {
	if !s.modes {
		return 0
	}
	count := 0
	for _, m := range s.means {
		for i := 0; i+1 < len(points); i += 2 {
			if math.Hypot(float64(points[i])-m[0], float64(points[i+1])-m[1]) < 3*s.sd {
				count++
				break
			}
		}
	}
	return count
}
