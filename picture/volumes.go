package picture

import (
	"fmt"
	"math"
)

// The views of a volume: directions of the camera in degrees, azimuth around the z axis
// from the x axis, and elevation above the x-y plane.
var volumeViews = [...][2]float64{{210, 20}, {300, 20}, {210, 60}}

const (
	volumeMargin  = .85 // half the width of a view, in units of the longest side of the volume
	volumeSamples = 2   // rays a side of a pixel
)

// Volumes draws volumes, [n, x, y, z] in row-major order, as grey images: three views of
// each side by side, of side x side pixels. The z axis is upwards. A voxel is solid if it is
// at least level, and shaded by a light near the camera. The image of a volume without
// solid voxels is white. A NaN is an error with the index of the volume.
func Volumes(voxels []float32, n int, shape [3]int, level float32, side int) (Images, error) {
	m := Images{N: n, Channels: 1, Height: side, Width: len(volumeViews) * side}
	size := shape[0] * shape[1] * shape[2]
	if n <= 0 || side <= 0 || side > maxSide || size <= 0 || len(voxels) != n*size {
		return Images{}, fmt.Errorf("%d voxels are not %d volumes of %v, or cannot be shown on %d pixels", len(voxels), n, shape, side)
	}
	for i, v := range voxels {
		if v != v {
			return Images{}, fmt.Errorf("volume %d has a voxel that is not a number (NaN)", i/size)
		}
	}
	m.Pixels = make([]byte, n*m.imageSize())
	solid := &solidVolume{shape: shape, voxels: make([]bool, size)}
	for i := range n {
		for k, v := range voxels[i*size : (i+1)*size] {
			solid.voxels[k] = v >= level
		}
		for k, view := range volumeViews {
			solid.draw(m.Pixels[i*m.imageSize()+k*side:], m.Width, side, view[0]*math.Pi/180, view[1]*math.Pi/180)
		}
	}
	return m, nil
}

// A vector is a point or a direction in the coordinates of voxels.
type vector [3]float64

func (v vector) plus(f float64, w vector) vector {
	return vector{v[0] + f*w[0], v[1] + f*w[1], v[2] + f*w[2]}
}

func (v vector) dot(w vector) float64 { return v[0]*w[0] + v[1]*w[1] + v[2]*w[2] }

// unit returns v with length 1, or 0 if v is 0.
func (v vector) unit() vector {
	length := math.Sqrt(v.dot(v))
	if length == 0 {
		return v
	}
	return vector{}.plus(1/length, v)
}

// A solidVolume has the voxels that are solid. Voxel (i, j, k) is the unit cube from
// (i, j, k) to (i+1, j+1, k+1).
type solidVolume struct {
	shape  [3]int
	voxels []bool
}

func (s *solidVolume) at(c [3]int) bool {
	for axis, i := range c {
		if i < 0 || i >= s.shape[axis] {
			return false
		}
	}
	return s.voxels[(c[0]*s.shape[1]+c[1])*s.shape[2]+c[2]]
}

// draw draws a view, seen along parallel rays, into pixels with the given line width.
func (s *solidVolume) draw(pixels []byte, line, side int, azimuth, elevation float64) {
	sinA, cosA := math.Sincos(azimuth)
	sinE, cosE := math.Sincos(elevation)
	forward := vector{-cosE * cosA, -cosE * sinA, -sinE}
	right, up := vector{-sinA, cosA, 0}, vector{-sinE * cosA, -sinE * sinA, cosE}
	light := vector{}.plus(-.6, forward).plus(.7, up).plus(-.4, right).unit()
	longest := float64(max(s.shape[0], s.shape[1], s.shape[2]))
	centre := vector{float64(s.shape[0]) / 2, float64(s.shape[1]) / 2, float64(s.shape[2]) / 2}
	middle := centre.plus(-longest, forward) // farther away than any corner
	step := 2 * volumeMargin * longest / float64(side*volumeSamples)
	offset := func(i int) float64 { return (float64(i) + .5 - float64(side*volumeSamples)/2) * step }
	for row := range side {
		for column := range side {
			sum := 0.
			for i := range volumeSamples * volumeSamples {
				x, y := offset(column*volumeSamples+i%volumeSamples), offset(row*volumeSamples+i/volumeSamples)
				sum += s.shade(middle.plus(x, right).plus(-y, up), forward, light, longest)
			}
			pixels[row*line+column] = byte(math.Round(255 * sum / (volumeSamples * volumeSamples)))
		}
	}
}

// shade returns the brightness, from 0 to 1, of the first solid voxel on a ray.
func (s *solidVolume) shade(from, along, light vector, longest float64) float64 {
	cell, axis, distance, ok := s.hit(from, along)
	if !ok {
		return 1
	}
	var face, smooth vector
	if along[axis] > 0 {
		face[axis] = -1
	} else {
		face[axis] = 1
	}
	for i := range 27 { // away from the solid neighbours
		d := [3]int{i/9 - 1, i/3%3 - 1, i%3 - 1}
		if s.at([3]int{cell[0] + d[0], cell[1] + d[1], cell[2] + d[2]}) {
			smooth = smooth.plus(-1, vector{float64(d[0]), float64(d[1]), float64(d[2])})
		}
	}
	normal := face.plus(1, smooth.unit()).unit()
	bright := .25 + .65*max(0, normal.dot(light))
	return bright * (1 - .35*min(max(distance/longest-.3, 0), 1)) // darker where it is far
}

// hit follows a ray from voxel to voxel (Amanatides and Woo 1987, A Fast Voxel Traversal
// Algorithm for Ray Tracing). It returns the first solid voxel, the axis of the face
// through which the ray enters it, and the distance from the start.
func (s *solidVolume) hit(from, along vector) (cell [3]int, axis int, distance float64, ok bool) {
	enter, leave := 0., math.Inf(1)
	for a := range 3 {
		if along[a] == 0 {
			if from[a] < 0 || from[a] >= float64(s.shape[a]) {
				return cell, 0, 0, false
			}
			continue
		}
		near, far := -from[a]/along[a], (float64(s.shape[a])-from[a])/along[a]
		if near > far {
			near, far = far, near
		}
		if near > enter {
			enter, axis = near, a
		}
		leave = min(leave, far)
	}
	if enter >= leave {
		return cell, 0, 0, false
	}
	var step [3]int
	var next, width [3]float64 // the distance of the next border on each axis, and between borders
	at := from.plus(enter, along)
	for a := range 3 {
		cell[a] = min(max(int(math.Floor(at[a])), 0), s.shape[a]-1)
		next[a], width[a] = math.Inf(1), math.Inf(1)
		switch {
		case along[a] > 0:
			step[a], width[a] = 1, 1/along[a]
			next[a] = (float64(cell[a]+1) - from[a]) / along[a]
		case along[a] < 0:
			step[a], width[a] = -1, -1/along[a]
			next[a] = (float64(cell[a]) - from[a]) / along[a]
		}
	}
	for distance = enter; !s.at(cell); {
		axis = 0
		for a := 1; a < 3; a++ {
			if next[a] < next[axis] {
				axis = a
			}
		}
		distance = next[axis]
		cell[axis] += step[axis]
		next[axis] += width[axis]
		if cell[axis] < 0 || cell[axis] >= s.shape[axis] {
			return cell, 0, 0, false
		}
	}
	return cell, axis, distance, true
}
