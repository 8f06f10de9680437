package load

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
)

func TestNewImagesFromArray(t *testing.T) {
	for _, c := range []struct {
		name  string
		array Array
		info  Info
		want  []byte
	}{
		{"grey", Array{[]int{2, 1, 2}, []uint8{1, 2, 3, 4}}, Info{Channels: 1, Height: 1, Width: 2}, []byte{1, 2, 3, 4}},
		{"one channel first", Array{[]int{1, 1, 2, 2}, []uint8{1, 2, 3, 4}}, Info{Channels: 1, Height: 2, Width: 2}, []byte{1, 2, 3, 4}},
		{"three channels first", Array{[]int{1, 3, 1, 2}, []uint8{1, 2, 3, 4, 5, 6}}, Info{Channels: 3, Height: 1, Width: 2}, []byte{1, 2, 3, 4, 5, 6}},
		{"three channels last", Array{[]int{2, 2, 1, 3}, []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
			Info{Channels: 3, Height: 2, Width: 1}, []byte{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}},
		{"four channels last", Array{[]int{1, 2, 5, 4}, make([]uint8, 40)}, Info{Channels: 4, Height: 2, Width: 5}, make([]byte, 40)},
		{"floats", Array{[]int{1, 1, 5}, []float32{0, 1, 0.5, 0.2, 1e-9}}, Info{Channels: 1, Height: 1, Width: 5}, []byte{0, 255, 128, 51, 0}},
		{"doubles", Array{[]int{1, 1, 2}, []float64{254.4 / 255, 254.6 / 255}}, Info{Channels: 1, Height: 1, Width: 2}, []byte{254, 255}},
	} {
		set, err := NewImagesFromArray("x", &c.array)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		c.info.Name = "x"
		if diff := cmp.Diff(c.info, set.Info()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.want, set.pixels); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestNewImagesFromArrayRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name  string
		array Array
		kind  error
		want  string
	}{
		{"one dimension", Array{[]int{4}, make([]uint8, 4)}, ErrFormat, "shape [4], want (N, H, W), (N, C, H, W) or (N, H, W, C) with C 1, 3 or 4, or (N, D) of points"},
		{"five dimensions", Array{[]int{1, 1, 1, 2, 2}, make([]uint8, 4)}, ErrFormat, "want (N, H, W)"},
		{"two channels", Array{[]int{1, 2, 2, 2}, make([]uint8, 8)}, ErrFormat, "C 1, 3 or 4"},
		{"channels at both ends", Array{[]int{1, 3, 2, 4}, make([]uint8, 24)}, ErrFormat, "second axis or the last"},
		{"no images", Array{[]int{0, 2, 2}, []uint8{}}, ErrEmpty, "shape [0 2 2]"},
		{"no pixels", Array{[]int{2, 0, 2}, []uint8{}}, ErrFormat, "0x2 pixels"},
		{"integers", Array{[]int{1, 2, 2}, make([]int64, 4)}, ErrFormat, "type []int64"},
		{"no number", Array{[]int{1, 1, 2}, []float64{0, math.NaN()}}, ErrFormat, "element 1 is NaN, want 0 to 1 (hint: what made the images has diverged)"},
		{"above one", Array{[]int{1, 1, 2}, []float32{0, 255}}, ErrFormat, "element 1 is 255, want 0 to 1 (hint: save bytes as uint8"},
		{"below zero", Array{[]int{1, 1, 2}, []float64{-1, 1}}, ErrFormat, "element 0 is -1"},
		{"not a number", Array{[]int{1, 1, 2}, []float32{0, nan}}, ErrFormat, "element 1 is NaN"},
		{"infinite", Array{[]int{1, 1, 1}, []float64{math.Inf(1)}}, ErrFormat, "element 0 is +Inf"},
	} {
		_, err := NewImagesFromArray("x", &c.array)
		if !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q and %v", c.name, err, c.want, c.kind)
		}
	}
}
