package data

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numbered returns n labelled images of 1x1x2 that hold their number and twice it.
func numbered(t testing.TB, n int) *Images {
	t.Helper()
	pixels, labels := make([]byte, 0, 2*n), make([]int32, n)
	for i := range n {
		pixels = append(pixels, byte(i), byte(2*i))
		labels[i] = int32(i % 3)
	}
	set, err := NewImages(Info{Name: "numbered", Channels: 1, Height: 1, Width: 2, Classes: 3}, pixels, labels)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// numbers reads the first byte of every image of set.
func numbers(t testing.TB, set Set) []int {
	t.Helper()
	dst := make([]byte, set.Info().Size())
	var first []int
	for i := range set.Len() {
		if _, err := set.Read(dst, i); err != nil {
			t.Fatal(err)
		}
		first = append(first, int(dst[0]))
	}
	return first
}

func TestNewImages(t *testing.T) {
	grey := Info{Name: "x", Channels: 1, Height: 2, Width: 2}
	labelled := grey
	labelled.Classes = 2
	for _, c := range []struct {
		name   string
		info   Info
		pixels int
		labels []int32
		want   error
	}{
		{"without labels", grey, 8, nil, nil},
		{"with labels", labelled, 8, []int32{0, 1}, nil},
		{"no pixels in an image", Info{Name: "x", Channels: 1, Height: 2}, 8, nil, ErrFormat},
		{"no images", grey, 0, nil, ErrEmpty},
		{"part of an image", grey, 7, nil, ErrFormat},
		{"labels without classes", grey, 8, []int32{0, 0}, ErrFormat},
		{"classes without labels", labelled, 8, nil, ErrFormat},
		{"too few labels", labelled, 8, []int32{0}, ErrFormat},
		{"a label too high", labelled, 8, []int32{0, 2}, ErrFormat},
		{"a label too low", labelled, 8, []int32{-1, 0}, ErrFormat},
	} {
		_, err := NewImages(c.info, make([]byte, c.pixels), c.labels)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}

func TestReadOutside(t *testing.T) {
	all := numbered(t, 20)
	part, err := Subset(all, 5, 8)
	if err != nil {
		t.Fatal(err)
	}
	dealt, err := splitAlone(all, Validation)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []Set{all, part, dealt, NewDigits(Train, 1)} {
		dst := make([]byte, set.Info().Size())
		for _, i := range []int64{-1, set.Len()} {
			if _, err := set.Read(dst, i); !errors.Is(err, ErrRange) {
				t.Errorf("%T: image %d: error %v, want %v", set, i, err, ErrRange)
			}
		}
		if _, err := set.Read(dst[1:], 0); err == nil {
			t.Errorf("%T: no error for a dst too short", set)
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
