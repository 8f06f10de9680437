package load

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

func array(shape []int, elements any) format.Array {
	return format.Array{Shape: shape, Data: elements}
}

func TestImagesFromArray(t *testing.T) {
	for _, c := range []struct {
		name  string
		array format.Array
		field data.Field
		want  []byte
	}{
		{"grey", array([]int{2, 1, 2}, []uint8{1, 2, 3, 4}), data.Image(1, 1, 2), []byte{1, 2, 3, 4}},
		{"one channel first", array([]int{1, 1, 2, 2}, []uint8{1, 2, 3, 4}), data.Image(1, 2, 2), []byte{1, 2, 3, 4}},
		{"three channels first", array([]int{1, 3, 1, 2}, []uint8{1, 2, 3, 4, 5, 6}), data.Image(3, 1, 2), []byte{1, 2, 3, 4, 5, 6}},
		{"three channels last", array([]int{2, 2, 1, 3}, []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
			data.Image(3, 2, 1), []byte{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}},
		{"four channels last", array([]int{1, 2, 5, 4}, make([]uint8, 40)), data.Image(4, 2, 5), make([]byte, 40)},
		{"floats", array([]int{1, 1, 5}, []float32{0, 1, 0.5, 0.2, 1e-9}), data.Image(1, 1, 5), []byte{0, 255, 128, 51, 0}},
		{"doubles", array([]int{1, 1, 2}, []float64{254.4 / 255, 254.6 / 255}), data.Image(1, 1, 2), []byte{254, 255}},
	} {
		set, err := ImagesFromArray("x", &c.array)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(data.NewInfo("x", c.field), set.Info()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.want, set.Column("x").Bytes); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestImagesFromArrayRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name  string
		array format.Array
		kind  error
		want  string
	}{
		{"one dimension", array([]int{4}, make([]uint8, 4)), data.ErrFormat, "shape [4], want (N, H, W), (N, C, H, W) or (N, H, W, C) with C 1, 3 or 4, (N, X, Y, Z), (N, 1, X, Y, Z) or (N, X, Y, Z, 1) of volumes, or (N, D) of points"},
		{"five dimensions", array([]int{1, 1, 1, 2, 2}, make([]uint8, 4)), data.ErrFormat, "want (N, H, W)"},
		{"two channels", array([]int{1, 2, 2, 2}, make([]uint8, 8)), data.ErrFormat, "C 1, 3 or 4"},
		{"channels at both ends", array([]int{1, 3, 2, 4}, make([]uint8, 24)), data.ErrFormat, "second axis or the last"},
		{"no images", array([]int{0, 2, 2}, []uint8{}), data.ErrEmpty, "shape [0 2 2]"},
		{"no pixels", array([]int{2, 0, 2}, []uint8{}), data.ErrFormat, "pixels of shape [1 0 2]"},
		{"integers", array([]int{1, 1, 2}, []int64{255, 256}), data.ErrFormat, "element 1 is 256, want 0 to 255 (hint: save bytes as uint8"},
		{"signed integers", array([]int{1, 1, 2}, []int8{-1, 1}), data.ErrFormat, "element 0 is -1, want 0 to 255 (hint: map them to 0 to 255)"},
		{"no number", array([]int{1, 1, 2}, []float64{0, math.NaN()}), data.ErrFormat, "element 1 is NaN, want 0 to 1 (hint: leave out or correct such examples; "},
		{"above one", array([]int{1, 1, 2}, []float32{0, 255}), data.ErrFormat, "element 1 is 255, want 0 to 1 (hint: save bytes as uint8"},
		{"below zero", array([]int{1, 1, 2}, []float64{-1, 1}), data.ErrFormat, "element 0 is -1"},
		{"not a number", array([]int{1, 1, 2}, []float32{0, nan}), data.ErrFormat, "element 1 is NaN"},
		{"infinite", array([]int{1, 1, 1}, []float64{math.Inf(1)}), data.ErrFormat, "element 0 is +Inf"},
	} {
		_, err := ImagesFromArray("x", &c.array)
		if !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q and %v", c.name, err, c.want, c.kind)
		}
	}
}

func TestPointsFromArray(t *testing.T) {
	for _, c := range []struct {
		name  string
		array format.Array
		kind  error
		want  string
	}{
		{"float32", array([]int{2, 2}, []float32{1, 2, 3, 4}), nil, ""},
		{"float64", array([]int{2, 3}, []float64{1, 2, 3, 4, 5, 1e-300}), nil, ""},
		{"bytes", array([]int{1, 2}, []uint8{1, 2}), data.ErrFormat, "astype('float32')"},
		{"images", array([]int{1, 2, 2}, []float32{1, 2, 3, 4}), data.ErrFormat, "want (N, D)"},
		{"none", array([]int{0, 2}, []float32{}), data.ErrEmpty, "shape [0 2]"},
		{"no dimensions", array([]int{2, 0}, []float32{}), data.ErrEmpty, "shape [2 0]"},
		{"NaN", array([]int{2, 2}, []float64{1, 2, math.NaN(), 4}), data.ErrFormat, "example 1 has NaN at index 0"},
		{"too large", array([]int{2, 2}, []float64{1, 1e39, 3, 4}), data.ErrFormat, "example 0 has +Inf at index 1"},
	} {
		set, err := PointsFromArray("x", &c.array)
		switch {
		case c.want != "":
			if !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
				t.Errorf("%s: error %v, want %v with %q", c.name, err, c.kind, c.want)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case !cmp.Equal(set.Info(), data.NewInfo("x", data.Point(c.array.Shape[1]))) || set.Len() != 2:
			t.Errorf("%s: %d of %+v", c.name, set.Len(), set.Info())
		}
	}
}

// Whatever an array holds, a set of it can be read to its last example.
func FuzzArrays(f *testing.F) {
	f.Add(npyBytes(f, []int{2, 2, 3}, upTo(0, 12)))
	f.Add(npyBytes(f, []int{1, 2, 2, 3}, make([]float32, 12)))
	f.Add(npyBytes(f, []int{1, 3, 2, 2}, []float64{0, 1, .5, 0, 0, 0, 0, 0, 0, 0, 0, 2}))
	f.Add(npyBytes(f, []int{3, 2}, []float32{1, -2, 3e9, 4, 5, 6}))
	f.Add(npyBytes(f, []int{0, 2}, []float32{}))
	f.Add(npyBytes(f, []int{2, 0, 2}, []bool{}))
	f.Add(npyBytes(f, []int{2, 1, 1, 2, 3}, upTo(0, 12)))
	f.Add(npyBytes(f, []int{1, 5, 5, 5}, make([]float32, 125)))
	f.Add(npyBytes(f, []int{2, 1, 0, 2, 3}, []bool{}))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := format.DecodeNPY(bytes.NewReader(file))
		if err != nil {
			return
		}
		for _, of := range []func(string, *format.Array) (*data.Table, error){ImagesFromArray, VolumesFromArray, PointsFromArray} {
			set, err := of("fuzz", a)
			if err == nil {
				if set, _, err = withoutEmpty(set); err == nil {
					err = set.Read(set.Info().NewRow(), set.Len()-1)
				}
			}
			switch {
			case errors.Is(err, data.ErrFormat) || errors.Is(err, data.ErrEmpty):
				err = nil
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
