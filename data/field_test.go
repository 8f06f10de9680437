package data

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFieldStrings(t *testing.T) {
	for _, c := range []struct {
		field Field
		want  string
		size  int
	}{
		{Image(3, 8, 4), "3x8x4", 96},
		{Field{Name: "v", Kind: Pixels, Shape: []int{1, 4, 4, 4}}, "1x4x4x4", 64},
		{Point(1), "1 number", 1},
		{Point(2), "2 numbers", 2},
		{Field{Name: "m", Kind: Numbers, Shape: []int{2, 3}}, "2x3", 6},
		{Label(10), "one of 10 classes", 1},
		{Field{Name: "words", Kind: Tokens, Shape: []int{20}, Classes: 1000}, "20 tokens of 1000", 20},
	} {
		if got := c.field.String(); got != c.want || c.field.Size() != c.size {
			t.Errorf("%q of size %d, want %q of %d", got, c.field.Size(), c.want, c.size)
		}
		if got, want := c.field.IsImage(), c.field.Kind == Pixels && len(c.field.Shape) == 3; got != want {
			t.Errorf("%v: an image: %v", c.field, got)
		}
	}
	for k, want := range map[Kind]string{Pixels: "pixels", Numbers: "numbers", Class: "class", Tokens: "tokens", 0: "no kind", 9: "Kind(9)"} {
		if k.String() != want {
			t.Errorf("Kind %d is %q, want %q", uint8(k), k, want)
		}
	}
}

func TestImpossibleFields(t *testing.T) {
	for _, c := range []struct {
		want   string // in the message
		fields []Field
	}{
		{"have no fields", nil},
		{"without a name", []Field{{Name: "", Kind: Numbers, Shape: []int{1}}}},
		{"of no kind", []Field{{Name: "a", Kind: 0, Shape: []int{1}}}},
		{"of Kind(7)", []Field{{Name: "a", Kind: 7, Shape: []int{1}}}},
		{"pixels of shape []", []Field{{Name: "a", Kind: Pixels}}},
		{"numbers of shape [2 0]", []Field{{Name: "a", Kind: Numbers, Shape: []int{2, 0}}}},
		{"numbers of shape [-2 -1]", []Field{{Name: "a", Kind: Numbers, Shape: []int{-2, -1}}}},
		{"tokens of shape []", []Field{{Name: "a", Kind: Tokens, Classes: 9}}},
		{"class of shape [1]", []Field{{Name: "a", Kind: Class, Shape: []int{1}, Classes: 9}}},
		{"is too large", []Field{{Name: "a", Kind: Numbers, Shape: []int{1 << 31}}}},
		{"is too large", []Field{{Name: "a", Kind: Pixels, Shape: []int{math.MaxInt, math.MaxInt, 2}}}},
		{"pixels with 3 classes", []Field{{Name: "a", Kind: Pixels, Shape: []int{1, 1, 1}, Classes: 3}}},
		{"class with 0 classes", []Field{Label(0)}},
		{"1 names for 2 values of kind numbers", []Field{{Name: "a", Kind: Numbers, Shape: []int{2}, Names: []string{"x"}}}},
		{"1 names for 1 values of kind pixels", []Field{{Name: "a", Kind: Pixels, Shape: []int{1, 1, 1}, Names: []string{"x"}}}},
		{"pixels of shape [2 3], want [channels, height, width] or", []Field{{Name: "a", Kind: Pixels, Shape: []int{2, 3}}}},
		{"pixels of shape [2 3 4 5]", []Field{{Name: "a", Kind: Pixels, Shape: []int{2, 3, 4, 5}}}},
		{"pixels of shape [1 1 1 1 1]", []Field{{Name: "a", Kind: Pixels, Shape: []int{1, 1, 1, 1, 1}}}},
		{"2 names of 3 classes", []Field{{Name: "a", Kind: Class, Classes: 3, Labels: []string{"x", "y"}}}},
		{"1 names of 0 classes", []Field{{Name: "a", Kind: Numbers, Shape: []int{1}, Labels: []string{"x"}}}},
		{"tokens with -1 classes", []Field{{Name: "a", Kind: Tokens, Shape: []int{1}, Classes: -1}}},
		{"two fields are called x", []Field{Point(2), Label(2), Image(1, 1, 1)}},
	} {
		err := NewInfo("set", c.fields...).check()
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want %q", c.fields, err, c.want)
		}
	}
}

func TestInfo(t *testing.T) {
	info := NewInfo("set", Point(2), Label(5))
	if diff := cmp.Diff(Point(2), info.First()); diff != "" {
		t.Error(diff)
	}
	if f, ok := info.Field(ClassField); !ok || !f.Same(Label(5)) {
		t.Errorf("field class: %v, %v", f, ok)
	}
	if f, ok := info.Field("z"); ok || f.Name != "" {
		t.Errorf("field z: %v, %v", f, ok)
	}
	if info.Classes() != 5 || NewInfo("set", Point(2)).Classes() != 0 {
		t.Error("wrong number of classes")
	}
	if diff := cmp.Diff(Field{}, Info{}.First()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		other Info
		same  bool
	}{
		{NewInfo("another", Point(2), Label(5)), true},
		{NewInfo("set", Point(2)), false},
		{NewInfo("set", Label(5), Point(2)), false},
		{NewInfo("set", Point(3), Label(5)), false},
		{NewInfo("set", Point(2), Label(4)), false},
		{NewInfo("set", Point(2), Field{Name: "y", Kind: Class, Classes: 5}), false},
		{NewInfo("set", Field{Name: ExampleField, Kind: Pixels, Shape: []int{2}}, Label(5)), false},
	} {
		if got := info.Same(c.other); got != c.same {
			t.Errorf("%v is the same as %v: %v", info, c.other, got)
		}
	}
}
