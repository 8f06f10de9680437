package mesh

// An edge of a cube is described by its lower corner and its axis.
type cubeEdge struct{ corner, axis int }

// edges are the twelve edges of a cube.
var edges = func() (list []cubeEdge) {
	for axis := range 3 {
		for corner := range 8 {
			if corner>>axis&1 == 0 {
				list = append(list, cubeEdge{corner, axis})
			}
		}
	}
	return list
}()

// cases are the triangles of a cube, as indices of edges, by which corners are inside: bit
// c is corner c.
var cases = func() (all [256][][3]int) {
	for inside := range all {
		for _, loop := range loops(inside) {
			all[inside] = append(all[inside], triangulate(loop)...)
		}
	}
	return all
}()

// A face of a cube has its corners in a circle, counterclockwise as seen from outside.
type cubeFace [4]int

// faces are the six faces of a cube.
var faces = func() (list []cubeFace) {
	for axis := range 3 {
		u, v := 1<<((axis+1)%3), 1<<((axis+2)%3)
		list = append(list, cubeFace{0, v, u + v, u}) // seen against the axis
		far := 1 << axis
		list = append(list, cubeFace{far, far + u, far + u + v, far + v})
	}
	return list
}()

// loops returns the closed lines in which the surface crosses the faces of a cube. A line
// is a list of edges. On each face it goes from one cut edge to another, with the inside on
// its right as seen from outside the cube, so that the polygon, seen from outside the
// surface, is counterclockwise. If all four edges of a face are cut, its two inside corners
// are separated. That depends on the face alone, so the cube on its other side has the same
// lines, in the opposite direction.
func loops(inside int) [][]int {
	next := map[int]int{} // from edge to edge
	for _, face := range faces {
		for i := range face {
			before, corner := face[(i+3)%4], face[i]
			if isIn(inside, before) || !isIn(inside, corner) {
				continue
			}
			// A run of inside corners begins here. The line goes around it.
			last := i
			for isIn(inside, face[(last+1)%4]) {
				last++
			}
			next[edgeBetween(before, corner)] = edgeBetween(face[last%4], face[(last+1)%4])
		}
	}
	var list [][]int
	for edge := range edges {
		if _, ok := next[edge]; !ok {
			continue
		}
		var loop []int
		for e, ok := edge, true; ok; {
			loop = append(loop, e)
			to := next[e]
			delete(next, e)
			e = to
			_, ok = next[e]
		}
		list = append(list, loop)
	}
	return list
}

func isIn(inside, corner int) bool { return inside>>corner&1 == 1 }

// edgeBetween returns the index of the edge between two corners.
func edgeBetween(a, b int) int {
	for i, e := range edges {
		if e.corner == a&b && a^b == 1<<e.axis {
			return i
		}
	}
	panic("no edge")
}

// triangulate divides a polygon into triangles. No side of a triangle inside the polygon
// connects two edges of one face: the cube on the other side of the face could have the
// same side, and then more than two triangles would meet there.
func triangulate(loop []int) [][3]int {
	if len(loop) == 3 {
		return [][3]int{{loop[0], loop[1], loop[2]}}
	}
	for first := range loop {
		turned := append(append([]int(nil), loop[first:]...), loop[:first]...)
		if sharesFace(turned[0], turned[2]) {
			continue
		}
		if rest := triangulate(append([]int{turned[0]}, turned[2:]...)); rest != nil {
			return append([][3]int{{turned[0], turned[1], turned[2]}}, rest...)
		}
	}
	return nil
}

// sharesFace reports whether two edges are on one face of the cube.
func sharesFace(a, b int) bool {
	on := func(e int, face cubeFace) bool {
		from, to, found := edges[e].corner, edges[e].corner|1<<edges[e].axis, 0
		for _, c := range face {
			if c == from || c == to {
				found++
			}
		}
		return found == 2
	}
	for _, face := range faces {
		if on(a, face) && on(b, face) {
			return true
		}
	}
	return false
}
