package load

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
)

// line returns n points (i, -i).
func line(t testing.TB, n int) *Points {
	t.Helper()
	values := make([]float32, 0, 2*n)
	for i := range n {
		values = append(values, float32(i), float32(-i))
	}
	set, err := NewPointsFromArray("line", &Array{[]int{n, 2}, values})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func point(t testing.TB, set Set, i int64) (values []float32, label int) {
	t.Helper()
	values = make([]float32, set.Info().Dims)
	label, err := ReadPoint(set, values, i)
	if err != nil {
		t.Fatal(err)
	}
	return values, label
}

func TestPointsFromArray(t *testing.T) {
	for _, c := range []struct {
		name  string
		array Array
		kind  error
		want  string
	}{
		{"float32", Array{[]int{2, 2}, []float32{1, 2, 3, 4}}, nil, ""},
		{"float64", Array{[]int{2, 3}, []float64{1, 2, 3, 4, 5, 1e-300}}, nil, ""},
		{"bytes", Array{[]int{1, 2}, []uint8{1, 2}}, ErrFormat, "astype('float32')"},
		{"images", Array{[]int{1, 2, 2}, []float32{1, 2, 3, 4}}, ErrFormat, "want (N, D)"},
		{"none", Array{[]int{0, 2}, []float32{}}, ErrEmpty, "shape [0 2]"},
		{"no dimensions", Array{[]int{2, 0}, []float32{}}, ErrEmpty, "shape [2 0]"},
		{"NaN", Array{[]int{2, 2}, []float64{1, 2, math.NaN(), 4}}, ErrFormat, "point 1 has NaN in place 0"},
		{"too large", Array{[]int{2, 2}, []float64{1, 1e39, 3, 4}}, ErrFormat, "point 0 has +Inf in place 1"},
	} {
		set, err := NewPointsFromArray("x", &c.array)
		switch {
		case c.want != "":
			if !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
				t.Errorf("%s: error %v, want %v with %q", c.name, err, c.kind, c.want)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case set.Info() != Info{Name: "x", Dims: c.array.Shape[1]} || set.Len() != 2:
			t.Errorf("%s: %d of %+v", c.name, set.Len(), set.Info())
		}
	}
}

// Images are not read as points, nor points as images, be it through a part.
func TestKindsAreToldApart(t *testing.T) {
	for _, set := range []Set{line(t, 20), part(t, line(t, 20), Train), subset(t, line(t, 20)), NewRing8(Test, 1)} {
		if _, err := set.Read(make([]byte, 2), 0); !errors.Is(err, ErrKind) {
			t.Errorf("%T of points read as images: %v", set, err)
		}
		if _, err := Mean(set, 1); !errors.Is(err, ErrKind) {
			t.Errorf("%T: the mean of points: %v", set, err)
		}
	}
	for _, set := range []Set{numbered(t, 20), part(t, numbered(t, 20), Train), subset(t, numbered(t, 20)), NewDigits(Train, 1)} {
		if _, err := ReadPoint(set, make([]float32, set.Info().Size()), 0); !errors.Is(err, ErrKind) {
			t.Errorf("%T of images read as points: %v", set, err)
		}
	}
}

func part(t testing.TB, set Set, split Split) Set {
	t.Helper()
	some, err := splitAlone(set, split)
	if err != nil {
		t.Fatal(err)
	}
	return some
}

func subset(t testing.TB, set Set) Set {
	t.Helper()
	some, err := Subset(set, 3, 8)
	if err != nil {
		t.Fatal(err)
	}
	return some
}

func TestPartsOfPoints(t *testing.T) {
	for _, c := range []struct {
		set  Set
		want []float32
	}{
		{subset(t, line(t, 20)), []float32{3, 4, 5, 6, 7}},
		{part(t, line(t, 20), Validation), []float32{8, 18}},
	} {
		var got []float32
		for i := range c.set.Len() {
			values, label := point(t, c.set, i)
			got = append(got, values[0])
			if label != -1 {
				t.Errorf("label %d", label)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestReadPointErrors(t *testing.T) {
	for _, set := range []Set{line(t, 9), subset(t, line(t, 9)), part(t, line(t, 9), Train)} {
		for _, i := range []int64{-1, set.Len()} {
			if _, err := ReadPoint(set, make([]float32, 2), i); !errors.Is(err, ErrRange) {
				t.Errorf("%T: point %d: %v", set, i, err)
			}
		}
		if _, err := ReadPoint(set, make([]float32, 3), 0); err == nil || !strings.Contains(hint.Text(err), "2 numbers into 3") {
			t.Errorf("%T: into 3 numbers: %v", set, err)
		}
	}
}

// Batches of points are the points themselves, whatever the scale, and allocate
// nothing.
func TestBatchesOfPoints(t *testing.T) {
	b := newBatches(t, line(t, 10), 4, 1)
	dst, labels := make([]float32, 8), make([]int32, 4)
	seen := map[float32]int{}
	for range 5 {
		if err := b.Next(dst, labels, Scale{-1, 1}); err != nil {
			t.Fatal(err)
		}
		for row, label := range labels {
			x, y := dst[2*row], dst[2*row+1]
			if y != -x || label != -1 {
				t.Fatalf("point (%g, %g) with label %d", x, y, label)
			}
			seen[x]++
		}
	}
	for i := range 10 {
		if seen[float32(i)] != 2 {
			t.Errorf("point %d came %d times in two epochs", i, seen[float32(i)])
		}
	}
	if err := b.Next(make([]float32, 7), nil, Scale{}); err == nil || !strings.Contains(hint.Text(err), "want 8 and 4") {
		t.Errorf("into 7 numbers: %v", err)
	}
	if n := testing.AllocsPerRun(100, func() { b.Next(dst, labels, Scale{}) }); n > 0 {
		t.Errorf("a minibatch allocates %g times", n)
	}
}
