package mesh

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// field samples a function at the middles of voxels.
func field(shape [3]int, f func(x, y, z float64) float64) []float32 {
	var values []float32
	for x := range shape[0] {
		for y := range shape[1] {
			for z := range shape[2] {
				values = append(values, float32(f(float64(x)+.5, float64(y)+.5, float64(z)+.5)))
			}
		}
	}
	return values
}

func surface(t *testing.T, values []float32, shape [3]int, level, outside float32) *Mesh {
	t.Helper()
	m, err := Surface(values, shape, level, outside)
	if err != nil {
		t.Fatal(err)
	}
	if !m.IsClosed() {
		t.Error("the surface has holes")
	}
	return m
}

func wantNear(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if !(math.Abs(got-want) <= share*want) {
		t.Errorf("%s is %g, want %g within %g %%", what, got, want, 100*share)
	}
}

// TestSphere compares volume and area with those of a ball.
func TestSphere(t *testing.T) {
	const r = 12.3
	shape := [3]int{32, 30, 31}
	m := surface(t, field(shape, func(x, y, z float64) float64 {
		return r - math.Sqrt((x-16)*(x-16)+(y-15)*(y-15)+(z-15.5)*(z-15.5))
	}), shape, 0, -9)
	wantNear(t, "the volume", m.Volume(), 4./3*math.Pi*r*r*r, .01)
	wantNear(t, "the area", m.Area(), 4*math.Pi*r*r, .01)
	if m.Euler() != 2 {
		t.Errorf("the Euler characteristic is %d, want 2", m.Euler())
	}
}

// TestBinarySphere does the same with voxels of 0 and 1. The area of such a surface is too
// large, because it has steps.
func TestBinarySphere(t *testing.T) {
	const r = 12.3
	shape := [3]int{32, 32, 32}
	m := surface(t, field(shape, func(x, y, z float64) float64 {
		if math.Sqrt((x-16)*(x-16)+(y-16)*(y-16)+(z-16)*(z-16)) <= r {
			return 1
		}
		return 0
	}), shape, .5, 0)
	wantNear(t, "the volume", m.Volume(), 4./3*math.Pi*r*r*r, .03)
	if over := m.Area() / (4 * math.Pi * r * r); over < 1 || over > 1.12 {
		t.Errorf("the area is %g of that of the ball", over)
	}
	if m.Euler() != 2 {
		t.Errorf("the Euler characteristic is %d, want 2", m.Euler())
	}
}

// TestTorus wants the Euler characteristic 0 and the volume of a torus.
func TestTorus(t *testing.T) {
	shape := [3]int{32, 32, 16}
	m := surface(t, field(shape, func(x, y, z float64) float64 {
		around := math.Hypot(x-16, y-16) - 10
		return 4 - math.Hypot(around, z-8)
	}), shape, 0, -9)
	wantNear(t, "the volume", m.Volume(), 2*math.Pi*math.Pi*10*16, .02)
	wantNear(t, "the area", m.Area(), 4*math.Pi*math.Pi*10*4, .02)
	if m.Euler() != 0 {
		t.Errorf("the Euler characteristic is %d, want 0", m.Euler())
	}
}

// TestAtTheBorder wants a closed surface for voxels at the border, and nothing for an
// empty volume.
func TestAtTheBorder(t *testing.T) {
	shape := [3]int{1, 2, 3}
	full := surface(t, field(shape, func(_, _, _ float64) float64 { return 1 }), shape, .5, 0)
	if full.Euler() != 2 {
		t.Errorf("a full volume: the Euler characteristic is %d, want 2", full.Euler())
	}
	least, most := full.Points[0], full.Points[0]
	for _, p := range full.Points {
		for a := range p {
			least[a], most[a] = min(least[a], p[a]), max(most[a], p[a])
		}
	}
	if least != [3]float32{0, 0, 0} || most != [3]float32{1, 2, 3} {
		t.Errorf("a full volume is from %v to %v", least, most)
	}
	if empty := surface(t, make([]float32, 6), shape, .5, 0); len(empty.Points) != 0 || len(empty.Triangles) != 0 {
		t.Errorf("an empty volume has the surface %v", empty)
	}
}

// TestCases checks the table: complete polygons, and the trivial cases.
func TestCases(t *testing.T) {
	for inside, triangles := range cases {
		want := 0
		for _, loop := range loops(inside) {
			want += len(loop) - 2
		}
		if len(triangles) != want {
			t.Errorf("case %08b has %d triangles, want %d", inside, len(triangles), want)
		}
	}
	for inside, want := range map[int]int{0: 0, 255: 0, 1: 1, 254: 1, 3: 2, 0b1001: 2, 0b10000001: 2, 0b1111: 2} {
		if len(cases[inside]) != want {
			t.Errorf("case %08b has %d triangles, want %d", inside, len(cases[inside]), want)
		}
	}
}

// TestRandomVolumesAreClosed takes volumes of noise, which have all cases next to each other.
func TestRandomVolumesAreClosed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shape := [3]int{rapid.IntRange(1, 5).Draw(rt, "x"), rapid.IntRange(1, 5).Draw(rt, "y"), rapid.IntRange(1, 5).Draw(rt, "z")}
		n := shape[0] * shape[1] * shape[2]
		values := rapid.SliceOfN(rapid.Float32Range(0, 1), n, n).Draw(rt, "values")
		m, err := Surface(values, shape, .5, 0)
		if err != nil {
			rt.Fatal(err)
		}
		if !m.IsClosed() {
			rt.Fatal("the surface has holes")
		}
		solid := 0
		for _, v := range values {
			if v >= .5 {
				solid++
			}
		}
		if volume := m.Volume(); volume < 0 || volume > float64(8*solid) {
			rt.Fatalf("%d solid voxels have the volume %g", solid, volume)
		}
	})
}

// TestSurfaceRefuses wants errors for wrong arguments.
func TestSurfaceRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for want, c := range map[string]struct {
		values         []float32
		shape          [3]int
		level, outside float32
	}{
		"a volume of [2 1 1] has 1 values":     {[]float32{1}, [3]int{2, 1, 1}, .5, 0},
		"a volume of [0 1 1] has 0 values":     {nil, [3]int{0, 1, 1}, .5, 0},
		"outside less than level":              {[]float32{1}, [3]int{1, 1, 1}, .5, .5},
		"want finite numbers, and outside":     {[]float32{1}, [3]int{1, 1, 1}, nan, 0},
		"value 0 is NaN, want finite numbers":  {[]float32{nan}, [3]int{1, 1, 1}, .5, 0},
		"value 1 is +Inf, want finite numbers": {[]float32{1, float32(math.Inf(1))}, [3]int{2, 1, 1}, .5, 0},
	} {
		if _, err := Surface(c.values, c.shape, c.level, c.outside); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
