package data

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMirror(t *testing.T) {
	info := NewInfo("pair", Image(1, 2, 3), Label(2), Field{Name: "other", Kind: Pixels, Shape: []int{2, 1, 2}})
	set, err := NewTable(info, Values{Bytes: []byte{1, 2, 3, 4, 5, 6}}, Values{Ints: []int32{1}}, Values{Bytes: []byte{7, 8, 9, 10}})
	if err != nil {
		t.Fatal(err)
	}
	both, err := Mirror(set)
	if err != nil {
		t.Fatal(err)
	}
	if both.Len() != 2 || !both.Info().Same(info) {
		t.Errorf("%d of %+v", both.Len(), both.Info())
	}
	for i, want := range []Row{
		{{Bytes: []byte{1, 2, 3, 4, 5, 6}}, {Ints: []int32{1}}, {Bytes: []byte{7, 8, 9, 10}}},
		{{Bytes: []byte{3, 2, 1, 6, 5, 4}}, {Ints: []int32{1}}, {Bytes: []byte{8, 7, 10, 9}}},
	} {
		row := info.NewRow()
		if err := both.Read(row, int64(i)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("example %d: %s", i, diff)
		}
	}
	row := info.RowOf(ClassField) // images that are not read are not mirrored
	if err := both.Read(row, 1); err != nil || row[1].Ints[0] != 1 {
		t.Errorf("label %v, %v", row, err)
	}
	if err := both.Read(row, 2); !errors.Is(err, ErrRange) {
		t.Errorf("beyond the end: %v", err)
	}
	if endless, err := Mirror(NewDigits(Train, 1)); err != nil || endless.Len() != Endless {
		t.Errorf("endless images: %v", err)
	}
	if _, err := Mirror(NewRing8(Train, 1)); !errors.Is(err, ErrKind) {
		t.Errorf("points: %v", err)
	}
}
