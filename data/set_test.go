package data

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// table returns the set of the columns.
func table(t testing.TB, info Info, columns ...Values) *Table {
	t.Helper()
	set, err := NewTable(info, columns...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// numbered returns n labelled images of 1x1x2 that hold their number and twice it.
func numbered(t testing.TB, n int) *Table {
	t.Helper()
	pixels, labels := make([]byte, 0, 2*n), make([]int32, n)
	for i := range n {
		pixels = append(pixels, byte(i), byte(2*i))
		labels[i] = int32(i % 3)
	}
	return table(t, NewInfo("numbered", Image(1, 1, 2), Label(3)), Values{Bytes: pixels}, Values{Ints: labels})
}

// numbers reads the first byte of every image of set.
func numbers(t testing.TB, set Set) []int {
	t.Helper()
	row := set.Info().RowOf(ExampleField)
	var first []int
	for i := range set.Len() {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		first = append(first, int(row[0].Bytes[0]))
	}
	return first
}

func TestReadOutside(t *testing.T) {
	all := numbered(t, 20)
	part, err := Subset(all, 5, 8)
	if err != nil {
		t.Fatal(err)
	}
	dealt, err := Deal(all, Validation)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []Set{all, part, dealt, NewDigits(Train, 1)} {
		info := set.Info()
		row := info.NewRow()
		for _, i := range []int64{-1, set.Len()} {
			if err := set.Read(row, i); !errors.Is(err, ErrRange) {
				t.Errorf("%T: image %d: error %v, want %v", set, i, err, ErrRange)
			}
		}
		if err := set.Read(row[1:], 0); err == nil {
			t.Errorf("%T: no error for a row of one field", set)
		}
		row[0] = row[0].Slice(1, row[0].Len())
		if err := set.Read(row, 0); err == nil {
			t.Errorf("%T: no error for an image too short", set)
		}
	}
}

func TestSubset(t *testing.T) {
	all := numbered(t, 10)
	part, err := Subset(all, 4, 7)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{4, 5, 6}, numbers(t, part)); diff != "" {
		t.Error(diff)
	}
	nested, err := Subset(part, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{5, 6}, numbers(t, nested)); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		lo, hi int64
		want   error
	}{{-1, 3, ErrRange}, {0, 11, ErrRange}, {5, 4, ErrRange}, {5, 5, ErrEmpty}} {
		if _, err := Subset(all, c.lo, c.hi); !errors.Is(err, c.want) {
			t.Errorf("Subset %d to %d: error %v, want %v", c.lo, c.hi, err, c.want)
		}
	}
}
