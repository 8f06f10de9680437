package picture

import (
	"math"
	"strings"
	"testing"
)

// ball returns a volume with a ball of the given radius in its middle.
func ball(side int, radius float64) []float32 {
	voxels := make([]float32, 0, side*side*side)
	for i := range side * side * side {
		at := vector{float64(i/(side*side)) + .5, float64(i/side%side) + .5, float64(i%side) + .5}
		d := at.plus(-1, vector{float64(side) / 2, float64(side) / 2, float64(side) / 2})
		if d.dot(d) <= radius*radius {
			voxels = append(voxels, 1)
		} else {
			voxels = append(voxels, 0)
		}
	}
	return voxels
}

// darkness returns the number of pixels of a view that are not white.
func darkness(m Images, volume, view int) (n int) {
	side := m.Height
	for i, p := range m.Slice(volume, volume+1).Pixels {
		if i%m.Width/side == view && p < 250 {
			n++
		}
	}
	return n
}

// TestVolumesOutline compares the outline of a ball with a disc, in each view, and wants
// nothing of an empty volume.
func TestVolumesOutline(t *testing.T) {
	const n, radius, side = 24, 8., 100
	m, err := Volumes(append(ball(n, radius), make([]float32, n*n*n)...), 2, [3]int{n, n, n}, .5, side)
	if err != nil {
		t.Fatal(err)
	}
	pixel := 2 * volumeMargin * n / side
	const outline = radius + .5 // corners of voxels stick out
	want := math.Pi * outline * outline / (pixel * pixel)
	for view := range volumeViews {
		if got := float64(darkness(m, 0, view)); math.Abs(got-want) > .05*want {
			t.Errorf("view %d: the ball has %g pixels, want %g", view, got, want)
		}
		if got := darkness(m, 1, view); got > 0 {
			t.Errorf("view %d: an empty volume has %d pixels", view, got)
		}
	}
}

// TestVolumesAreUpright draws a plate at the bottom: it is low in the pictures. The upper
// side of a plate is brighter than its front.
func TestVolumesAreUpright(t *testing.T) {
	const n, side = 16, 64
	voxels := make([]float32, n*n*n)
	for i := range voxels {
		if i%n < 3 {
			voxels[i] = 1
		}
	}
	m, err := Volumes(voxels, 1, [3]int{n, n, n}, .5, side)
	if err != nil {
		t.Fatal(err)
	}
	sum, count := 0, 0
	for i, p := range m.Pixels {
		if p < 250 {
			sum, count = sum+i/m.Width, count+1
		}
	}
	if middle := float64(sum) / float64(count); middle < side*.55 {
		t.Errorf("the plate is at height %g of %d", middle, side)
	}
	column := func(row int) byte { return m.Pixels[row*m.Width+side/2] }
	first, last := -1, -1
	for row := range side {
		if column(row) < 250 {
			if first < 0 {
				first = row
			}
			last = row
		}
	}
	if top, front := column((first+last)/2-2), column(last-1); top <= front {
		t.Errorf("the upper side has brightness %d, the front %d", top, front)
	}
}

// TestVolumesOfOtherShapes draws the box of a volume with three different sides.
func TestVolumesOfOtherShapes(t *testing.T) {
	voxels := make([]float32, 2*9*5)
	for i := range voxels {
		voxels[i] = 1
	}
	m, err := Volumes(voxels, 1, [3]int{2, 9, 5}, .5, 40)
	if err != nil {
		t.Fatal(err)
	}
	for view := range volumeViews {
		if n := darkness(m, 0, view); n < 100 || n > 1000 {
			t.Errorf("view %d has %d pixels", view, n)
		}
	}
}

// TestVolumesRefuses wants errors for wrong arguments.
func TestVolumesRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		voxels []float32
		n      int
	}{
		"volume 1 has a voxel that is not a number (NaN)": {[]float32{0, 1, float32(math.NaN()), 0}, 2},
		"3 voxels are not 2 volumes of [1 1 2]":           {[]float32{0, 1, 0}, 2},
		"0 voxels are not 0 volumes":                      {nil, 0},
	} {
		if _, err := Volumes(c.voxels, c.n, [3]int{1, 1, 2}, .5, 8); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
