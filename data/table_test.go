package data

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewTable(t *testing.T) {
	grey, point := NewInfo("x", Image(1, 2, 2)), NewInfo("x", Point(2))
	labelled := NewInfo("x", Image(1, 2, 2), Label(2))
	pixels := func(n int) Values { return Values{Bytes: make([]byte, n)} }
	labels := func(classes ...int32) Values { return Values{Ints: classes} }
	numbers := func(v ...float32) Values { return Values{Floats: v} }
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		name    string
		info    Info
		columns []Values
		kind    error
		want    string // in the message
	}{
		{"without labels", grey, []Values{pixels(8)}, nil, ""},
		{"with labels", labelled, []Values{pixels(8), labels(0, 1)}, nil, ""},
		{"points", point, []Values{numbers(1, 2, 3, 4)}, nil, ""},
		{"words", NewInfo("x", Field{Name: "caption", Kind: Tokens, Shape: []int{2}, Classes: 9}), []Values{labels(8, 0, 1, 2)}, nil, ""},
		{"no fields", NewInfo("x"), nil, ErrFormat, "have no fields"},
		{"no pixels in an image", NewInfo("x", Image(1, 2, 0)), []Values{pixels(8)}, ErrFormat, "shape [1 2 0]"},
		{"no images", grey, []Values{pixels(0)}, ErrEmpty, "no examples"},
		{"part of an image", grey, []Values{pixels(7)}, ErrFormat, "field x: 7 values are not a whole number of examples of 4"},
		{"labels without a field", grey, []Values{pixels(8), labels(0, 0)}, ErrFormat, "2 columns for 1 fields"},
		{"a field without labels", labelled, []Values{pixels(8)}, ErrFormat, "1 columns for 2 fields"},
		{"no labels", labelled, []Values{pixels(8), labels()}, ErrFormat, "field class: 0 values, 0 of kind class; want 2, 1 for each of 2 examples"},
		{"too few labels", labelled, []Values{pixels(8), labels(0)}, ErrFormat, "field class: 1 values"},
		{"too many labels", labelled, []Values{pixels(8), labels(0, 1, 0)}, ErrFormat, "field class: 3 values"},
		{"a label too high", labelled, []Values{pixels(8), labels(0, 2)}, ErrFormat, "example 1 has 2 in field class, want 0 to 1"},
		{"a label too low", labelled, []Values{pixels(8), labels(-1, 0)}, ErrFormat, "example 0 has -1 in field class"},
		{"numbers for pixels", grey, []Values{numbers(1, 2, 3, 4)}, ErrFormat, "field x: 4 values, 0 of kind pixels; want 4"},
		{"both at once", grey, []Values{{Bytes: make([]byte, 4), Ints: make([]int32, 4)}}, ErrFormat, "field x: 8 values, 4 of kind pixels; want 8"},
		{"no number", point, []Values{numbers(1, 2, nan, 4)}, ErrFormat, "example 1 has NaN at index 0 of field x"},
		{"infinite", point, []Values{numbers(1, inf)}, ErrFormat, "example 0 has -Inf at index 1"},
	} {
		set, err := NewTable(c.info, c.columns...)
		if !errors.Is(err, c.kind) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q and %v", c.name, err, c.want, c.kind)
		}
		if (set == nil) != (err != nil) {
			t.Errorf("%s: set %v with error %v", c.name, set, err)
		}
	}
}

// many returns n examples of all kinds of fields: of example i, i itself as a
// pixel, a class, a number and twice as a token.
func many(t testing.TB, n int) *Table {
	t.Helper()
	info := NewInfo("many", Image(1, 1, 1), Label(100), Field{Name: "y", Kind: Numbers, Shape: []int{1, 2}}, Field{Name: "words", Kind: Tokens, Shape: []int{2}, Classes: 100})
	columns := make([]Values, len(info.Fields))
	for k, f := range info.Fields {
		columns[k] = NewValues(f, n)
	}
	for i := range n {
		columns[0].Bytes[i] = byte(i)
		columns[1].Ints[i] = int32(i)
		columns[2].Floats[2*i], columns[2].Floats[2*i+1] = float32(i), -float32(i)
		columns[3].Ints[2*i], columns[3].Ints[2*i+1] = int32(i), int32(i)
	}
	return table(t, info, columns...)
}

func TestTableReadsFields(t *testing.T) {
	set := many(t, 9)
	row := set.Info().NewRow()
	if err := set.Read(row, 7); err != nil {
		t.Fatal(err)
	}
	want := Row{{Bytes: []byte{7}}, {Ints: []int32{7}}, {Floats: []float32{7, -7}}, {Ints: []int32{7, 7}}}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
	row = set.Info().RowOf("words", "sound", ExampleField)
	if err := set.Read(row, 3); err != nil {
		t.Fatal(err)
	}
	want = Row{{Bytes: []byte{3}}, {}, {}, {Ints: []int32{3, 3}}}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
	if err := set.Read(Row{{Bytes: []byte{}}, {Ints: []int32{}}, {}, {}}, 3); err != nil {
		t.Errorf("into a row without room: %v", err)
	}
	if err := set.Read(Row{{Ints: []int32{0}}, {}, {}, {}}, 3); err == nil || !strings.Contains(err.Error(), "field x: the row must have 1 pixels, or nothing; it has 1 values") {
		t.Errorf("pixels into integers: %v", err)
	}
}

func TestTableColumn(t *testing.T) {
	set := many(t, 3)
	if diff := cmp.Diff(Values{Floats: []float32{0, 0, 1, -1, 2, -2}}, set.Column("y"), cmp.Comparer(func(a, b float32) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if v := set.Column("z"); v.Len() != 0 {
		t.Errorf("a column that is not there: %v", v)
	}
}

func TestTableAllocatesNothing(t *testing.T) {
	set := many(t, 9)
	row := set.Info().NewRow()
	if n := testing.AllocsPerRun(100, func() {
		if err := set.Read(row, 5); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations an example", n)
	}
}
