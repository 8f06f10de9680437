package random

import (
	"math"
	"testing"
)

func TestStreamsAreNamedAndRepeatable(t *testing.T) {
	a, b, c := New(1, "a"), New(1, "a"), New(1, "b")
	same := 0
	for range 100 {
		x := a.Uint32()
		if x != b.Uint32() {
			t.Fatal("the same name gave different numbers")
		}
		if x == c.Uint32() {
			same++
		}
	}
	if same > 1 {
		t.Errorf("different names agree in %d of 100 words", same)
	}
}

func TestMoments(t *testing.T) {
	const n = 200_000
	s := New(7, "moments")
	var u, z, z2 float64
	counts := make([]int, 6)
	for range n {
		u += s.Float64()
		x := s.Normal()
		z += x
		z2 += x * x
		counts[s.Intn(6)]++
	}
	// Bounds are five standard errors.
	if d := math.Abs(u/n - 0.5); d > 5*math.Sqrt(1.0/12/n) {
		t.Errorf("mean of uniforms is off by %g", d)
	}
	if d := math.Abs(z / n); d > 5/math.Sqrt(n) {
		t.Errorf("mean of normals is %g", d)
	}
	if d := math.Abs(z2/n - 1); d > 5*math.Sqrt(2.0/n) {
		t.Errorf("variance of normals is off by %g", d)
	}
	for i, c := range counts {
		if d := math.Abs(float64(c) - n/6.0); d > 5*math.Sqrt(n*5.0/36) {
			t.Errorf("Intn(6) gave %d %d times of %d", i, c, n)
		}
	}
}

func TestPermIsAPermutation(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		seen := make([]bool, n)
		for _, i := range New(3, "perm").Perm(make([]int32, n)) {
			if seen[i] {
				t.Fatalf("%d appears twice", i)
			}
			seen[i] = true
		}
	}
}
