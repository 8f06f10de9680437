package mesh

import "math"

// A Mesh is a surface of triangles.
type Mesh struct {
	Points    [][3]float32 // x, y, z
	Triangles [][3]int32   // indices of points, counterclockwise as seen from outside
}

// Volume returns the volume that a closed mesh encloses, in units of its coordinates. It is
// the sum of the signed volumes of the tetrahedra between the triangles and the origin.
func (m *Mesh) Volume() float64 {
	sum := 0.0
	for _, t := range m.Triangles {
		a, b, c := m.corners(t)
		n := cross(b, c)
		sum += (a[0]*n[0] + a[1]*n[1] + a[2]*n[2]) / 6
	}
	return sum
}

// Area returns the area of all triangles.
func (m *Mesh) Area() float64 {
	sum := 0.0
	for _, t := range m.Triangles {
		a, b, c := m.corners(t)
		n := cross(minus(b, a), minus(c, a))
		sum += math.Sqrt(n[0]*n[0]+n[1]*n[1]+n[2]*n[2]) / 2
	}
	return sum
}

// Euler returns the Euler characteristic: points less edges plus triangles. It is 2 for
// each closed surface like a sphere, and 0 for each like a torus. Points that no
// triangle has do not count.
func (m *Mesh) Euler() int {
	points, edges := map[int32]bool{}, map[[2]int32]bool{}
	for _, t := range m.Triangles {
		for i := range t {
			a, b := t[i], t[(i+1)%3]
			points[a], edges[[2]int32{min(a, b), max(a, b)}] = true, true
		}
	}
	return len(points) - len(edges) + len(m.Triangles)
}

// IsClosed reports whether the mesh is watertight: each edge belongs to exactly two
// triangles, which go along it in opposite directions.
func (m *Mesh) IsClosed() bool {
	count := map[[2]int32]int{}
	for _, t := range m.Triangles {
		for i := range t {
			count[[2]int32{t[i], t[(i+1)%3]}]++
		}
	}
	for edge, n := range count {
		if n != 1 || count[[2]int32{edge[1], edge[0]}] != 1 {
			return false
		}
	}
	return true
}

// Move adds an offset to all points.
func (m *Mesh) Move(x, y, z float32) {
	for i := range m.Points {
		p := &m.Points[i]
		p[0], p[1], p[2] = p[0]+x, p[1]+y, p[2]+z
	}
}

func (m *Mesh) corners(t [3]int32) (a, b, c [3]float64) {
	at := func(i int32) [3]float64 {
		p := m.Points[i]
		return [3]float64{float64(p[0]), float64(p[1]), float64(p[2])}
	}
	return at(t[0]), at(t[1]), at(t[2])
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
