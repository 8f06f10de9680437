package mesh

import (
	"fmt"
	"math"
)

// Surface returns the surface where the values of a volume, [x, y, z] in row-major order,
// pass level: marching cubes (Lorensen and Cline 1987). Values of at least level are inside.
// A value is that of the point in the middle of its voxel, and the middle of the first voxel
// is the point (.5, .5, .5). Points of the surface are on the lines between the middles of
// adjacent voxels, where linear interpolation gives level.
//
// Outside the volume every value is outside value, which must be less than level, so the
// surface is always closed. It has no points if no value is inside. Where four voxels share
// an edge and two that are diagonal to each other are inside, the surface separates them.
// The published table of cases does not do so in all cases, and can leave holes.
//
// A value that is not finite is an error.
func Surface(values []float32, shape [3]int, level, outside float32) (*Mesh, error) {
	size := shape[0] * shape[1] * shape[2]
	switch {
	case min(shape[0], shape[1], shape[2]) < 1 || len(values) != size:
		return nil, fmt.Errorf("a volume of %v has %d values", shape, len(values))
	case !(outside < level) || !isFinite(outside) || !isFinite(level):
		return nil, fmt.Errorf("level %g and outside value %g: want finite numbers, and outside less than level", level, outside)
	case size > math.MaxInt32/24: // indices of points are int32
		return nil, fmt.Errorf("a volume of %v is too large", shape)
	}
	for i, v := range values {
		if !isFinite(v) {
			return nil, fmt.Errorf("value %d is %g, want finite numbers", i, v)
		}
	}
	m := &marcher{values: values, shape: shape, level: level, outside: outside, mesh: &Mesh{}, points: map[cut]int32{}}
	for x := -1; x < shape[0]; x++ {
		for y := -1; y < shape[1]; y++ {
			for z := -1; z < shape[2]; z++ {
				m.cube([3]int{x, y, z})
			}
		}
	}
	return m.mesh, nil
}

func isFinite(v float32) bool { return v-v == 0 }

// A cut is an edge of the lattice of voxel middles: the voxel at its lower end, and its
// axis.
type cut struct {
	voxel [3]int
	axis  int
}

// A marcher goes from cube to cube. The corners of a cube are the middles of eight voxels.
type marcher struct {
	values         []float32
	shape          [3]int
	level, outside float32
	mesh           *Mesh
	points         map[cut]int32 // index of the point on a cut edge
}

func (m *marcher) value(c [3]int) float32 {
	for axis, i := range c {
		if i < 0 || i >= m.shape[axis] {
			return m.outside
		}
	}
	return m.values[(c[0]*m.shape[1]+c[1])*m.shape[2]+c[2]]
}

// cube adds the triangles in the cube from the middle of a voxel to the middle of the next
// voxel along every axis.
func (m *marcher) cube(voxel [3]int) {
	inside := 0
	for corner := range 8 {
		if m.value(cornerOf(voxel, corner)) >= m.level {
			inside |= 1 << corner
		}
	}
	for _, t := range cases[inside] {
		var triangle [3]int32
		for i, edge := range t {
			triangle[i] = m.point(cut{cornerOf(voxel, edges[edge].corner), edges[edge].axis})
		}
		m.mesh.Triangles = append(m.mesh.Triangles, triangle)
	}
}

// point returns the index of the point on a cut edge.
func (m *marcher) point(c cut) int32 {
	if i, ok := m.points[c]; ok {
		return i
	}
	end := c.voxel
	end[c.axis]++
	a, b := float64(m.value(c.voxel)), float64(m.value(end))
	p := [3]float32{float32(c.voxel[0]) + .5, float32(c.voxel[1]) + .5, float32(c.voxel[2]) + .5}
	p[c.axis] += float32((float64(m.level) - a) / (b - a))
	i := int32(len(m.mesh.Points))
	m.mesh.Points, m.points[c] = append(m.mesh.Points, p), i
	return i
}

// cornerOf returns the voxel at a corner of a cube. Bit a of the corner's number is its
// coordinate on axis a.
func cornerOf(voxel [3]int, corner int) [3]int {
	for axis := range voxel {
		voxel[axis] += corner >> axis & 1
	}
	return voxel
}
