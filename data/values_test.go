package data

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValues(t *testing.T) {
	words := Field{Name: "words", Kind: Tokens, Shape: []int{3}, Classes: 9}
	for _, c := range []struct {
		field Field
		want  Values // of 2 examples
	}{
		{Image(1, 2, 1), Values{Bytes: make([]byte, 4)}},
		{Point(3), Values{Floats: make([]float32, 6)}},
		{Label(3), Values{Ints: make([]int32, 2)}},
		{words, Values{Ints: make([]int32, 6)}},
	} {
		v := NewValues(c.field, 2)
		if diff := cmp.Diff(c.want, v); diff != "" || v.Len() != 2*c.field.Size() {
			t.Errorf("%s: %d values; %s", c.field.Name, v.Len(), diff)
		}
		if part := v.Slice(1, 2); part.Len() != 1 || !v.fits(c.field, 2) || v.fits(c.field, 1) || part.fits(c.field, 2) {
			t.Errorf("%s: a slice of 1 has %d values", c.field.Name, part.Len())
		}
	}
	v := Values{Ints: []int32{1, 2, 3}}
	v.Slice(1, 3).Ints[0] = 9
	if v.Ints[1] != 9 {
		t.Error("a slice has memory of its own")
	}
	if none := (Values{}).Slice(0, 0); none.Len() != 0 {
		t.Errorf("a slice of nothing: %v", none)
	}
}

func TestRowOf(t *testing.T) {
	info := NewInfo("set", Point(2), Label(5))
	row := info.NewRow()
	row.Of(info, ClassField).Ints[0] = 4
	if diff := cmp.Diff(Row{{Floats: []float32{0, 0}}, {Ints: []int32{4}}}, row); diff != "" {
		t.Error(diff)
	}
	if v := row.Of(info, "z"); v.Len() != 0 {
		t.Errorf("a field that is not there: %v", v)
	}
	if v := row[:1].Of(info, ClassField); v.Len() != 0 {
		t.Errorf("a row too short: %v", v)
	}
}
