package data

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// line returns n points (i, -i).
func line(t testing.TB, n int) *Table {
	t.Helper()
	values := make([]float32, 0, 2*n)
	for i := range n {
		values = append(values, float32(i), float32(-i))
	}
	return table(t, NewInfo("line", Point(2)), Values{Floats: values})
}

// point reads point i and its class, -1 if it has none.
func point(t testing.TB, set Set, i int64) (values []float32, class int) {
	t.Helper()
	row := set.Info().NewRow()
	if err := set.Read(row, i); err != nil {
		t.Fatal(err)
	}
	class = -1
	if label := row.Of(set.Info(), ClassField); label.Ints != nil {
		class = int(label.Ints[0])
	}
	return row.Of(set.Info(), ExampleField).Floats, class
}

// Images are not read as points, nor points as images, be it through a part.
func TestKindsAreToldApart(t *testing.T) {
	refuses := func(set Set, values Values) {
		t.Helper()
		row := set.Info().RowOf()
		row[0] = values
		if err := set.Read(row, 0); err == nil || !strings.Contains(err.Error(), "of another kind or number") {
			t.Errorf("%T of %v: error %v", set, set.Info().First().Kind, err)
		}
	}
	for _, set := range []Set{line(t, 20), part(t, line(t, 20), Train), subset(t, line(t, 20)), NewRing8(Test, 1)} {
		refuses(set, Values{Bytes: make([]byte, 2)})
	}
	for _, set := range []Set{numbered(t, 20), part(t, numbered(t, 20), Train), subset(t, numbered(t, 20)), NewDigits(Train, 1)} {
		refuses(set, Values{Floats: make([]float32, set.Info().First().Size())})
	}
}

func part(t testing.TB, set Set, split Split) Set {
	t.Helper()
	some, err := Deal(set, split)
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

func TestReadPointsOutside(t *testing.T) {
	for _, set := range []Set{line(t, 9), subset(t, line(t, 9)), part(t, line(t, 9), Train)} {
		for _, i := range []int64{-1, set.Len()} {
			if err := set.Read(set.Info().NewRow(), i); !errors.Is(err, ErrRange) {
				t.Errorf("%T: point %d: %v", set, i, err)
			}
		}
		row := Row{{Floats: make([]float32, 3)}}
		if err := set.Read(row, 0); err == nil || !strings.Contains(err.Error(), "the row must have 2 numbers, or nothing; it has 3 values") {
			t.Errorf("%T: into 3 numbers: %v", set, err)
		}
	}
}

// Minibatches of points are the points themselves, whatever the scale, and allocate
// nothing.
func TestBatchesOfPoints(t *testing.T) {
	b := newBatches(t, line(t, 10), 4, 1)
	x := Destination{Field: ExampleField, Scale: Scale{-1, 1}, Floats: make([]float32, 8)}
	seen := map[float32]int{}
	for range 5 {
		if err := b.Next(x); err != nil {
			t.Fatal(err)
		}
		for row := range 4 {
			p := x.Floats[2*row:][:2]
			if p[1] != -p[0] {
				t.Fatalf("point %v", p)
			}
			seen[p[0]]++
		}
	}
	for i := range 10 {
		if seen[float32(i)] != 2 {
			t.Errorf("point %d came %d times in two epochs", i, seen[float32(i)])
		}
	}
	short := Destination{Field: ExampleField, Floats: make([]float32, 7)}
	if err := b.Next(short); err == nil || !strings.Contains(err.Error(), "field x of 4 examples: the destination has 7 floats, want 8") {
		t.Errorf("into 7 numbers: %v", err)
	}
	if n := testing.AllocsPerRun(100, func() { b.Next(x) }); n > 0 {
		t.Errorf("a minibatch allocates %g times", n)
	}
}
