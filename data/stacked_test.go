package data

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// grey returns n images of 1x1x2. Image i has the pixels i and 255-i and, if classes > 0,
// the class i mod classes.
func grey(t testing.TB, n, classes int) *Table {
	t.Helper()
	var pixels []byte
	var labels []int32
	for i := range n {
		pixels = append(pixels, byte(i), byte(255-i))
		labels = append(labels, int32(i%max(classes, 1)))
	}
	if classes == 0 {
		return table(t, NewInfo("grey", Image(1, 1, 2)), Values{Bytes: pixels})
	}
	return table(t, NewInfo("grey", Image(1, 1, 2), Label(classes)), Values{Bytes: pixels}, Values{Ints: labels})
}

func TestStacked(t *testing.T) {
	of := grey(t, 40, 10)
	set, err := NewStacked("stack", of, 0, 5000, 3)
	if err != nil {
		t.Fatal(err)
	}
	if want := NewInfo("stack", Image(3, 1, 2), Label(1000)); set.Len() != 5000 || !set.Info().Same(want) {
		t.Fatalf("%d of %+v, want %+v", set.Len(), set.Info(), want)
	}
	row, alone := set.Info().NewRow(), set.Info().RowOf(ClassField)
	var count [stackedChannels][40]float64
	for i := range set.Len() {
		if err := errors.Join(set.Read(row, i), set.Read(alone, i)); err != nil {
			t.Fatal(err)
		}
		var pixels []byte
		class := int32(0)
		for k, m := range set.Members(i) {
			count[k][m]++
			pixels = append(pixels, byte(m), byte(255-m))
			class = class*10 + int32(m%10)
		}
		if diff := cmp.Diff(Row{{Bytes: pixels}, {Ints: []int32{class}}}, row); diff != "" {
			t.Fatalf("image %d: %s", i, diff)
		}
		if alone[1].Ints[0] != class {
			t.Fatalf("image %d: its class alone is %d, want %d", i, alone[1].Ints[0], class)
		}
	}
	for k := range count { // 125 expected, sd 11
		for m, n := range count[k] {
			if n < 70 || n > 180 {
				t.Errorf("channel %d has image %d %g times in 5000", k, m, n)
			}
		}
	}
	if err := set.Read(row, 5000); !errors.Is(err, ErrRange) {
		t.Errorf("an image after the last: %v", err)
	}
}

// Another seed, name or range gives other images; a range is a part of the sequence.
func TestStackedSequence(t *testing.T) {
	of := grey(t, 200, 0)
	members := func(name string, first, i int64, seed uint64) [stackedChannels]int64 {
		set, err := NewStacked(name, of, first, 100, seed)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Info().Fields) != 1 {
			t.Fatalf("images without classes are stacked to %+v", set.Info())
		}
		return set.Members(i)
	}
	one := members("a", 0, 60, 1)
	if again := members("a", 50, 10, 1); again != one {
		t.Errorf("%v, and through a range %v", one, again)
	}
	for _, other := range [][stackedChannels]int64{members("a", 0, 61, 1), members("b", 0, 60, 1), members("a", 0, 60, 2)} {
		if other == one {
			t.Errorf("other images are %v, too", one)
		}
	}
	// Written down: a run must find the same ones years later.
	if want := [stackedChannels]int64{68, 114, 71}; one != want {
		t.Errorf("the members are %v, were %v", one, want)
	}
}

func TestStackedParts(t *testing.T) {
	of := grey(t, 250, 10)
	firsts := map[[stackedChannels]int64]bool{}
	for split, n := range map[Split]int64{Train: 128_000, Validation: 26_000, Test: 26_000} {
		set, err := StackedMNIST(of, split, 1)
		if err != nil {
			t.Fatal(err)
		}
		if set.Len() != n || set.Info().Name != "stacked-mnist" {
			t.Errorf("%v has %d examples", split, set.Len())
		}
		firsts[set.Members(0)] = true
	}
	if len(firsts) != 3 {
		t.Errorf("the parts begin with %v", firsts)
	}
}

func TestStackedRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		of   Set
		n    int64
		want error
	}{
		"points":  {line(t, 5), 9, ErrKind},
		"colours": {table(t, NewInfo("rgb", Image(3, 1, 1)), Values{Bytes: make([]byte, 6)}), 9, ErrKind},
		"none":    {grey(t, 5, 10), 0, ErrEmpty},
	} {
		if _, err := NewStacked("stack", c.of, 0, c.n, 1); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
	if _, err := StackedMNIST(grey(t, 5, 10), Test+1, 1); err == nil {
		t.Error("a part that does not exist was made")
	}
}
